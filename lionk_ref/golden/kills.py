"""The kill matrix: which family of vectors catches which mutant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from lionk_ref.golden.cases import Case
from lionk_ref.golden.mutant import Lion
from lionk_ref.golden.replay import LOOSE, replay


class Kill(NamedTuple):
    """Whether a family caught a mutant, and in how many of how many cases it could."""

    caught: int
    asked: int


def family(case: Case) -> str:
    """T0, T1, T2, or the number of the scenario."""
    return (
        case.id.partition(".")[0].removeprefix("scenario-")
        if case.tier == "scenario"
        else (case.tier)
    )


def kill_matrix(
    mutants: Mapping[str, type[Lion]], cases: Iterable[Case]
) -> dict[str, dict[str, Kill]]:
    """For each mutant and family the cases that it fails; another element of a set is a catch."""
    asked = [case for case in cases if case.kind != "closed_loop"]
    return {name: _row(mutant, asked) for name, mutant in mutants.items()}


def _row(mutant: type[Lion], cases: Iterable[Case]) -> dict[str, Kill]:
    row: dict[str, Kill] = {}
    for case in cases:
        if _concerns(mutant, case):
            result = replay(mutant.peer(), case)
            if result.outcome != "skip":
                before = row.get(family(case), Kill(0, 0))
                caught = int(not result.ok or result.outcome == LOOSE)
                row[family(case)] = Kill(before.caught + caught, before.asked + 1)
    return row


def _concerns(mutant: type[Lion], case: Case) -> bool:
    # A mistake about every K is shown on Lion's: the vectors of the others are for their own.
    key = case.setting.K.partition(":")[0]
    return key in mutant.K if "*" not in mutant.K else key == "l1"
