"""Mistakes at the edge of what can be asked for."""

from __future__ import annotations

from typing import Any

import test_refusals as refusals
from lionk_ref.certificates import quantities
from mutants import Mutant

INSIDE = quantities._inside


def by_no_step(K: Any, before: Any, after: Any, lr: float, lam: float, unit: float) -> Any:
    """The drift of a step of no size is asked for."""
    assert lr > 0
    return INSIDE(K, before, after, lr, lam, unit)


MUTANTS = (
    Mutant("certify-no-step", "1/lr at lr = 0", "lionk_ref.certificates.quantities._inside",
           by_no_step, refusals.check_schedules_that_end_at_zero),
    Mutant("far-edges", "no edge from 64 on", "lionk_ref.report.plots.FARTHEST", 64.0,
           refusals.check_edges_far_away),
)  # fmt: skip
