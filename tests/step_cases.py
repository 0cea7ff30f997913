"""Steps on which a backend is held against the core: awkward sizes, values, layouts, settings."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from lionk_ref.convex import CATALOGUE, ConvexFunction
from lionk_ref.discrete.updates import SCHEMES, State

SIZES = (0, 1, 2, 7, 8, 9, 15, 16, 17, 63, 1000, 16384, 16385, 40001)
"""Around the vectors of 8 and 16 lanes and the chunks of 16384."""

AWKWARD = (
    0.0, -0.0, np.nan, np.inf, -np.inf, 1.0, -1.0, 0.1, -0.1, 0.01, 0.25, -3.0, 5e-324, 1e-45,
    -1e-45, 1e-40, -1e-40, 1e-38, 1e-310, 3e38, -3e38, 1e300, 1e-300, 7.0, 0.3,
)  # fmt: skip


class Setting(NamedTuple):
    """The parameters of a step."""

    lr: float
    beta1: float
    beta2: float
    lam: float


SETTINGS = (
    Setting(1e-3, 0.9, 0.99, 0.1),
    Setting(0.1, 0.95, 0.98, 1.0),
    Setting(0.3, 0.0, 0.5, 0.0),
    Setting(1.7, 0.5, 0.5, 0.7),
)


class Arrays(NamedTuple):
    """What a step works on."""

    x: Any
    m: Any
    g: Any

    def copy(self) -> Arrays:
        """Arrays of their own."""
        return Arrays(*(np.array(a, order="K") for a in self))


def ordinary(n: int, dtype: Any, seed: int = 0) -> Arrays:
    """Normally distributed."""
    rng = np.random.default_rng([n, seed])
    return Arrays(*(rng.standard_normal(n).astype(dtype) for _ in range(3)))


def awkward(n: int, dtype: Any, seed: int = 0, values: tuple[float, ...] = AWKWARD) -> Arrays:
    """A third each of zeros, infinities and the like, of thresholds, and of ordinary numbers."""
    rng = np.random.default_rng([n, seed])
    with np.errstate(all="ignore"):
        special = np.array(values).astype(dtype)
    draws = [rng.choice(special, n) for _ in range(3)]
    usual = [rng.standard_normal(n).astype(dtype) for _ in range(3)]
    pick = rng.integers(0, 3, (3, n))
    return Arrays(*(np.where(p > 0, a, b) for p, a, b in zip(pick, draws, usual, strict=True)))


def tied(n: int, dtype: Any, seed: int = 0) -> Arrays:
    """Of a few magnitudes, each of which occurs many times, the largest as well."""
    rng = np.random.default_rng([n, seed])
    values = np.array([0.0, -0.0, 0.25, -0.25, 0.5, -0.5], dtype)
    return Arrays(*(rng.choice(values, n) for _ in range(3)))


def hidden(n: int, dtype: Any) -> Arrays:
    """Large entries of m but for those at which a selection by samples looks: the worst luck."""
    rng, places = np.random.default_rng(n), drawn(n)
    m = 1 + rng.random(n)
    m[places] = rng.random(len(places))
    zero = np.zeros(n, dtype)
    return Arrays(zero, m.astype(dtype), zero)


def drawn(n: int) -> list[int]:
    """Where a selection by samples looks."""
    places, state, size = [], 0, min(75_000, max(1024, n // 300))
    for j in range(size):
        if j % 1024 == 0:
            state = (n + j // 1024) * 0x9E3779B97F4A7C15
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        places.append(j * (n // size) + (state >> 33) % (n // size))
    return places


def core_step(K: ConvexFunction, scheme: str, a: Arrays, s: Setting) -> State:
    """The core's step; overflow and NaN are part of what is compared."""
    with np.errstate(all="ignore"):
        return SCHEMES[scheme](K, State(a.x, a.m), a.g, **s._asdict())


def same_bits(a: Any, b: Any) -> bool:
    """Equal to the last bit, the signs of zeros included; one NaN is like another."""
    a, b = np.asarray(a), np.asarray(b)
    if a.dtype != b.dtype or a.shape != b.shape:
        return False
    whole = {2: np.uint16, 4: np.uint32, 8: np.uint64}[a.dtype.itemsize]
    return bool(np.all((a.view(whole) == b.view(whole)) | ((a != a) & (b != b))))


def examples(n: int, *keys: str) -> list[ConvexFunction]:
    """The examples of the K with these keys, for arrays of n entries."""
    return [K for key in keys for K in CATALOGUE[key].examples((n,))]
