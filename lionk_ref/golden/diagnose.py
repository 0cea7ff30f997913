"""Naming the mistake: the mutants that give the numbers that an implementation gave."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from lionk_ref.golden.cases import Case
from lionk_ref.golden.compare import Observed
from lionk_ref.golden.mutant import Lion
from lionk_ref.golden.mutants import MUTANTS
from lionk_ref.golden.replay import FAILED, LOOSE, Result, observe
from lionk_ref.peers import Unsupported

Array = Any


class Suspect(NamedTuple):
    """A mutant, the failures that it repeats, and out of how many."""

    name: str
    mistake: str
    seen: str
    repeats: int
    failures: int
    distance: float

    def __str__(self) -> str:
        share = f"{self.repeats} of {self.failures} failures"
        return f"{self.name}: {self.mistake} Gives the same numbers in {share}. Seen: {self.seen}."


def suspects(results: Sequence[Result], nan: str = "propagate") -> list[Suspect]:
    """The mutants that repeat at least a quarter of the failures, the best first.

    One that fails where the implementation passed is no suspect, however much it repeats. ``nan``
    is the policy that the implementation declares: it is no difference to a mutant.
    """
    wrong = [r for r in results if r.outcome in (FAILED, LOOSE) and r.observed]
    right = [r for r in results if r.outcome == "pass" and r.observed]
    tried = MUTANTS.items() if wrong else ()
    found = [_suspect(name, mutant, wrong, right, nan == "freeze") for name, mutant in tried]
    likely = [s for s in found if s and 4 * s.repeats >= s.failures]
    return sorted(likely, key=lambda s: (-s.repeats, s.distance))


def _suspect(
    name: str, mutant: type[Lion], wrong: Sequence[Result], right: Sequence[Result], freezes: bool
) -> Suspect | None:
    far = (_distance(mutant, r, freezes) for r in wrong)
    found = [d for d in far if d is not None and d < math.inf]
    if not found or any(_distance(mutant, r, freezes) == math.inf for r in right):
        return None
    return Suspect(name, mutant.mistake(), mutant.seen, len(found), len(wrong), sum(found))


def _distance(mutant: type[Lion], result: Result, freezes: bool = False) -> float | None:
    """How far the mutant is from what was observed; inf beyond rounding, None if not its case."""
    peer = mutant.peer()
    if peer.refusal(result.case.setting):
        return None
    try:
        seen = observe(peer, result.case)
    except (Unsupported, ValueError):
        return None
    if not same(result.case, seen, result.observed, mutant.blur, freezes):
        return math.inf
    pairs = zip(seen, result.observed, strict=True)
    return float(sum(np.nansum(np.abs(x.astype(np.float64) - y)) for (x, _), (y, _) in pairs))


def same(
    case: Case,
    ours: Sequence[Observed],
    theirs: Sequence[Observed],
    blur: float = 0.0,
    freezes: bool = False,
) -> bool:
    """Equal x, and m where it is shown, to the case's tolerance and 64 roundings of the largest.

    Where m is lost and theirs ``freezes``, x may stand still and ours not be finite.
    """
    walked = 0.0
    for step, (x, m), (y, n) in zip(case.steps, ours, theirs, strict=True):
        walked += blur * step.lr * step.repeat
        shown = m is not None and n is not None
        lost = freezes & ~np.isfinite(step.m) & ~np.isfinite(x)
        x = np.where(lost & np.isfinite(y), y, x)
        if not _alike(x, y, step.x_tolerance + walked):
            return False
        if shown and not _alike(m, n, step.m_tolerance):
            return False
    return True


def _alike(a: Array, b: Array, tolerance: Array) -> bool:
    finite = np.where(np.isfinite(a), np.abs(a), 0)
    reach = 64 * np.finfo(a.dtype).eps * float(np.max(finite, initial=0))
    allowed = np.where(np.isinf(tolerance), 0, tolerance) + reach
    with np.errstate(invalid="ignore"):
        near = np.abs(a.astype(np.float64) - b) <= allowed
    return bool(np.all(near | (np.isnan(a) & np.isnan(b)) | (a == b)))
