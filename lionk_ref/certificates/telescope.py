"""Theorem 4.1, last display: the average of Delta over a run, with t running from 0 to T - 1."""

from __future__ import annotations

from typing import Any

from lionk_ref.arrays import array_namespace, dot
from lionk_ref.certificates.judgement import Inequality
from lionk_ref.certificates.lyapunov import constants, lyapunov
from lionk_ref.certificates.quantities import Quantities


class Telescope:
    """sum lr Delta <= H_0 - H_T + sum of curvatures, divided by the sum of lr.

    H is taken at the first state inside dom K* and at the last. A step size that varies adds
    (c_next - c) FY(m, lam x) at each change, a noisy gradient its own term.
    """

    def __init__(self) -> None:
        self.weighted: Any = 0.0
        self.supplied: Any = 0.0
        self.tolerance: Any = 0.0
        self.time: Any = 0.0
        self.was_inside: Any = 0.0
        self.c_before = 0.0
        self.energy: Any = 0.0

    def add(self, q: Quantities, step: Inequality) -> None:
        """Add one step, of which ``step`` is `theorem_4_1`."""
        xp = array_namespace(q.before.f)
        inside = xp.astype(q.inside, xp.float64)
        _, a, b = constants(q.lr, q.beta1, q.beta2, q.lam)
        start, end = lyapunov(q.before, q.lam, q.c), lyapunov(q.after, q.lam, q.c)
        gap = q.lam * q.before.penalty + q.before.K - q.lam * dot(q.before.x, q.before.m)
        changed = self.was_inside * (q.c - self.c_before) * gap
        self.weighted = self.weighted + inside * q.lr * (a * q.deltas.first + b * q.deltas.second)
        self.supplied = self.supplied + (inside - self.was_inside) * start + changed
        self.supplied = self.supplied + inside * (q.curvature + q.noise)
        self.tolerance = self.tolerance + inside * step.tolerance
        self.time = self.time + inside * q.lr
        self.was_inside, self.c_before, self.energy = inside, q.c, inside * end

    def promise(self) -> Inequality:
        """The averages over the steps so far: Delta's against its bound."""
        xp = array_namespace(self.time)
        time = xp.where(self.time > 0, self.time, xp.ones_like(self.time))
        bound = (self.supplied - self.energy) / time
        return Inequality(self.weighted / time, bound, self.tolerance / time, self.time > 0)
