"""The ladder: the exercises in their order, each with its checks, hints and known mistakes."""

from lionk_ref.learn.exercise import Exercise
from lionk_ref.learn.ladder import (
    lion_by_hand,
    sign_and_ties,
    slope_of_a_norm,
    weight_of_the_gradient,
)

_RUNGS = (sign_and_ties, lion_by_hand, weight_of_the_gradient, slope_of_a_norm)

LADDER: tuple[Exercise, ...] = tuple(rung.EXERCISE for rung in _RUNGS)


def find(what: str) -> Exercise:
    """The exercise of that number, name or file.

    Raises
    ------
    ValueError
        If there is none.
    """
    for exercise in LADDER:
        if what in {str(exercise.number), exercise.key, exercise.file}:
            return exercise
    raise ValueError(f"There is no exercise {what!r}; they are numbered 1 to {len(LADDER)}.")
