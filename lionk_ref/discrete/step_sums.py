"""Theorem 4.1, on line: what a certificate needs of a step, by the core's functions in float64."""

from __future__ import annotations

import math

from lionk_ref.arrays import Array, Arrays, array_namespace, as_float, combine, dot, each, precise
from lionk_ref.backend import Sums
from lionk_ref.convex import ConvexFunction
from lionk_ref.convex.required import scalar
from lionk_ref.discrete.updates import State


def step_sums(
    K: ConvexFunction, before: State, after: State, m_tilde: Arrays, u: Arrays, lam: float
) -> Sums:
    """The `Sums` of one step with any K, from what it began with and what it stored.

    FY(z, y) = K(z) + K*(y) - <z, y>, with K* at the point of its domain nearest to y. Waits for
    the device.

    Examples
    --------
    >>> import numpy as np
    >>> from lionk_ref.convex import L1
    >>> before, after = State(np.zeros(2), np.zeros(2)), State(np.ones(2), np.ones(2))
    >>> sums = step_sums(L1(), before, after, np.ones(2), np.ones(2), lam=0.5)
    >>> sums.K_m_next, sums.fy_tilde_x_next, sums.v_squared, sums.gauge
    (2.0, 1.0, 0.5, 1.0)
    """
    x, m, x_next, m_next, z, u = map(precise, (*before, *after, m_tilde, u))
    y, y_next = (each(lambda a: lam * a, tree) for tree in (x, x_next))
    K_z, K_m, K_next = (scalar(K, "value", tree) for tree in (z, m, m_next))
    at = (scalar(K, "projected_conjugate", tree) for tree in (y, y_next, u))
    star, star_next, star_u = at
    v = combine(1, u, -1, y_next)
    sums = (
        K_next, K_z, star_next, dot(x_next, m_next),
        K_z + star - dot(z, y), K_z + star_next - dot(z, y_next),
        K_m + star_u - dot(m, u), K_next + star_u - dot(m_next, u), dot(v, v),
        gauge(K, y_next),
    )  # fmt: skip
    return Sums._make(map(as_float, sums))


def gauge(K: ConvexFunction, y: Arrays) -> Array:
    """1 where y lies in dom K*, and where not 1 + its distance, which is more than 1.

    Most K have no formula for the gauge of dom K*. Where K* overflows in its domain, or y is
    on its edge, either K* or the projection says so; NaN where y has one.
    """
    distance, star = K.distance_to_domain(y), K.conjugate(y)
    xp = array_namespace(distance)
    one = xp.ones_like(distance)
    outside = xp.maximum(one + distance, one + 2.0**-52)
    return xp.where((distance == 0) | (star < math.inf), one, outside)


def combined(parts: list[Sums]) -> Sums:
    """The `Sums` of several blocks: added up, but for the gauge, which is the largest.

    Examples
    --------
    >>> a, b = Sums(*range(10)), Sums(*range(9), math.nan)
    >>> combined([a, a]).v_squared, combined([a, a]).gauge, combined([a, b]).gauge
    (16, 9, nan)
    >>> combined([]).gauge
    0.0
    """
    *added, gauges = list(zip(*parts, strict=True)) or [(0.0,)] * len(Sums._fields)
    unknown = any(math.isnan(a) for a in gauges)
    return Sums._make([*map(sum, added), math.nan if unknown else max(gauges)])
