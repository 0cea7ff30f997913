"""Section 2. New K from old: multiples, changes of scale."""

from __future__ import annotations

from dataclasses import dataclass

from lionk_ref.arrays import Array, Arrays, checked, each
from lionk_ref.convex.base import ConvexFunction, inherit, settle_positive


@dataclass(frozen=True)
class Scaled(ConvexFunction):
    """c K, whose conjugate is c K*(y/c): the constraint set grows by c.

    Examples
    --------
    >>> import numpy as np
    >>> from lionk_ref.convex import L1
    >>> Scaled(L1(), 3.0).subgradient(np.array([-2.0, 5.0]))
    array([-3.,  3.])
    """

    K: ConvexFunction
    c: float

    key = "scaled"
    formula = "c K(z)"
    solves = r"\min f(x) + \tfrac{c}{\lambda} K^*(\lambda x / c)"
    solves_text = "min f(x) + c/lam K*(lam x/c)"

    def __post_init__(self) -> None:
        settle_positive(self, "c")
        inherit(self, self.K)

    @property
    def smoothness(self) -> float:
        return self.c * self.K.smoothness

    @property
    def differentiable(self) -> bool:
        return self.K.differentiable

    def value(self, z: Arrays) -> Array:
        return self.c * self.K.value(z)

    def subgradient(self, z: Arrays) -> Arrays:
        return _times(self.c, self.K.subgradient(z))

    def conjugate(self, y: Arrays) -> Array:
        return self.c * self.K.conjugate(_over(y, self.c))

    def projected_conjugate(self, y: Arrays) -> Array:
        return self.c * self.K.projected_conjugate(_over(y, self.c))

    def conjugate_subgradient(self, y: Arrays) -> Arrays:
        return self.K.conjugate_subgradient(_over(y, self.c))

    def project_domain(self, y: Arrays) -> Arrays:
        return _times(self.c, self.K.project_domain(_over(y, self.c)))

    def conjugate_prox(self, v: Arrays, step: float = 1.0) -> Arrays:
        return _times(self.c, self.K.conjugate_prox(_over(v, self.c), step / self.c))

    def argmin_support(self, x: Arrays) -> Array:
        return self.K.argmin_support(x)


@dataclass(frozen=True)
class Dilated(ConvexFunction):
    """K(c z), whose conjugate is K*(y/c).

    Examples
    --------
    >>> import numpy as np
    >>> from lionk_ref.convex import Huber
    >>> Dilated(Huber(), 2.0).subgradient(np.array([0.25, 5.0]))
    array([1., 2.])
    """

    K: ConvexFunction
    c: float

    key = "dilated"
    formula = "K(c z)"
    solves = r"\min f(x) + \tfrac{1}{\lambda} K^*(\lambda x / c)"
    solves_text = "min f(x) + 1/lam K*(lam x/c)"

    def __post_init__(self) -> None:
        settle_positive(self, "c")
        inherit(self, self.K)

    @property
    def smoothness(self) -> float:
        return self.c**2 * self.K.smoothness

    @property
    def differentiable(self) -> bool:
        return self.K.differentiable

    def value(self, z: Arrays) -> Array:
        return self.K.value(_times(self.c, z))

    def subgradient(self, z: Arrays) -> Arrays:
        return _times(self.c, self.K.subgradient(_times(self.c, z)))

    def conjugate(self, y: Arrays) -> Array:
        return self.K.conjugate(_over(y, self.c))

    def projected_conjugate(self, y: Arrays) -> Array:
        return self.K.projected_conjugate(_over(y, self.c))

    def conjugate_subgradient(self, y: Arrays) -> Arrays:
        return _over(self.K.conjugate_subgradient(_over(y, self.c)), self.c)

    def project_domain(self, y: Arrays) -> Arrays:
        return _times(self.c, self.K.project_domain(_over(y, self.c)))

    def conjugate_prox(self, v: Arrays, step: float = 1.0) -> Arrays:
        return _times(self.c, self.K.conjugate_prox(_over(v, self.c), step / self.c**2))

    def argmin_support(self, x: Arrays) -> Array:
        return self.K.argmin_support(x) / self.c


def _times(c: float, z: Arrays) -> Arrays:
    return each(lambda a: c * checked(a), z)


def _over(z: Arrays, c: float) -> Arrays:
    return each(lambda a: checked(a) / c, z)
