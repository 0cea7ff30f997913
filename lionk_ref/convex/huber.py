"""Table 2, line 5."""

from dataclasses import dataclass
from typing import Self

from lionk_ref.arrays import Array, array_namespace, checked, dot, max_abs, total
from lionk_ref.convex.base import ConvexFunction, inside_or_inf, settle_positive


@dataclass(frozen=True)
class Huber(ConvexFunction):
    r"""Sum of Huber losses, z^2/(2e) up to |z| = e and |z| - e/2 beyond: the Moreau envelope of L1.

    Its Lion-K clips the momentum instead of taking its sign, and adds a squared penalty to the box.

    Parameters
    ----------
    e : float
        Where the parabola meets the line, e > 0. As e -> 0 it becomes `L1`.

    Examples
    --------
    >>> import numpy as np
    >>> Huber(e=2.0).subgradient(np.array([-3.0, 0.0, 1.0]))
    array([-1. ,  0. ,  0.5])
    """

    key = "huber"
    formula = "sum huber_e(z_i)"
    formula_subgradient = "clip(z, -e, e)/e"
    formula_conjugate = "e/2 |y|_2^2"
    domain = "|y|_inf <= 1"
    also_known_as = ("Optax scale_by_lion(mode='refined') at e = 1", "Moreau envelope of l1")
    solves = r"\min f(x) + \tfrac{e\lambda}{2}\|x\|_2^2 \;\text{s.t.}\; \|x\|_\infty \le 1/\lambda"
    solves_text = "min f(x) + e lam/2 |x|_2^2  s.t. |x|_inf <= 1/lam"
    separable = True

    e: float = 1.0

    def __post_init__(self) -> None:
        settle_positive(self, "e")

    @property
    def smoothness(self) -> float:
        return 1 / self.e

    def value(self, z: Array) -> Array:
        r = array_namespace(z).abs(z)
        c = array_namespace(z).clip(r, 0.0, self.e)
        return total(c / self.e * (r - c / 2))

    def subgradient(self, z: Array) -> Array:
        return array_namespace(z).clip(z, -self.e, self.e) / self.e

    def conjugate(self, y: Array) -> Array:
        return inside_or_inf(max_abs(y), self.e / 2 * dot(y, y))

    def conjugate_subgradient(self, y: Array) -> Array:
        return self.e * checked(y)

    def project_domain(self, y: Array) -> Array:
        return array_namespace(y).clip(y, -1.0, 1.0)

    def conjugate_prox(self, v: Array, step: float = 1.0) -> Array:
        return array_namespace(v).clip(v / (1 + step * self.e), -1.0, 1.0)

    @classmethod
    def examples(cls, shape: tuple[int, ...] = (6,)) -> tuple[Self, ...]:
        return cls(), cls(e=0.1), cls(e=3.0)
