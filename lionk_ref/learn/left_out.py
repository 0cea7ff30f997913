"""What is not graded though it lies among the submissions, so that nothing is lost unseen."""

from __future__ import annotations

import stat
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

from lionk_ref.learn.candidates import visible, walk
from lionk_ref.learn.exercise import Exercise
from lionk_ref.learn.names import original, printable, read
from lionk_ref.learn.submissions import Submission

NOT_GRADED = "Not graded, as the name is no exercise's, or another file was taken, or it is a link:"
MOST_NAMED = 20
"""Of the files in one student's folder; of more only the number is told."""


def told(root: Path, exercises: Sequence[Exercise], submissions: Sequence[Submission]) -> list[str]:
    """Lines with a name each, below a first one that says what they are; none if all is graded."""
    paths = [p.relative_to(root) for p in left_out(root, exercises, submissions)]
    lines = [NOT_GRADED] if paths else []
    for folder, group in groupby(paths, lambda p: p.parts[0] if len(p.parts) > 1 else ""):
        names = [printable(str(path)) for path in group]
        more = len(names) - MOST_NAMED if folder else 0
        lines += [*names[:-more], f"{printable(folder)}: {more} more"] if more > 0 else names
    return lines


def left_out(
    root: Path, exercises: Sequence[Exercise], submissions: Sequence[Submission]
) -> list[Path]:
    """The Python files that are graded for nobody, and links to folders.

    Files of exercises that were not asked for are not among them, nor what ``lionk learn reset``
    kept of a file that is graded.
    """
    taken = {path for s in submissions for path in s.files.values()}
    return [p for p in _python(root) if p not in taken and _is_missed(p, exercises, taken)]


def _python(root: Path) -> Iterator[Path]:
    """Files and links at the top, files below."""
    links = visible(root, stat.S_ISLNK)
    yield from (p for p in links if p.is_dir())
    files = [p for p in links if not p.is_dir()] + visible(root)
    yield from (p for p in sorted(files) if p.suffix.lower() == ".py")
    for folder in visible(root, stat.S_ISDIR):
        yield from (p for p in walk(folder) if p.suffix.lower() == ".py")


def _is_missed(path: Path, exercises: Sequence[Exercise], taken: set[Path]) -> bool:
    name = original(path.name)
    named = read(name)
    asked = named is None or named.exercise in exercises
    return asked and path.with_name(name) not in taken
