"""Theorem 4.1, part 1, with the exponent corrected to t - s: Phase 1."""

from __future__ import annotations

from lionk_ref.arrays import norm
from lionk_ref.certificates.judgement import Inequality
from lionk_ref.certificates.quantities import Quantities


def phase_1(q: Quantities) -> Inequality:
    """dist(lam x', dom K*) <= dist(lam x, dom K*)/(1 + lr lam), in the Euclidean norm.

    lam x' is a convex combination of lam x and u, so u's own distance, which is rounding, and
    the rounding of x' are what the tolerance holds.
    """
    growth = 1 + q.lr * q.lam
    bound = q.before.distance / growth
    u_off = q.lr * q.lam / growth * (q.u_distance + 8 * q.unit * norm(q.u))
    measuring = 2.0**-50 * q.lam * (norm(q.before.x) + norm(q.after.x))
    return Inequality(q.after.distance, bound, q.lam * norm(q.rounding.x) + u_off + measuring, True)
