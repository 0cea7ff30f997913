"""Section 4's decay as the cause: with lam = 0 every failure is gone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from lionk_ref.golden.compare import is_within
from lionk_ref.golden.diagnose import same
from lionk_ref.golden.mutants_decay import NoDecay
from lionk_ref.golden.replay import Result, observe
from lionk_ref.golden.rerun import (
    at_zero,
    first_step,
    is_right,
    without_decay,
    without_schedule,
)
from lionk_ref.peers import Peer

Array = Any
WITHOUT_LAM = "x decays with lam = 0 as well: from x = 0 the step is right"
SCHEDULE = "the decay does not follow the step size"
MISSING_AT_1 = "the decay is missing where lr lam = 1"
EXPLICIT = "the decay is not lr lam x"
IN_MOMENTUM = "the decay reaches m', which knows no lam"
IMPLICIT = "the decay of the implicit scheme is not the division by 1 + lr lam"


def decay_symptom(peer: Peer, wrong: Sequence[Result]) -> str:
    """What is wrong with the decay of eq. (2) or (15); "" if it is not, or not alone."""
    failed = [r for r in wrong if r.case.setting.lam > 0]
    if failed and all(is_right(peer, without_decay(r.case)) for r in failed):
        return _with_lam(peer, failed)
    return WITHOUT_LAM if failed and all(_is_right_at_zero(peer, r) for r in failed) else ""


def _is_right_at_zero(peer: Peer, r: Result) -> bool:
    case = first_step(without_decay(r.case))
    return is_right(peer, at_zero(case)) and not is_right(peer, case)


def _with_lam(peer: Peer, failed: Sequence[Result]) -> str:
    if all(map(_is_missing_at_1, failed)):
        return MISSING_AT_1
    if all(is_right(peer, without_schedule(r.case)) for r in failed):
        return SCHEDULE
    gone = f"with lam = 0 none of {len(failed)} failures is left"
    if not all(map(_is_right_in_m, failed)):
        return f"{IN_MOMENTUM}: {gone}"
    explicit = [r for r in failed if r.case.setting.scheme == "explicit"]
    return f"{EXPLICIT if explicit else IMPLICIT}: {gone}{_measured(explicit)}"


def _is_missing_at_1(r: Result) -> bool:
    if any(step.lr * r.case.setting.lam != 1 for step in r.case.steps):
        return False
    return same(r.case, observe(NoDecay.peer(), r.case), r.observed)


def _is_right_in_m(r: Result) -> bool:
    seen = zip(r.case.steps, r.observed, strict=True)
    return all(m is None or is_within(m, step.m, step.m_tolerance) for step, (_, m) in seen)


def _measured(explicit: Sequence[Result]) -> str:
    """The first wrong decay of a case without rounding, in numbers."""
    exact = [r for r in explicit if r.case.kind == "exact_trajectory"]
    return next(filter(None, map(_loss, exact)), "")


def _loss(r: Result) -> str:
    x = r.case.x0
    for step, (after, _) in zip(r.case.steps, r.observed, strict=True):
        wrong = np.flatnonzero(after != step.x)
        if wrong.size and step.repeat == 1:
            lr_lam = step.lr * r.case.setting.lam
            return _numbers(wrong[0], x, x + step.lr * step.u - after, lr_lam * x)
        x = step.x
    return ""


def _numbers(at: int, x: Array, got: Array, expected: Array) -> str:
    before, got, expected = (float(a.flat[at]) for a in (x, got, expected))
    return f"; x[{at}] = {before:g} loses {got:g}, not {expected:g}"
