"""What the name of a handed-in file says: whose it is, and of which exercise."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from lionk_ref.learn.exercise import Exercise
from lionk_ref.learn.ladder import LADDER

COPY = r"(?:[-_. ]{0,3}copy)?(?:[-_. ]{0,3}(?:\d{1,2}|\(\d{1,2}\)))?"
"""What browsers and learning-management systems add to a name: -1, (1), Copy."""

BACKUP = r"\.backup-\d+(?=\.py$)"
"""What ``lionk learn reset`` adds."""


class Named(NamedTuple):
    """A name taken apart: ``student`` is "" where it names none, ``plain`` if nothing is added."""

    student: str
    exercise: Exercise
    plain: bool


def read(name: str) -> Named | None:
    """The student and the exercise that a file's name says, or None.

    Examples
    --------
    >>> from lionk_ref.learn.names import read
    >>> found = read("bob_02_lion_by_hand (1).py")
    >>> found.student, found.exercise.number, found.plain
    ('bob', 2, False)
    >>> read("lion.py") is None
    True
    """
    match = _pattern().fullmatch(name)
    if match is None:
        return None
    student = printable(match["student"].rstrip("._- "))
    return Named(student, _exercises()[match["exercise"].lower()], not match["added"])


def mentions(name: str) -> bool:
    """Whether the name of an exercise is in it, whatever else is."""
    return any(exercise in name.lower() for exercise in _exercises())


def original(name: str) -> str:
    """The name of the file that ``lionk learn reset`` kept under this one; else the same."""
    return re.sub(BACKUP, "", name)


def printable(name: str) -> str:
    """A name that every terminal and every file can hold."""
    return "".join(c if c.isprintable() else "?" for c in name)


@cache
def _exercises() -> dict[str, Exercise]:
    return {e.file.removesuffix(".py"): e for e in LADDER}


@cache
def _pattern() -> re.Pattern[str]:
    exercise = "|".join(map(re.escape, _exercises()))
    text = rf"(?P<student>.*?)(?P<exercise>{exercise})(?P<added>{COPY})\.py"
    return re.compile(text, re.IGNORECASE | re.DOTALL)
