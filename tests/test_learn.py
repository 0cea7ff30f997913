"""The exercises: model and library pass, every known mistake fails with its own words."""

from __future__ import annotations

import ast
import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from lionk_ref.discrete.updates import explicit_lr
from lionk_ref.learn.asking import local
from lionk_ref.learn.cut import bodies, from_library, solution_file, student_file
from lionk_ref.learn.exercise import PUBLIC_SEED, Exercise, Function, statement
from lionk_ref.learn.judge import judge
from lionk_ref.learn.ladder import LADDER, find

SEEDS = (PUBLIC_SEED, "another", "a third")
each_exercise = pytest.mark.parametrize("exercise", LADDER, ids=lambda e: e.key)


def wrong_solutions() -> Iterator[Any]:
    """Each exercise with one of its holes filled by a known mistake."""
    for exercise in LADDER:
        for hole, mutants in exercise.mutants.items():
            for mutant in mutants:
                yield pytest.param(exercise, hole, mutant, id=f"{exercise.key}-{mutant.__name__}")


@each_exercise
@pytest.mark.parametrize("seed", SEEDS)
def test_the_model_passes(exercise: Exercise, seed: str) -> None:
    """On every seed."""
    verdict = judge(exercise, local(exercise.solution), seed)
    assert [o for o in verdict.outcomes if not o.held] == []


@each_exercise
@pytest.mark.parametrize("seed", SEEDS)
def test_the_library_passes(exercise: Exercise, seed: str) -> None:
    """What the library computes obeys the same checks: the exercise is about it."""
    assert set(exercise.originals) | set(from_library(exercise)) == set(exercise.holes)
    verdict = judge(exercise, local({**exercise.solution, **exercise.originals}), seed)
    assert [o for o in verdict.outcomes if not o.held] == []


@pytest.mark.parametrize(("exercise", "hole", "mutant"), [*wrong_solutions()])
def test_a_known_mistake_is_told(exercise: Exercise, hole: str, mutant: Function) -> None:
    """It fails on every seed, and the student reads about this mistake and no other."""
    for seed in SEEDS:
        verdict = judge(exercise, local({**exercise.solution, hole: mutant}), seed)
        assert not verdict.passed
        assert verdict.mistakes == [statement(mutant)]


@each_exercise
def test_messages_are_their_own(exercise: Exercise) -> None:
    """At least three mistakes, and no two with the same text."""
    texts = [statement(m) for mutants in exercise.mutants.values() for m in mutants]
    assert len(set(texts)) == len(texts) >= 3
    assert len(exercise.checks) >= 3
    assert len(exercise.hints) >= 2
    assert all(map(statement, exercise.checks))


@each_exercise
def test_the_student_file_is_the_model_with_holes(exercise: Exercise) -> None:
    """It parses, has every hole empty, and is the same elsewhere."""
    student, solution = ast.parse(student_file(exercise)), ast.parse(solution_file(exercise))
    assert len(student.body) == len(solution.body)
    for ours, theirs in zip(student.body, solution.body, strict=True):
        hole = isinstance(ours, ast.FunctionDef) and ours.name in exercise.holes
        assert (ast.dump(ours) == ast.dump(theirs)) is not hole
        if isinstance(ours, ast.FunctionDef) and hole:
            assert ast.unparse(ours.body[-1]) == "..."
            assert ours.name in bodies(exercise)


@each_exercise
def test_files_are_cells(exercise: Exercise) -> None:
    """Percent format: a text cell first, code cells, no cut mark left over."""
    text = student_file(exercise)
    assert text.startswith("# %% [markdown]\n")
    assert text.count("\n# %%\n") >= 3
    assert "# cut" not in text
    assert max(map(len, text.splitlines())) <= 100


def test_no_docstring_gives_the_answer_away() -> None:
    """The library's docstring of explicit_lr ends with its formula, the student's does not."""
    assert "lr/(1 + lr lam)" in (explicit_lr.__doc__ or "")
    assert "lr/(1 + lr lam)" not in student_file(find("phase_1"))


def test_the_ladder_is_numbered() -> None:
    """1, 2, 3, ...; each is found by number, name and file."""
    assert [e.number for e in LADDER] == list(range(1, len(LADDER) + 1))
    for e in LADDER:
        assert find(str(e.number)) is find(e.key) is find(e.file) is e
    with pytest.raises(ValueError, match="no exercise 'nosuch'"):
        find("nosuch")


@each_exercise
@pytest.mark.parametrize("value", [float("nan"), float("inf"), -1.0, 0.0, 1e308])
def test_a_constant_earns_little(exercise: Exercise, value: float) -> None:
    """Answers of one number of the right shape: no error, one point at most, none for NaN."""

    def answer(name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        given = exercise.bind(name, args, kwargs)
        shapes = exercise.holes[name]
        names = (shapes,) if isinstance(shapes, str) else shapes
        parts = [np.full(() if n == "scalar" else np.shape(given[n]), value) for n in names]
        return parts[0] if isinstance(shapes, str) else parts

    assert judge(exercise, answer, "any").points <= (not math.isnan(value))
