"""Theorem 4.1, part 1, with the exponent corrected to t - s: Phase 1."""

from __future__ import annotations

from lionk_ref.arrays import norm
from lionk_ref.certificates.judgement import Inequality
from lionk_ref.certificates.quantities import Quantities
from lionk_ref.certificates.rounding import LEAST

PROJECTION = 2.0**-40
"""How far the projection on dom K* may be off, relative to the point: iteration may find it."""


def own_domain(q: Quantities) -> Inequality:
    """Below eq. (7): u = dK(m_tilde) is in dom K*, which phase 1 rests on, up to its rounding."""
    rounding = q.units * q.unit + PROJECTION
    least = 4 * LEAST[q.unit] * q.size**0.5
    return Inequality(q.u_distance, 0 * q.u_distance, rounding * norm(q.u) + least, True)


def phase_1(q: Quantities) -> Inequality:
    """dist(lam x', dom K*) <= dist(lam x, dom K*)/(1 + lr lam), in the Euclidean norm.

    lam x' is a convex combination of lam x and u, so u's own distance, which `own_domain` says is
    rounding, and the rounding of x' are what the tolerance holds, with that of the distances, to
    points that are as large as lam x and its distance together.
    """
    growth = 1 + q.lr * q.lam
    bound = q.before.distance / growth
    u_off = q.lr * q.lam / growth * (q.u_distance + 8 * q.unit * norm(q.u))
    sizes = q.lam * (norm(q.before.x) + norm(q.after.x)) + q.before.distance + q.after.distance
    tolerance = q.lam * norm(q.rounding.x) + u_off + 2.0**-50 * sizes
    return Inequality(q.after.distance, bound, tolerance, True)
