"""Section 2. New K from old: multiples, changes of scale, sums over blocks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lionk_ref.arrays import Array, Arrays, added, checked, each
from lionk_ref.convex.base import ConvexFunction, settle_positive


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
        _inherit(self, self.K)

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
        _inherit(self, self.K)

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

    def argmin_support(self, x: Arrays) -> Array:
        return self.K.argmin_support(x) / self.c


@dataclass(frozen=True)
class Blocks(ConvexFunction):
    """sum_b K_b(z_b) over the blocks of a dict of arrays: one K for each.

    Examples
    --------
    >>> import numpy as np
    >>> from lionk_ref.convex import L1, L2
    >>> K = Blocks({"w": L2(), "b": L1()})
    >>> float(K.value({"w": np.array([3.0, 4.0]), "b": np.array([-2.0])}))
    7.0
    """

    parts: Mapping[str, ConvexFunction]

    key = "blocks"
    formula = "sum_b K_b(z_b)"
    solves = r"\min f(x) + \tfrac{1}{\lambda}\sum_b K_b^*(\lambda x_b)"
    solves_text = "min f(x) + 1/lam sum_b K_b*(lam x_b)"

    def __post_init__(self) -> None:
        if not self.parts:
            raise ValueError("Blocks needs at least one named K, got none.")
        _inherit(self, *self.parts.values())

    @property
    def smoothness(self) -> float:
        return max(K.smoothness for K in self.parts.values())

    @property
    def differentiable(self) -> bool:
        return all(K.differentiable for K in self.parts.values())

    def value(self, z: Arrays) -> Array:
        return self._sum("value", z)

    def subgradient(self, z: Arrays) -> Arrays:
        return self._map("subgradient", z)

    def conjugate(self, y: Arrays) -> Array:
        return self._sum("conjugate", y)

    def projected_conjugate(self, y: Arrays) -> Array:
        return self._sum("projected_conjugate", y)

    def conjugate_subgradient(self, y: Arrays) -> Arrays:
        return self._map("conjugate_subgradient", y)

    def project_domain(self, y: Arrays) -> Arrays:
        return self._map("project_domain", y)

    def argmin_support(self, x: Arrays) -> Array:
        return self._sum("argmin_support", x)

    def _map(self, method: str, z: Arrays) -> dict[str, Any]:
        if not isinstance(z, Mapping):
            raise TypeError(f"Blocks needs a dict of arrays, got {type(z).__name__}.")
        mapped: dict[str, Any] = each(lambda K, a: getattr(K, method)(a), self.parts, z)
        return mapped

    def _sum(self, method: str, z: Arrays) -> Array:
        return added(list(self._map(method, z).values()))


def _inherit(new: ConvexFunction, *parts: ConvexFunction) -> None:
    for flag in ("separable", "positively_homogeneous", "strictly_convex"):
        object.__setattr__(new, flag, all(getattr(K, flag) for K in parts))


def _times(c: float, z: Arrays) -> Arrays:
    return each(lambda a: c * checked(a), z)


def _over(z: Arrays, c: float) -> Arrays:
    return each(lambda a: checked(a) / c, z)
