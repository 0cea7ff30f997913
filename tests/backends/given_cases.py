"""K without a kernel, whose dK is the core's: catalogue, made from others, and a user's own."""

from __future__ import annotations

from typing import Any

import numpy as np

from lionk_ref.convex import (
    CATALOGUE,
    L1,
    L2,
    ConvexFunction,
    Dilated,
    HalfSquare,
    HalfSquaredNorm,
    Huber,
    LogSumExp,
    Lp,
    MoreauEnvelope,
    Nuclear,
    Scaled,
    Spectral,
    Sum,
)
from lionk_ref.discrete.in_place import Core

HYPER = {"lr": 0.07, "beta1": 0.9, "beta2": 0.97, "lam": 0.6}
SHAPE = (2, 3)


class Own(Huber):
    """A user's, which no backend knows; its dK is in Fortran's order."""

    def subgradient(self, z: Any) -> Any:
        """That of Huber, by columns."""
        return np.asfortranarray(super().subgradient(z)) if isinstance(z, np.ndarray) else z


EVERY = [K for cls in CATALOGUE.values() for K in cls.examples(SHAPE)]
MADE: list[ConvexFunction] = [
    Scaled(Huber(e=0.3), 2.0), Dilated(L1(), 0.5), MoreauEnvelope(L2(), 0.5), LogSumExp(),
    Sum(L1(), HalfSquare(c=0.3)), Spectral(Huber()), HalfSquaredNorm(Nuclear()), Lp(p=700.0),
    Own(e=0.5),
]  # fmt: skip


def arrays(shape: Any, dtype: Any, seed: int = 0) -> list[Any]:
    """x, m and g, with zeros of both signs."""
    rng = np.random.default_rng(seed)
    found = [np.asarray(rng.standard_normal(shape), dtype) for _ in range(3)]
    for k, a in enumerate(found):
        a.flat[k::7] = -0.0
    return found


def by_core(K: Any, scheme: str, *given: Any) -> list[Any]:
    """x and m after the core's step on copies."""
    trees = [
        {n: a.copy() for n, a in tree.items()} if isinstance(tree, dict) else tree.copy()
        for tree in given
    ]
    Core().step_(K, scheme, *trees, **HYPER)
    return trees[:2]


class Refuses(L1):
    """A K that cannot be evaluated, in one way or another."""

    def __init__(self, what: str) -> None:
        object.__setattr__(self, "what", what)

    def subgradient(self, z: Any) -> Any:
        """Nothing, or what does not fit."""
        if self.what == "dK":
            raise ValueError("no dK")
        u = super().subgradient(z)
        return {"shape": u[:1], "dtype": u.astype("f2"), "list": [1.0]}.get(self.what, u)

    def value(self, z: Any) -> Any:
        """Nothing."""
        raise ValueError("no value")


REFUSALS = {
    "dK": "no dK", "shape": "must be an array like m_tilde. Shapes must agree",
    "dtype": "must be an array like m_tilde. Arrays of different dtypes", "list": "got list",
}  # fmt: skip
"""What a `Refuses` does wrong, and what is said of it."""
