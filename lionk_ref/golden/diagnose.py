"""Naming the mistake: the mutants that give the numbers that an implementation gave."""

from __future__ import annotations

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

    def __str__(self) -> str:
        share = f"{self.repeats} of {self.failures} failures"
        return f"{self.name}: {self.mistake} Gives the same numbers in {share}. Seen: {self.seen}."


def suspects(results: Sequence[Result]) -> list[Suspect]:
    """The mutants that repeat at least half of the failures, the best first.

    One that fails where the implementation passed is no suspect, however much it repeats.
    """
    wrong = [r for r in results if r.outcome in (FAILED, LOOSE) and r.observed]
    right = [r for r in results if r.outcome == "pass" and r.observed]
    found = (
        [_suspect(name, mutant, wrong, right) for name, mutant in MUTANTS.items()] if wrong else []
    )
    likely = [s for s in found if s and 2 * s.repeats >= s.failures]
    return sorted(likely, key=lambda s: -s.repeats)


def _suspect(
    name: str, mutant: type[Lion], wrong: Sequence[Result], right: Sequence[Result]
) -> Suspect | None:
    repeats = sum(_repeats(mutant, r) is True for r in wrong)
    if not repeats or any(_repeats(mutant, r) is False for r in right):
        return None
    return Suspect(name, mutant.mistake(), mutant.seen, repeats, len(wrong))


def _repeats(mutant: type[Lion], result: Result) -> bool | None:
    """Whether the mutant gives the numbers that were observed; None if it has no such case."""
    peer = mutant.peer()
    if peer.refusal(result.case.setting):
        return None
    try:
        seen = observe(peer, result.case)
    except (Unsupported, ValueError):
        return None
    return same(result.case, seen, result.observed)


def same(case: Case, ours: Sequence[Observed], theirs: Sequence[Observed]) -> bool:
    """Equal x, and m where it is shown, to the case's tolerance and 64 roundings of the largest."""
    lines = zip(case.steps, ours, theirs, strict=True)
    return all(
        _alike(x, y, step.x_tolerance)
        and (m is None or n is None or _alike(m, n, step.m_tolerance))
        for step, (x, m), (y, n) in lines
    )


def _alike(a: Array, b: Array, tolerance: Array) -> bool:
    finite = np.where(np.isfinite(a), np.abs(a), 0)
    reach = 64 * np.finfo(a.dtype).eps * max(1.0, float(np.max(finite, initial=0)))
    with np.errstate(invalid="ignore"):
        near = (
            np.abs(a.astype(np.float64) - b) <= np.where(np.isinf(tolerance), 0, tolerance) + reach
        )
    return bool(np.all(near | (np.isnan(a) & np.isnan(b)) | (a == b)))
