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


class Border:
    """Whether a run is in dom K*, but for rounding, from step to step.

    What has come to lie inside may be held off by as much as the smallest step so far allows.
    What is outside has to come nearer than the largest step so far allows: as lr falls, the
    rounding that a step could hold up grows, but nothing has come inside by that.
    """

    def __init__(self) -> None:
        self.allowed, self.entry, self.within = 0.0, math.inf, False

    def cross(self, q: SummedStep, entries: int) -> tuple[bool, bool]:
        """Whether a step begins inside, and whether it ends there."""
        allowed = allowance(q)
        self.allowed, self.entry = max(self.allowed, allowed), min(self.entry, allowed)
        begins = self.within or self._starts_inside(q, entries)
        self.within = q.sums.gauge <= 1 + (self.allowed if begins else self.entry)
        return begins, self.within

    def _starts_inside(self, q: SummedStep, entries: int) -> bool:
        if not math.isnan(q.before.gauge):
            return q.before.gauge <= 1 + self.entry
        return q.before.outside <= self.entry / q.rule.width * math.sqrt(entries)


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
