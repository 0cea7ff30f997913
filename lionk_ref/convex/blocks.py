"""Section 2. Sums over the blocks of a model's parameters: one K for each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from lionk_ref.arrays import Array, Arrays, added, each
from lionk_ref.convex.base import ConvexFunction, inherit
from lionk_ref.convex.required import scalar


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
        inherit(self, *self.parts.values())

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

    def conjugate_prox(self, v: Arrays, step: float = 1.0) -> Arrays:
        return self._map("conjugate_prox", v, step)

    def argmin_support(self, x: Arrays) -> Array:
        return self._sum("argmin_support", x)

    def _map(self, method: str, z: Arrays, *more: float) -> dict[str, Any]:
        return self._each(lambda K, a: getattr(K, method)(a, *more), z)

    def _sum(self, method: str, z: Arrays) -> Array:
        return added(list(self._each(lambda K, a: scalar(K, method, a), z).values()))

    def _each(self, f: Callable[[ConvexFunction, Array], Any], z: Arrays) -> dict[str, Any]:
        if not isinstance(z, Mapping):
            raise TypeError(f"Blocks needs a dict of arrays, got {type(z).__name__}.")
        mapped: dict[str, Any] = each(f, self.parts, z)
        return mapped
