"""Table 2, line 3: small momentum moves nothing."""

from dataclasses import dataclass
from typing import Self

from lionk_ref.arrays import Array, array_namespace, max_abs, sign, total
from lionk_ref.convex.base import ConvexFunction, inside_or_inf, settle_positive


@dataclass(frozen=True)
class DeadZone(ConvexFunction):
    r"""K(z) = sum_i max(|z_i| - e, 0): a box and an l1 penalty, for sparse solutions.

    Parameters
    ----------
    e : float
        Half the width of the dead zone, e > 0. As e -> 0 it becomes `L1`.

    Examples
    --------
    >>> import numpy as np
    >>> DeadZone(e=1.0).subgradient(np.array([-3.0, 0.5, 1.0]))
    array([-1.,  0.,  0.])
    """

    key = "dead_zone"
    formula = "sum max(|z_i| - e, 0)"
    formula_subgradient = "sign(z) where |z| > e, else 0"
    formula_conjugate = "e |y|_1"
    domain = "|y|_inf <= 1"
    also_known_as = ("epsilon-insensitive loss", "Vapnik's loss")
    solves = r"\min f(x) + e\|x\|_1 \;\text{s.t.}\; \|x\|_\infty \le 1/\lambda"
    solves_text = "min f(x) + e |x|_1  s.t. |x|_inf <= 1/lam"
    separable = True

    e: float = 0.01

    def __post_init__(self) -> None:
        settle_positive(self, "e")

    def value(self, z: Array) -> Array:
        xp = array_namespace(z)
        return total(xp.maximum(xp.abs(z) - self.e, xp.zeros_like(z)))

    def subgradient(self, z: Array) -> Array:
        xp = array_namespace(z)
        beyond = xp.astype(xp.abs(z) > self.e, z.dtype)
        return xp.where(xp.isnan(z), z, sign(z) * beyond + 0.0)

    def conjugate(self, y: Array) -> Array:
        return inside_or_inf(max_abs(y), self.argmin_support(y))

    def conjugate_subgradient(self, y: Array) -> Array:
        return self.e * sign(y)

    def project_domain(self, y: Array) -> Array:
        return array_namespace(y).clip(y, -1.0, 1.0)

    def conjugate_prox(self, v: Array, step: float = 1.0) -> Array:
        xp = array_namespace(v)
        excess = xp.maximum(xp.abs(v) - step * self.e, xp.zeros_like(v))
        return sign(v) * xp.clip(excess, 0.0, 1.0)

    def argmin_support(self, x: Array) -> Array:
        return self.e * total(array_namespace(x).abs(x))

    @classmethod
    def examples(cls, shape: tuple[int, ...] = (6,)) -> tuple[Self, ...]:
        return cls(), cls(e=1.0)
