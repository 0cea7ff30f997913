"""Whether the files that a verb is asked for can be written: said before the work, not after."""

from __future__ import annotations

import os
from pathlib import Path


def require_writable(*files: Path, option: str = "--out") -> None:
    """Refuse files, such as those of Section 5, that `write_all` could not put in their place.

    Nothing is made or touched. A folder that is not there yet is judged by the one it would be in.

    Raises
    ------
    ValueError
        One line that names the first such file, what stands in its way, and ``option``.

    Examples
    --------
    >>> require_writable(Path("/dev/null/report.json"))
    Traceback (most recent call last):
        ...
    ValueError: /dev/null/report.json cannot be written: /dev/null is no folder. Change --out.
    """
    for file in files:
        obstacle = _obstacle(file)
        if obstacle:
            raise ValueError(f"{file} cannot be written: {obstacle}. Change {option}.")


def _obstacle(file: Path) -> str:
    if os.path.isdir(file):
        return "it is a folder"
    nearest = next(folder for folder in file.absolute().parents if os.path.lexists(folder))
    if not os.path.isdir(nearest):
        return f"{nearest} is no folder"
    if not os.access(nearest, os.W_OK | os.X_OK):
        return f"the folder {nearest} may not be written to"
    return ""
