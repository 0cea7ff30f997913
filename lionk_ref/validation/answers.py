"""What a K answers at points where mistakes show, each answer looked at on its own first."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np

from lionk_ref.arrays import as_float
from lionk_ref.convex.base import ConvexFunction
from lionk_ref.convex.required import array, scalar

INWARD = 2.0**-20
"""How far a point of dom K* is drawn towards 0, which lies in it: at its edge K* may be inf."""


def points(shape: tuple[int, ...], seed: int) -> list[Any]:
    """Zeros, ties, steps, one large entry, and normal numbers of several sizes."""
    rng, n = np.random.default_rng(seed), int(np.prod(shape))
    patterns = [[0.0], [1.0], [-2.0, 2.0], [3.0, -3.0, 3.0, 1.0, -1.0, 0.0], [0.5, 0.0, 0.0]]
    found = [np.resize(p, n) for p in patterns] + [np.where(np.arange(n) == 0, 5.0, 0.01)]
    found += [rng.normal(size=n) * size for size in (1e-3, 0.1, 1.0, 3.0, 20.0)]
    return [a.reshape(shape) for a in found]


class Answers:
    """A K at points z, with u = dK(z); y are points of dom K*, w others, p the nearest to them."""

    def __init__(self, K: ConvexFunction, z: list[Any]) -> None:
        self.K, self.z = K, z
        self.u = self.arrays("subgradient", z)
        self.k = self.numbers("value", z)
        self.y = [c * a for c in (1 - INWARD, 0.5) for a in self.u]
        self.w = [3 * u + a for a, u in zip(z, self.u, strict=True)]
        self.w += [(1 + c) * u for c in (2.0**-6, 2.0**-16) for u in self.u]
        self.p = self.arrays("project_domain", self.w)

    @cached_property
    def star(self) -> Any:
        """K* at the points y."""
        return self.numbers("conjugate", self.y)

    def edge(self, z: Any) -> Any:
        """About the last point on the ray through z, up to the size 1000, where K* is finite.

        It is drawn in by 2^-14: at the edge itself K* may forgive the rounding of y.
        """
        inside, outside = 0.0, 1e3 / (float(np.linalg.norm(z)) or 1.0)
        for _ in range(32):
            middle = (inside + outside) / 2
            if np.isfinite(self.numbers("conjugate", [middle * z])[0]):
                inside = middle
            else:
                outside = middle
        return (1 - 2.0**-14) * inside * z

    def numbers(self, method: str, points: Sequence[Any]) -> Any:
        """What a method of K gives at each point; TypeError unless it is one number."""
        return np.array([as_float(scalar(self.K, method, a.copy())) for a in points])

    def arrays(self, method: str, points: Sequence[Any]) -> list[Any]:
        """The same for arrays; TypeError or ValueError unless each is one like the point."""
        return [array(self.K, method, a.copy()) for a in points]
