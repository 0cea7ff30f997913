"""Arrays for the kernels, the core's answers to them, and bits side by side."""

from __future__ import annotations

from typing import Any

import numpy as np

from lionk_ref.convex import ConvexFunction
from lionk_ref.discrete.updates import SCHEMES, State

HYPER = {"lr": 0.01, "beta1": 0.9, "beta2": 0.99, "lam": 0.1}
"""Rounded in float32, all four of them."""

BARE = {"lr": 1.0, "beta1": 1.0, "beta2": 0.5, "lam": 0.0}
"""With x = 0 and g = 0, the new x is dK(m) itself."""

LONG = 2 * 8192 + 3627
"""Three chunks, the last of which ends in the middle of a vector."""

SPECIAL = (0.0, -0.0, np.nan, np.inf, -np.inf, 1e-40, -1e-40, 1e-45, 3e38, -3e38, 1.0, -1.0, 0.1)


def triple(shape: Any, dtype: Any, seed: int = 0, special: bool = True) -> tuple[Any, Any, Any]:
    """x, m and g: mostly normal, with every pair of special values in m and g at the start."""
    rng = np.random.default_rng(seed)
    x, m, g = (np.asarray(3 * rng.standard_normal(shape), dtype) for _ in range(3))
    pairs = [(a, b) for a in SPECIAL for b in SPECIAL] if special else []
    for i, (a, b) in enumerate(pairs[: m.size]):
        m.flat[i], g.flat[i] = a, b
    x.flat[3:9:2] = (np.nan, np.inf, -0.0)[: len(x.flat[3:9:2])] if special else 1
    x.flat[13:26:2] = -0.0
    return x, m, g


def core(K: ConvexFunction, scheme: str, x: Any, m: Any, g: Any, **hyper: float) -> State:
    """What the core makes of it."""
    with np.errstate(all="ignore"):
        return SCHEMES[scheme](K, State(x, m), g, **(hyper or HYPER))


def bits(a: Any) -> Any:
    """The bits, as integers; every NaN is one."""
    whole = a.view(f"i{a.itemsize}").astype(np.int64)
    return whole if a.dtype == np.uint16 else np.where(np.isnan(a), 2**62, whole)


def same(a: Any, b: Any) -> bool:
    """Whether two arrays agree to the last bit."""
    return a.dtype == b.dtype and a.shape == b.shape and bool(np.all(bits(a) == bits(b)))


def ulps(a: Any, b: Any) -> float:
    """The largest distance in units in the last place of ``b``; inf where NaN or inf differ."""
    odd = ~np.isfinite(a) | ~np.isfinite(b)
    if np.any(bits(a)[odd] != bits(b)[odd]):
        return np.inf
    gap = np.abs(a[~odd].astype(np.float64) - b[~odd].astype(np.float64))
    return float(np.max(gap / np.spacing(np.abs(b[~odd])), initial=0.0))
