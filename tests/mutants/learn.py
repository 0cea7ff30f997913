"""Mistakes of the grader and the students' folder: whose file it is, what is lost, what is next."""

from __future__ import annotations

import argparse
import tempfile
import traceback
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from lionk_ref.cli import learn
from lionk_ref.learn import grading, left_out, submissions
from lionk_ref.learn.ladder import LADDER, find
from lionk_ref.learn.limits import Limits
from mutants import Mutant

LION = find("lion_by_hand")
DRAW = "lionk_ref.learn.draw"


def first(candidates: Sequence[Any], exercises: Sequence[Any]) -> dict[str, Path]:
    """The first file that is like it."""
    return {c.exercise.key: c.path for c in reversed(candidates) if c.exercise in exercises}


def of_the_folder(args: argparse.Namespace, action: str) -> str:
    """No number."""
    return learn.learn_command(args.folder, action)


def last(error: Exception, picture: Any) -> str:
    """The last line of all."""
    return f"line {traceback.extract_tb(error.__traceback__)[-1].lineno}: "


def graded(*names: str) -> dict[str, list[str]]:
    """The exercises of each student in a folder of these files; none where one is refused."""
    with tempfile.TemporaryDirectory() as root:
        for name in names:
            (Path(root) / name).parent.mkdir(exist_ok=True)
            (Path(root) / name).touch()
        try:
            return {s.student: [*s.files] for s in submissions.find_submissions(Path(root), LADDER)}
        except ValueError:
            return {}


def copies() -> None:
    """Of two copies neither is taken."""
    names = "bob_02_lion_by_hand-1.py", "bob_02_lion_by_hand-2.py"
    assert graded(names[0]) == {"bob": [LION.key]}
    assert graded(*names) == {"bob": []}


def strays() -> None:
    """A file of nobody's is refused."""
    assert graded(f"anna_{LION.file}", LION.file) == {}


def losses() -> None:
    """A file that is not graded is told."""
    with tempfile.TemporaryDirectory() as root:
        (Path(root) / "bob.py").touch()
        assert left_out.told(Path(root), LADDER, []) == [left_out.NOT_GRADED, "bob.py"]


def limits() -> None:
    """Limits that the model solution does not keep are refused."""
    refused = False
    try:
        grading.Grader([LION], "s", Limits(memory=16, confined=True)).weakness()
    except ValueError:
        refused = True
    assert refused


def next_command() -> None:
    """The exercise that was asked for."""
    args = argparse.Namespace(number="4", folder=Path("lionk-exercises"))
    assert learn._again(args, "hint") == "lionk learn hint 4"


def lines() -> None:
    """The line of the picture, not of what it called."""
    picture: Any = lambda: find("no such exercise")  # noqa: E731
    with pytest.raises(ValueError, match="no such exercise") as caught:
        picture()
    own = picture.__code__.co_firstlineno
    assert import_module(DRAW)._line(caught.value, picture) == f"line {own}: "


MUTANTS = [
    Mutant("copy taken", "one of several copies", f"{submissions.__name__}.chosen", first, copies),
    Mutant(
        "stray taken", "a file of nobody's passes",
        f"{submissions.__name__}._require_owners", lambda *_: None, strays,
    ),
    Mutant("file lost", "it is not told", f"{left_out.__name__}._is_missed", lambda *_: 0, losses),
    Mutant(
        "limits untried", "no model is run",
        f"{grading.__name__}.Grader._lacking", lambda *_: [], limits,
    ),
    Mutant("hint of another", "no number", f"{learn.__name__}._again", of_the_folder, next_command),
    Mutant("line of a library", "the last frame", f"{DRAW}:_line", last, lines),
]  # fmt: skip
