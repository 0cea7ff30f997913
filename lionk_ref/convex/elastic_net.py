"""Section 2. The elastic net: Lion's sign plus a share of the momentum itself."""

from dataclasses import dataclass
from typing import Self

from lionk_ref.arrays import Array, array_namespace, checked, dot, sign, total
from lionk_ref.convex.base import ConvexFunction, settle_positive


@dataclass(frozen=True)
class ElasticNet(ConvexFunction):
    r"""K(z) = \|z\|_1 + (c/2) \|z\|_2^2: Lion's box with soft walls.

    Parameters
    ----------
    c : float
        The curvature, c > 0. As c -> 0 the walls harden and it becomes `L1`.

    Examples
    --------
    >>> import numpy as np
    >>> ElasticNet(c=0.5).subgradient(np.array([-4.0, 0.0, 1.0]))
    array([-3. ,  0. ,  1.5])
    >>> float(ElasticNet(c=0.5).conjugate(np.array([-1.0, 3.0])))
    4.0
    """

    key = "elastic_net"
    formula = "|z|_1 + c/2 |z|_2^2"
    formula_subgradient = "sign(z) + c z"
    formula_conjugate = "sum max(|y_i| - 1, 0)^2/(2c)"
    domain = "everywhere"
    also_known_as = ("l1 plus l2",)
    solves = r"\min f(x) + \tfrac{1}{2c\lambda}\sum_i \max(\lambda|x_i| - 1, 0)^2"
    solves_text = "min f(x) + 1/(2 c lam) sum max(lam |x_i| - 1, 0)^2"
    separable = True
    strictly_convex = True

    c: float = 1.0

    def __post_init__(self) -> None:
        settle_positive(self, "c")

    def value(self, z: Array) -> Array:
        return total(array_namespace(z).abs(z)) + self.c / 2 * dot(z, z)

    def subgradient(self, z: Array) -> Array:
        return sign(z) + self.c * z

    def conjugate(self, y: Array) -> Array:
        excess = _excess(y)
        return dot(excess, excess) / (2 * self.c)

    def conjugate_subgradient(self, y: Array) -> Array:
        return sign(y) * _excess(y) / self.c

    def project_domain(self, y: Array) -> Array:
        return +checked(y)

    def conjugate_prox(self, v: Array, step: float = 1.0) -> Array:
        inside = array_namespace(v).clip(v, -1.0, 1.0)
        return inside + sign(v) * _excess(v) / (1 + step / self.c)

    @classmethod
    def examples(cls, shape: tuple[int, ...] = (6,)) -> tuple[Self, ...]:
        return cls(), cls(c=0.25)


def _excess(y: Array) -> Array:
    """max(|y_i| - 1, 0)."""
    xp = array_namespace(y)
    return xp.maximum(xp.abs(y) - 1, xp.zeros_like(y))
