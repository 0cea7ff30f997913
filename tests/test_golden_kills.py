"""What the vectors are worth: every mutant is killed, and the page says by what."""

from __future__ import annotations

from pathlib import Path

import pytest

from lionk_ref.golden.cases import cases
from lionk_ref.golden.kills import kill_matrix
from lionk_ref.golden.mutant import Lion
from lionk_ref.golden.mutants import K_MUTANTS, MUTANTS
from lionk_ref.golden.page import golden_page
from lionk_ref.golden.read import committed
from lionk_ref.golden.replay import replay

CASES = list(cases(committed()))
MATRIX = kill_matrix(MUTANTS, CASES)
DOCS = Path(__file__).parents[1] / "docs"


def test_there_are_enough_mutants() -> None:
    """At least 24 of the optimizer, and each says what is wrong and where it was seen."""
    assert len(MUTANTS) - len(K_MUTANTS) >= 24
    assert all(m.mistake() and m.seen for m in MUTANTS.values())


@pytest.mark.parametrize("name", MUTANTS)
def test_every_mutant_is_killed(name: str) -> None:
    """In at least one case, and never by crashing."""
    assert sum(kill.caught for kill in MATRIX[name].values()) > 0
    for case in CASES:
        if case.kind != "closed_loop" and case.setting.K in ("l1", *MUTANTS[name].K):
            assert replay(MUTANTS[name].peer(), case).outcome != "crash"


def test_the_right_lion_lives() -> None:
    """The parent of the mutants passes every case: what kills them is their mistake."""
    results = [replay(Lion.peer(), c) for c in CASES if c.kind != "closed_loop"]
    assert {r.outcome for r in results} == {"pass", "skip"}


NEEDED = {
    "01": "sign of zero plus",
    "02": "cautious mask",
    "03": "decay of the first lr",
    "04": "no decay",
    "05": "decay after the step",
    "06": "top k by index",
    "07": "nan is zero",
    "09": "cautious mask",
    "10": "sign of zero minus",
    "11": "sign of tiny is zero",
    "12": "per tensor norm",
    "13": "other scheme",
    "14": "newton schulz",
    "15": "lr of the first step",
    "16": "rank cut",
    "17": "near ties",
}


@pytest.mark.parametrize(("number", "name"), NEEDED.items())
def test_a_scenario_kills_the_mutant_it_is_for(number: str, name: str) -> None:
    """Its own file, without help from the others."""
    assert MATRIX[name][number].caught > 0


ALONE = {
    "sign of minute is zero": "11",
    "root of squares": "11",
    "powers as printed": "11",
    "relativistic as printed": "11",
    "relativistic by direction": "11",
    "pseudo huber as printed": "11",
    "pseudo huber by ratio": "11",
    "tanh by exponentials": "11",
    "tanh by one exponential": "11",
    "cubic newton schulz": "16",
    "rank cut": "16",
    "near sizes tied": "16",
}


@pytest.mark.parametrize(("name", "number"), ALONE.items())
def test_what_moderate_numbers_do_not_show(name: str, number: str) -> None:
    """Extreme scales and spread singular values are in one scenario: no other family catches it."""
    assert [f for f, kill in MATRIX[name].items() if kill.caught] == [number]


def test_the_page_is_made_again() -> None:
    """docs/golden.md is what the vectors and the mutants make it."""
    held = (DOCS / "golden.md").read_text("utf-8")
    assert held == golden_page(committed()), "run: lionk golden page > docs/golden.md"
