"""The ladder: the exercises in their order, each with its checks, hints and known mistakes."""

from lionk_ref.learn.exercise import Exercise
from lionk_ref.learn.ladder import (
    conjugate_on_a_grid,
    fenchel_young,
    find_the_misprint,
    flow_and_energy,
    gradient_by_hand,
    lion_by_hand,
    lion_lp,
    phase_1,
    sign_and_ties,
    slope_of_a_norm,
    three_lines_of_table_2,
    weight_of_the_gradient,
)

_RUNGS = (
    sign_and_ties,
    lion_by_hand,
    weight_of_the_gradient,
    slope_of_a_norm,
    conjugate_on_a_grid,
    fenchel_young,
    phase_1,
    flow_and_energy,
    three_lines_of_table_2,
    lion_lp,
    find_the_misprint,
    gradient_by_hand,
)

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
