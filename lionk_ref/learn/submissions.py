"""Whose files are whose, in a folder of submissions."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from lionk_ref.learn.candidates import Candidate, below, by_names, chosen, of_folders, whole_names
from lionk_ref.learn.exercise import Exercise

MOST_BYTES = 1 << 20

NONE = (
    "{root} holds no submissions: folders of students, or files such as NAME_{file}; "
    "with one --exercise also NAME.py."
)
WHOSE = (
    "Whose is {stray}? It lies beside submissions of {others}. Move it into its student's folder, "
    "or put the student's name in front: NAME_{file}."
)


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

    A file ``NAME_02_lion_by_hand.py`` belongs to NAME, and so does its copy
    ``NAME_02_lion_by_hand (1).py`` where it is the only one; with one exercise ``NAME.py`` too.
    A folder that holds exercise files itself, such as ``02_lion_by_hand.py``, is one student's,
    and so is what lies below it, unless several of its folders hold such files too.

    Raises
    ------
    ValueError
        If there are none, or if a file that names no student lies beside the files of others.
    """
    if not root.is_dir():
        raise ValueError(f"{root} is no folder of submissions.")
    found, named = of_folders(root), by_names(root)
    nobodys = named.pop("", [])
    filled = [name for name in found if found[name]]
    if nobodys and not named and len(filled) < 2:
        found = {root.resolve().name: below(root)}
    else:
        _require_owners([c for c in nobodys if c.exercise in exercises], {*filled, *named})
        for name, files in [*named.items(), *whole_names(root, exercises)]:
            found.setdefault(name, []).extend(files)
    if not found:
        raise ValueError(NONE.format(root=root, file=exercises[0].file))
    return [Submission(name, chosen(found[name], exercises)) for name in sorted(found)]


def _require_owners(nobodys: Sequence[Candidate], others: set[str]) -> None:
    for exercise, _, stray in nobodys:
        names = ", ".join([*sorted(others)[:3], *["..."] * (len(others) > 3)])
        raise ValueError(WHOSE.format(stray=stray, others=names, file=exercise.file))
