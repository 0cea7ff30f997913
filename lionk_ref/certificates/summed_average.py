"""Theorem 4.1, last display, by sums alone: the average of Delta over a run so far."""

from __future__ import annotations

from lionk_ref.certificates.summed_promises import Promise, Rise, delta
from lionk_ref.certificates.summed_step import SummedStep


class Average:
    """sum lr Delta <= H_0 - H_T + sum of curvatures, divided by the sum of lr.

    H_0 - H_T is added up from the changes, each with the c of its step. That is the difference
    with (c_next - c) FY(m', lam x') at each change of lr, and for minibatches, whose f differ, the
    only thing that telescopes.
    """

    def __init__(self) -> None:
        self.weighted = self.supplied = self.tolerance = self.time = 0.0

    def add(self, q: SummedStep, rise: Rise, step: Promise) -> Promise:
        """Add a step, of which ``step`` is `theorem_4_1`; the averages over all that count."""
        if step.applies:
            self.weighted += q.lr * delta(q)
            self.supplied += rise.curvature - step.measured
            self.tolerance += step.tolerance
            self.time += q.lr
        time = self.time or 1.0
        return Promise(
            self.weighted / time, self.supplied / time, self.tolerance / time, self.time > 0
        )
