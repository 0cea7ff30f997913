"""The files that may be a student's, and which of them is taken; links are not followed."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from lionk_ref.learn.exercise import Exercise
from lionk_ref.learn.names import mentions, printable, read

MOST_FILES = 5000


class Candidate(NamedTuple):
    """A file that may be a student's, ``exact`` if its name is the very one asked for."""

    exercise: Exercise
    exact: bool
    path: Path


Candidates = dict[str, list[Candidate]]
"""By student."""


def visible(folder: Path, kind: object = stat.S_ISREG) -> list[Path]:
    """What lies in a folder and is not hidden, by name; plain files unless another kind is asked.

    The kind is that of the path itself, not of what it links to.
    """
    paths = sorted(p for p in folder.iterdir() if not p.name.startswith("."))
    return [p for p in paths if kind(p.lstat().st_mode)]  # type: ignore[operator]


def walk(folder: Path) -> list[Path]:
    """The files in a folder and below, up to many, those nearest to its top first."""
    paths: list[Path] = []
    for where, _, files in os.walk(folder):
        paths += [Path(where) / name for name in files]
        if len(paths) > MOST_FILES:
            break
    shown = (p for p in paths if not p.name.startswith("."))
    return sorted(shown, key=lambda p: (len(p.parts), str(p)))


def of_folders(root: Path) -> Candidates:
    """What lies in folders, each a student's."""
    found: Candidates = {}
    for folder in visible(root, stat.S_ISDIR):
        found.setdefault(printable(folder.name), []).extend(below(folder))
    return found


def below(folder: Path) -> list[Candidate]:
    """A student's files, in a folder of the student's own or below."""
    named = ((read(p.name), p) for p in walk(folder) if stat.S_ISREG(p.lstat().st_mode))
    return [Candidate(n.exercise, n.plain and not n.student, p) for n, p in named if n]


def by_names(root: Path) -> Candidates:
    """What lies beside the folders, by the student that each name says; "" where it says none."""
    found: Candidates = {}
    for path in visible(root):
        if named := read(path.name):
            candidate = Candidate(named.exercise, named.plain, path)
            found.setdefault(named.student, []).append(candidate)
    return found


def whole_names(root: Path, exercises: Sequence[Exercise]) -> Iterator[tuple[str, list[Candidate]]]:
    """Where one exercise is graded, a file that names none is of it, and its name the student."""
    if len(exercises) == 1:
        for path in visible(root):
            if path.suffix.lower() == ".py" and not mentions(path.name):
                yield printable(path.stem), [Candidate(exercises[0], False, path)]


def chosen(candidates: Sequence[Candidate], exercises: Sequence[Exercise]) -> dict[str, Path]:
    """For each exercise the first file of the very name, else the only one like it."""
    found: dict[str, Path] = {}
    for exercise in exercises:
        own = [c for c in candidates if c.exercise is exercise]
        exact = [c for c in own if c.exact]
        if exact or len(own) == 1:
            found[exercise.key] = (exact or own)[0].path
    return found
