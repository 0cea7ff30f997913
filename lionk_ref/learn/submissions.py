"""Whose files are whose, in a folder of submissions; what is no plain file is left alone."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from lionk_ref.learn.exercise import Exercise

MOST_BYTES = 1 << 20
MOST_FILES = 5000


class Submission(NamedTuple):
    """One student's files, by the key of the exercise."""

    student: str
    files: dict[str, Path]

    @property
    def digest(self) -> str:
        """Changes when a file does."""
        state = hashlib.sha256()
        for key, path in sorted(self.files.items()):
            state.update(f"{key}\0{hashlib.sha256(source(path)).hexdigest()}\0".encode())
        return state.hexdigest()


def source(path: Path) -> bytes:
    """The beginning of a file, longer than any that is graded."""
    with path.open("rb") as file:
        return file.read(MOST_BYTES + 1)


def find_submissions(root: Path, exercises: Sequence[Exercise]) -> list[Submission]:
    """The submissions in a folder, by name: a folder for each student, or a file for each.

    A file ``NAME_02_lion_by_hand.py`` belongs to NAME; with one exercise only, so does ``NAME.py``.
    A folder that holds exercise files itself, such as ``02_lion_by_hand.py``, is one student's.

    Raises
    ------
    ValueError
        If there are none.
    """
    if not root.is_dir():
        raise ValueError(f"{root} is no folder of submissions.")
    loose = list(_loose(root, exercises))
    if any(name == "" for name, _, _ in loose):
        found = {root.resolve().name: _own_files(root, exercises)}
    else:
        folders = [p for p in _visible(root) if _is(p, stat.S_ISDIR)]
        found = {_printable(p.name): _own_files(p, exercises) for p in folders}
        for name, exercise, path in loose:
            found.setdefault(name, {}).setdefault(exercise.key, path)
    if not found:
        raise ValueError(f"{root} holds no submissions: folders of students, or .py files.")
    return [Submission(name, found[name]) for name in sorted(found)]


def _visible(folder: Path) -> list[Path]:
    return sorted(p for p in folder.iterdir() if not p.name.startswith("."))


def _printable(name: str) -> str:
    """A name that every terminal and every file can hold."""
    return "".join(c if c.isprintable() else "?" for c in name)


def _is(path: Path, kind: object) -> bool:
    """Whether the path itself, not what it links to, is of a kind."""
    return bool(kind(path.lstat().st_mode))  # type: ignore[operator]


def _loose(root: Path, exercises: Sequence[Exercise]) -> Iterator[tuple[str, Exercise, Path]]:
    for path in _visible(root):
        if path.suffix != ".py" or not _is(path, stat.S_ISREG):
            continue
        own = [e for e in exercises if path.name.endswith(e.file)]
        if own:
            name = path.name.removesuffix(own[0].file).rstrip("._- ")
            yield _printable(name), own[0], path
        elif len(exercises) == 1:
            yield _printable(path.stem), exercises[0], path


def _own_files(folder: Path, exercises: Sequence[Exercise]) -> dict[str, Path]:
    """The file of each exercise in a student's folder or below; the one nearest to its top."""
    names = {e.file: e.key for e in exercises}
    found: dict[str, Path] = {}
    for path in sorted(_walk(folder), key=lambda p: (len(p.parts), str(p))):
        if path.name in names and _is(path, stat.S_ISREG):
            found.setdefault(names[path.name], path)
    return found


def _walk(folder: Path) -> list[Path]:
    paths: list[Path] = []
    for where, _, files in os.walk(folder):
        paths += [Path(where) / name for name in files]
        if len(paths) > MOST_FILES:
            break
    return paths
