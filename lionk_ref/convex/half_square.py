"""Table 1. K of Polyak's and Nesterov's momentum: the squared Euclidean norm."""

from dataclasses import dataclass
from typing import Self

from lionk_ref.arrays import Array, checked, dot
from lionk_ref.convex.base import ConvexFunction, settle_positive


@dataclass(frozen=True)
class HalfSquare(ConvexFunction):
    r"""K(z) = (c/2) \|z\|_2^2: no constraint, a quadratic penalty.

    Parameters
    ----------
    c : float
        The curvature, c > 0.

    Examples
    --------
    >>> import numpy as np
    >>> float(HalfSquare(c=2.0).conjugate(np.array([3.0, 1.0])))
    2.5
    """

    key = "half_square"
    formula = "c/2 |z|_2^2"
    formula_subgradient = "c z"
    formula_conjugate = "|y|_2^2/(2c)"
    domain = "everywhere"
    also_known_as = ("Polyak's and Nesterov's momentum",)
    solves = r"\min f(x) + \tfrac{\lambda}{2c}\|x\|_2^2"
    solves_text = "min f(x) + lam/(2c) |x|_2^2"
    separable = True
    strictly_convex = True

    c: float = 1.0

    def __post_init__(self) -> None:
        settle_positive(self, "c")

    @property
    def smoothness(self) -> float:
        return self.c

    def value(self, z: Array) -> Array:
        return self.c / 2 * dot(z, z)

    def subgradient(self, z: Array) -> Array:
        return self.c * checked(z)

    def conjugate(self, y: Array) -> Array:
        return dot(y, y) / (2 * self.c)

    def conjugate_subgradient(self, y: Array) -> Array:
        return checked(y) / self.c

    def project_domain(self, y: Array) -> Array:
        return +checked(y)

    def conjugate_prox(self, v: Array, step: float = 1.0) -> Array:
        return checked(v) / (1 + step / self.c)

    @classmethod
    def examples(cls, shape: tuple[int, ...] = (6,)) -> tuple[Self, ...]:
        return cls(), cls(c=0.25)
