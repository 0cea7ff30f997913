"""How large sums of magnitudes can be, seen from K: Young's inequality, entry by entry."""

from __future__ import annotations

import math

from lionk_ref.arrays import Arrays, leaves
from lionk_ref.convex import (
    L1,
    L2,
    AsymmetricBox,
    Blocks,
    ConvexFunction,
    Cosh,
    DeadZone,
    Dilated,
    ElasticNet,
    Ellipsoid,
    GroupL2,
    HalfSquare,
    HalfSquaredNorm,
    Huber,
    LInf,
    LogCosh,
    Lp,
    Power,
    PseudoHuber,
    Relativistic,
    Scaled,
    SortedL1,
    TopK,
    Translated,
    WeightedL1,
)
from lionk_ref.convex.spectral import SpectralFunction

BLIND_TO_SIGNS = (
    L1, L2, LInf, Lp, TopK, GroupL2, SortedL1, WeightedL1, Huber, HalfSquare, DeadZone,
    PseudoHuber, ElasticNet, LogCosh, Cosh, Power, Relativistic,
)  # fmt: skip
"""K(z) depends on |z_i| alone, and so does K*."""


def spread(K: ConvexFunction, x: Arrays) -> float:
    """The least r known with sum_i |z_i y_i| <= r (K(z) + K*(y)) for all y in dom K*.

    1 for a K that is blind to signs: eq. (7) for |z| and |y|. For a function of singular values
    it is the root of their number: by Cauchy and Schwarz the sum is at most |sigma(z)| |sigma(y)|,
    and |a| |b| <= sqrt(n) <a, b> for a, b >= 0 in R^n that fall.

    Raises
    ------
    ValueError
        If no such r is known for K.
    """
    if isinstance(K, Blocks):
        return max((spread(K.parts[name], x[name]) for name in K.parts), default=1.0)
    if isinstance(K, HalfSquaredNorm):
        return spread(K.norm, x)
    if isinstance(K, SpectralFunction):
        return math.sqrt(max((min(a.shape[-2:], default=1) for a in leaves(x)), default=1))
    if isinstance(K, AsymmetricBox) and K.low < 0 < K.high:
        return max(-K.low, K.high) / min(-K.low, K.high)
    if isinstance(K, BLIND_TO_SIGNS) or (isinstance(K, Ellipsoid) and not _is_matrix(K.A)):
        return 1.0
    raise ValueError(
        f"The sums of a step bound no rounding for {K!r}, so that there is no certificate on "
        "line. Certify a run with lionk_ref.certify."
    )


def subgradient_units(K: ConvexFunction) -> float:
    """How many units dK may be off, relative to its entries: in l_p as often as p - 1 says.

    For a function of singular values, relative to its norm: what is promised of a polar factor.
    """
    if isinstance(K, Blocks):
        return max(map(subgradient_units, K.parts.values()), default=0.0)
    units = core_units(K) + 7
    return max(units, 100.0) if isinstance(K, SpectralFunction) else units


def core_units(K: ConvexFunction) -> float:
    """The same of the core, which forms a norm once: 16, and 7 for each power beyond the first."""
    return 16.0 + 7 * max(exponent(K) - 2, 0.0)


def exponent(K: ConvexFunction) -> float:
    """The p of an l_p, whose dK is a power p - 1 of rounded ratios; 2 for all other K."""
    if isinstance(K, Blocks):
        return max(map(exponent, K.parts.values()), default=2.0)
    if isinstance(K, Scaled | Dilated | Translated):
        return exponent(K.K)
    if isinstance(K, SpectralFunction):
        return exponent(K.vector)
    norm = K.norm if isinstance(K, HalfSquaredNorm) else K
    return norm.p if isinstance(norm, Lp) else 2.0


def _is_matrix(A: object) -> bool:
    return isinstance(A, tuple) and any(isinstance(row, tuple) for row in A)
