"""What an on-line certificate knows of a state: a few numbers, never its arrays."""

from __future__ import annotations

import math
from typing import NamedTuple

from lionk_ref.arrays import Arrays, as_float, dot, each, leaves, norm, precise
from lionk_ref.backend import Sums
from lionk_ref.convex import Blocks, ConvexFunction
from lionk_ref.convex.required import scalar
from lionk_ref.convex.spectral import SpectralFunction


class KnownState(NamedTuple):
    """K(m), K*(lam x), <x, m>, and the gauge of lam x, NaN where only ``outside`` is known.

    ``outside`` is the Euclidean distance from lam x to dom K*, where a run begins; 0 after a step,
    for which there is a gauge. ``reach`` is at least |x|.
    """

    K: float
    K_star: float
    x_m: float
    gauge: float
    outside: float
    reach: float


def known_state(K: ConvexFunction, x: Arrays, m: Arrays, lam: float) -> KnownState:
    """Evaluate a state once, by the core in float64."""
    x, m = precise(x), precise(m)
    y = each(lambda a: lam * a, x)
    outside = as_float(K.distance_to_domain(y))
    return KnownState(
        as_float(scalar(K, "value", m)), as_float(scalar(K, "projected_conjugate", y)),
        as_float(dot(x, m)),
        math.nan if outside else 1.0, outside, as_float(norm(x)),
    )  # fmt: skip


def after_step(before: KnownState, sums: Sums, lr: float, unit: float) -> KnownState:
    """The state that a step with these sums leaves; |x'| <= |x| + lr |u - lam x'|."""
    moved = lr * math.sqrt(max(sums.v_squared, 0.0))
    reach = (before.reach + moved) * (1 + 32 * unit)
    return KnownState(
        sums.K_m_next, sums.K_star_x_next, sums.x_m_next, sums.gauge, 0.0, reach
    )  # fmt: skip


class Extent(NamedTuple):
    """The sup of K* over its domain, and how much K* falls from there over 32 units inwards.

    Both 0 for a positively homogeneous K; NaN where the domain is unbounded or nobody knows.
    """

    sup: float
    edge: float


def extent(K: ConvexFunction, x: Arrays, unit: float) -> Extent:
    """The `Extent` of K, taken at a corner of its domain; ``unit`` is that of the run's dtype."""
    if K.positively_homogeneous:
        return Extent(0.0, 0.0)
    if any(isinstance(part, SpectralFunction) for part in _parts(K)):
        return Extent(math.nan, math.nan)
    far = each(lambda a: 0 * a + 4, precise(x))
    corner = K.project_domain(far)
    pairs = zip(leaves(corner), leaves(far), strict=True)
    if any(as_float(norm(a - b)) == 0 for a, b in pairs):
        return Extent(math.nan, math.nan)
    sup = as_float(K.projected_conjugate(corner))
    near = each(lambda a: (1 - 32 * unit) * a, corner)
    return Extent(sup, sup - as_float(K.projected_conjugate(near)))


def _parts(K: ConvexFunction) -> list[ConvexFunction]:
    return list(K.parts.values()) if isinstance(K, Blocks) else [K]
