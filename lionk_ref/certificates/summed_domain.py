"""Theorem 4.1, part 1, by the gauge of lam x: inside stays inside, outside comes nearer."""

from __future__ import annotations

import math

from lionk_ref.certificates.summed_promises import Promise
from lionk_ref.certificates.summed_step import SummedStep


def allowance(q: SummedStep) -> float:
    """How far the gauge may exceed 1: what a step rounds, against the contraction of a step.

    A step adds 3 units at x' and 8 h at what is added to it, and divides by 1 + h what was there:
    at most 4 units times 1 + 1/h hold each other up, with 32 for u, the gauge and large h. The
    distance that the core gives for the gauge adds up over the entries.
    """
    r = q.rule
    return r.width * r.spread * r.unit * (4 * (1 + 1 / q.h) + 32 + r.pairing_units)


def begins_inside(q: SummedStep, allowed: float, entries: int) -> bool:
    """Whether lam x is in dom K*, but for rounding: by its gauge, or where a run begins."""
    if math.isnan(q.before.gauge):
        return q.before.outside <= allowed / q.rule.width * math.sqrt(entries)
    return q.before.gauge <= 1 + allowed


def ends_inside(q: SummedStep, allowed: float) -> bool:
    """Whether lam x' is in dom K*, but for rounding."""
    return q.sums.gauge <= 1 + allowed


def phase_1(q: SummedStep, begins: bool, allowed: float) -> Promise:
    """gauge(lam x') - 1 <= (gauge(lam x) - 1)/(1 + h); inside, gauge(lam x') <= 1.

    By lam x' = (lam x + h u)/(1 + h) and gauge(u) <= 1. Where a run begins outside no gauge is
    known, and the first step is not judged.
    """
    if begins:
        return Promise(q.sums.gauge, 1.0, allowed)
    r, h = q.rule, q.h
    before, after = q.gauges
    rounded = 6 * ((1 + h) * before + h) + r.pairing_units * h / (1 + h) + 16 * (before + after)
    bound = 1 + (q.before.gauge - 1) / (1 + h)
    known = not math.isnan(q.before.gauge)
    return Promise(q.sums.gauge, bound, r.width * r.spread * r.unit * rounded, known)
