"""The student's folder: the files, how far one is, and nothing that is ever lost."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

from lionk_ref.files import write_all
from lionk_ref.learn.commands import learn_command
from lionk_ref.learn.cut import student_file
from lionk_ref.learn.exercise import Exercise
from lionk_ref.learn.ladder import LADDER

PROGRESS = "progress.json"


@dataclass
class Progress:
    """What ``progress.json`` holds, each by the key of an exercise."""

    passed: list[str] = field(default_factory=list)
    attempts: dict[str, int] = field(default_factory=dict)
    hints: dict[str, int] = field(default_factory=dict)


class Folder:
    """A student's folder.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as name:
    ...     folder = Folder(Path(name))
    ...     exercise = folder.current()
    ...     folder.write(exercise).name
    '01_sign_and_ties.py'
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.progress = self._read()

    def file(self, exercise: Exercise) -> Path:
        """Where the student works on an exercise."""
        return self.path / exercise.file

    def readable(self, exercise: Exercise) -> Path:
        """The student's file, to be run.

        Raises
        ------
        ValueError
            If there is none, or if it cannot be read.
        """
        path = self.file(exercise)
        if not path.is_file():
            get = learn_command(self.path, "next", exercise.number)
            raise ValueError(f"There is no {path}. Get it: {get}")
        try:
            path.open("rb").close()
        except OSError as error:
            why = f"{path} cannot be read: {error.strerror}. Permit it, or move the file away."
            raise ValueError(why) from None
        return path

    def current(self) -> Exercise | None:
        """The first exercise that has not been passed."""
        return next((e for e in LADDER if e.key not in self.progress.passed), None)

    def write(self, exercise: Exercise) -> Path:
        """The student's file, written only where there is none."""
        path = self.file(exercise)
        self.path.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            write_all(path.parent, {path.name: student_file(exercise)})
        return path

    def reset(self, exercise: Exercise) -> Path | None:
        """A fresh file; the old one is kept under the name that is returned."""
        path, kept = self.file(exercise), None
        if path.exists():
            kept = next(name for name in _backups(path) if not name.exists())
            path.rename(kept)
        self.write(exercise)
        return kept

    def attempted(self, exercise: Exercise, passed: bool) -> None:
        """Count an attempt, and note whether the exercise is passed now."""
        attempts, key = self.progress.attempts, exercise.key
        attempts[key] = attempts.get(key, 0) + 1
        others = [name for name in self.progress.passed if name != key]
        self.progress.passed = [*others, key] if passed else others
        self.save()

    def next_hint(self, exercise: Exercise) -> int:
        """The number of the next hint, the last one again when all were given."""
        given = self.progress.hints.get(exercise.key, 0)
        number = min(given, len(exercise.hints) - 1)
        self.progress.hints[exercise.key] = number + 1
        self.save()
        return number

    def save(self) -> None:
        """Write ``progress.json``, whole or not at all."""
        self.path.mkdir(parents=True, exist_ok=True)
        text = json.dumps(asdict(self.progress), indent=1, sort_keys=True)
        write_all(self.path, {PROGRESS: text + "\n"})

    def _read(self) -> Progress:
        path = self.path / PROGRESS
        if not path.exists():
            return Progress()
        try:
            return Progress(**json.loads(path.read_text("utf-8")))
        except (ValueError, TypeError):
            raise ValueError(f"{path} is damaged. Move it away to begin anew.") from None


def _backups(path: Path) -> Iterator[Path]:
    return (path.with_name(f"{path.stem}.backup-{n}.py") for n in itertools.count(1))
