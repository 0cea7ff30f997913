"""Which part of eq. (2) is wrong where no mutant repeats the failures.

A failure alone says little: a wrong decay breaks nearly every case. So the failing cases are run
again with one thing left out, and a cause is named only if its absence makes the difference.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from lionk_ref.golden.cases import Case, Expected
from lionk_ref.golden.compare import Observed
from lionk_ref.golden.place import place
from lionk_ref.golden.replay import FAILED, Result
from lionk_ref.golden.rerun import at_zero, is_right, observed, without_decay, without_poison
from lionk_ref.golden.symptoms_decay import decay_symptom
from lionk_ref.peers import Peer

NARROW = "binary64 is wrong in the digits beyond binary32: float32 in lr or inside"
DRIFT = "a coordinate without gradient drifts: sign(0) is not 0, or m is quantised"
POISON = "NaN or inf is not passed on, or reaches other coordinates"
NO_POLAR_FACTOR = "no polar factor: the singular values of the first step differ"


def symptoms(peer: Peer, results: Sequence[Result]) -> list[str]:
    """The causes in eq. (2) or (15) that can be told apart; else the place of the mistake."""
    wrong = [r for r in results if r.outcome == FAILED and r.observed]
    if wrong and all(_is_narrow(r) for r in wrong):
        return [NARROW]
    return list(_causes(peer, wrong)) or place(wrong)


def _causes(peer: Peer, wrong: Sequence[Result]) -> Iterator[str]:
    if decay := decay_symptom(peer, wrong):
        yield decay
    if any(_drifts(peer, r.case) for r in wrong):
        yield DRIFT
    if any(_is_poisoned(peer, r, bool(decay)) for r in wrong):
        yield POISON
    if any(_is_no_polar_factor(peer, r.case) for r in wrong):
        yield NO_POLAR_FACTOR


def _is_narrow(r: Result) -> bool:
    """Whether it fails in binary64 by no more than binary32 could."""
    if r.case.setting.dtype != "binary64":
        return False
    steps = zip(r.case.steps, r.observed, strict=True)
    return all(bool(np.allclose(x, s.x, rtol=1e-4, atol=1e-4)) for s, (x, _) in steps)


def _drifts(peer: Peer, case: Case) -> bool:
    """Whether x of Lion leaves 0, with lam = 0, where there was no gradient so far."""
    idle = np.full(case.shape, case.setting.K == "l1")
    for step, (x, _) in zip(case.steps, observed(peer, at_zero(without_decay(case))), strict=False):
        idle &= step.g == 0
        if np.any(x[idle]):
            return True
    return False


def _is_poisoned(peer: Peer, r: Result, decay: bool) -> bool:
    """Whether it is right without the NaN or inf. A wrong decay excuses NaN there: 0 inf is one."""
    if "NonFinite" not in r.case.flags:
        return False
    excused = decay and all(map(_is_nan_where_lost, r.case.steps, r.observed))
    return not excused and is_right(peer, without_poison(r.case))


def _is_nan_where_lost(step: Expected, seen: Observed) -> bool:
    x, lost = seen[0], ~np.isfinite(step.m)
    return bool(np.all((x == step.x) | (lost & np.isnan(x))))


def _is_no_polar_factor(peer: Peer, case: Case) -> bool:
    """Whether the first step, with lam = 0, has not the singular values 1, nor any that agree."""
    seen = observed(peer, without_decay(case)) if case.setting.K == "nuclear" else []
    if not seen or case.steps[0].repeat > 1 or not np.all(np.isfinite(seen[0][0])):
        return False
    sizes = np.linalg.svd(seen[0][0] - case.x0, compute_uv=False)
    return bool(sizes.min() < 0.99 * sizes.max())
