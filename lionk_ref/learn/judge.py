"""The checks of an exercise, one by one, and which known mistake explains a failure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np

from lionk_ref.learn.asking import Answers, Asking, local, settled
from lionk_ref.learn.exercise import Call, CheckError, Exercise, Function, statement, words


class Outcome(NamedTuple):
    """One check: its name, what it states, and what was seen; "" where it holds."""

    check: str
    statement: str
    seen: str

    @property
    def held(self) -> bool:
        """Whether the check holds."""
        return not self.seen


class Verdict(NamedTuple):
    """All checks of an exercise, and the mistakes that were recognised."""

    outcomes: list[Outcome]
    mistakes: list[str]

    @property
    def points(self) -> int:
        """How many checks hold."""
        return sum(outcome.held for outcome in self.outcomes)

    @property
    def passed(self) -> bool:
        """Whether all hold."""
        return self.points == len(self.outcomes)


def judge(exercise: Exercise, answers: Answers, seed: str) -> Verdict:
    """Run every check on inputs drawn from the seed; the answers never see the seed."""
    ask = Asking(exercise, answers)
    with np.errstate(all="ignore"):
        outcomes = [_outcome(exercise, ask, seed, i) for i in range(len(exercise.checks))]
        failed = not all(outcome.held for outcome in outcomes)
        return Verdict(outcomes, list(diagnose(exercise, ask.calls)) if failed else [])


def _outcome(exercise: Exercise, ask: Asking, seed: str, number: int) -> Outcome:
    check = exercise.checks[number]
    try:
        check(ask, exercise.random(seed, number))
    except CheckError as wrong:
        return Outcome(words(check), statement(check), str(wrong) or "it does not hold.")
    except (ArithmeticError, ValueError, TypeError, IndexError) as error:
        return Outcome(words(check), statement(check), f"no use can be made of it: {error}.")
    return Outcome(words(check), statement(check), "")


def diagnose(exercise: Exercise, calls: Iterable[Call]) -> Iterable[str]:
    """The known mistakes that give the very answers which were given."""
    calls = list(calls)
    for name, mutants in exercise.mutants.items():
        own = [call for call in calls if call.name == name]
        if all(_agrees(exercise, exercise.solution[name], call) for call in own):
            continue
        for mutant in mutants:
            if all(_agrees(exercise, mutant, call) for call in own):
                yield statement(mutant)
                break


def _agrees(exercise: Exercise, function: Function, call: Call) -> bool:
    try:
        raw = local({call.name: function})(call.name, call.args, call.kwargs)
        expected = settled(exercise, call.name, call.args, call.kwargs, raw)
    except (CheckError, ArithmeticError, ValueError):
        return False
    return all(map(_close, _parts(call.result), _parts(expected)))


def _parts(result: Any) -> tuple[Any, ...]:
    return result if isinstance(result, tuple) else (result,)


def _close(a: Any, b: Any) -> bool:
    return bool(np.allclose(a, b, rtol=1e-9, atol=0, equal_nan=True))
