"""Grades that are kept as they come, so that an interrupted run can be taken up again."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

from lionk_ref.learn.submissions import Submission

Record = dict[str, Any]


class Journal:
    """A file of JSON lines: what was asked, then a submission a line, each safe once written.

    Parameters
    ----------
    path : Path
        The file.
    asked : dict
        The exercises and limits. A run may only be taken up with the same ones.
    seed : str
        The secret; the file holds a slow hash of it, to tell whether it is the same.
    """

    def __init__(self, path: Path, asked: Record, seed: str) -> None:
        self.path = path
        slow = hashlib.pbkdf2_hmac("sha256", seed.encode(), b"lionk grade", 300_000)
        self.head = {**asked, "seed": slow.hex()}
        self.kept: dict[str, Record] = {}

    def begin(self, resume: bool) -> None:
        """Start the file, or read what is there.

        Raises
        ------
        ValueError
            If there is one and ``resume`` is false, or it was begun with other settings.
        """
        if self.path.exists() and not resume:
            raise ValueError(
                f"{self.path} holds an unfinished run. Add --resume to go on, or remove it."
            )
        if not self.path.exists():
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._append(self.head)
            return
        head, *lines = _whole_lines(self.path)
        if head != json.loads(json.dumps(self.head)):
            raise ValueError(
                f"{self.path} was begun with another seed, other exercises or limits. "
                "Repeat those, or remove it to begin anew."
            )
        self.kept = {line["student"]: line for line in lines}

    def record(self, submission: Submission) -> Record | None:
        """What was kept of a submission, unless its files have changed."""
        line = self.kept.get(submission.student, {})
        record: Record | None = line.get("record")
        return record if line.get("digest") == submission.digest else None

    def keep(self, submission: Submission, record: Record) -> None:
        """Add a line, and see to it that it is on the disk."""
        line = {"student": submission.student, "digest": submission.digest, "record": record}
        self._append(line)

    def end(self) -> None:
        """The grades are written: the journal has done its work."""
        self.path.unlink(missing_ok=True)

    def _append(self, line: Record) -> None:
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
            file.flush()
            os.fsync(file.fileno())


def _whole_lines(path: Path) -> list[Record]:
    """The lines of a journal; what was cut short at its end is removed."""
    text = path.read_bytes()
    whole = text[: text.rfind(b"\n") + 1]
    if len(whole) < len(text):
        os.truncate(path, len(whole))
    try:
        return [json.loads(line) for line in whole.splitlines()] or [{}]
    except ValueError:
        raise ValueError(f"{path} is damaged. Remove it to begin anew.") from None
