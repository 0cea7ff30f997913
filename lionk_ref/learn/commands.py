"""What to type next, as it is printed: the same folder, and quoted as a shell takes it."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Sequence
from pathlib import Path

FOLDER = Path("lionk-exercises")
"""The students' folder unless another is named."""


def learn_command(folder: Path, *words: object) -> str:
    """The command ``lionk learn`` with some words, for a folder.

    Examples
    --------
    >>> from pathlib import Path
    >>> from lionk_ref.learn.commands import learn_command
    >>> learn_command(Path("lionk-exercises"), "check", 4)
    'lionk learn check 4'
    """
    where = [] if folder == FOLDER else ["--folder", folder]
    return quoted(["lionk", "learn", *words, *where])


def quoted(words: Sequence[object]) -> str:
    """The words as one line."""
    texts = [str(word) for word in words]
    return subprocess.list2cmdline(texts) if os.name == "nt" else shlex.join(texts)
