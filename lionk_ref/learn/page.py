"""The table of the ladder, for docs/exercises.md; a test holds the page against it."""

from __future__ import annotations

from collections.abc import Iterator

from lionk_ref.learn.cut import from_library
from lionk_ref.learn.exercise import Exercise
from lionk_ref.learn.ladder import LADDER

HEADER = """\
| | exercise | about | you write | cut from the library | checks | known mistakes |
|---|---|---|---|---|---|---|"""


def ladder_table() -> str:
    """A row for each exercise, in Markdown."""
    return "\n".join([HEADER, *_rows()])


def _rows() -> Iterator[str]:
    for exercise in LADDER:
        cells = (
            str(exercise.number),
            exercise.title.replace("*", r"\*"),
            exercise.paper,
            ", ".join(f"`{name}`" for name in exercise.holes),
            _origin(exercise),
            str(len(exercise.checks)),
            str(sum(map(len, exercise.mutants.values()))),
        )
        yield f"| {' | '.join(cells)} |"


def _origin(exercise: Exercise) -> str:
    """The holes that are the library's own source; a dash where all are written for students."""
    return ", ".join(f"`{module}.{name}`" for name, module in from_library(exercise).items()) or "-"
