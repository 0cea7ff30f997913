"""Mistakes at the edge of what can be asked for."""

from __future__ import annotations

from functools import partial
from subprocess import Popen
from typing import Any

import test_endings as endings
import test_refusals as refusals
from lionk_ref.certificates import quantities
from mutants import Mutant

INSIDE = quantities._inside


def by_no_step(K: Any, before: Any, after: Any, lr: float, lam: float, unit: float) -> Any:
    """The drift of a step of no size is asked for."""
    assert lr > 0
    return INSIDE(K, before, after, lr, lam, unit)


def kill_one(process: Popen[bytes]) -> None:
    """What it has started is let be."""
    process.kill()
    process.wait()


def anything(*arguments: Any) -> Any:
    """Whatever it is, it will do."""
    return arguments[-1]


MUTANTS = (
    Mutant("time-any", "any time", "lionk_ref.certificates.certify_continuous:require_time",
           anything, partial(refusals.check_time, 0)),
    Mutant("scheme-any", "any scheme", "lionk_ref.discrete.in_place.require_scheme", anything,
           refusals.check_schemes),
    Mutant("beta-any", "any weights", "lionk_ref.discrete.conventions.beta", anything,
           partial(refusals.check_ranges, {"beta1": 1.0})),
    Mutant("folder-late", "folders in the way are not looked for",
           "lionk_ref.files._require_no_folders", anything, endings.check_folder_in_the_way),
    Mutant("kill-one", "children live on", "lionk_ref.processes.kill_all", kill_one,
           endings.check_children_end),
    Mutant("certify-no-step", "1/lr at lr = 0", "lionk_ref.certificates.quantities._inside",
           by_no_step, refusals.check_schedules_that_end_at_zero),
    Mutant("far-edges", "no edge from 64 on", "lionk_ref.report.plots.FARTHEST", 64.0,
           refusals.check_edges_far_away),
)  # fmt: skip
