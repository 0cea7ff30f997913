"""The picture at the end of an exercise, saved beside its file."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lionk_ref.learn.commands import learn_command

PLOT = "No picture: it needs the plot extra, pip install 'lionk-ref[plot]'."
NOT_YET = "No picture yet ({why}). Fill the holes first: {command}"


def draw(picture: Callable[[Any], object]) -> Path | None:
    """Call ``picture`` with empty axes and save what it drew as a PNG beside its file.

    Without matplotlib, or while ``picture`` fails, it prints why in one line and returns None.
    """
    try:
        from matplotlib.figure import Figure
    except ImportError:
        print(PLOT, file=sys.stderr)
        return None
    figure = Figure(figsize=(6.4, 4.0), dpi=120, layout="constrained")
    try:
        picture(figure.subplots())
    except Exception as error:
        why = f"{_line(error, picture)}{type(error).__name__}: {error}"
        print(NOT_YET.format(why=why, command=_command(picture)), file=sys.stderr)
        return None
    return _saved(figure, picture.__globals__.get("__file__", "picture.py"))


def _line(error: Exception, picture: Callable[[Any], object]) -> str:
    """The last line of the student's own file that the error went through."""
    own = picture.__code__.co_filename
    lines = [f.lineno for f in traceback.extract_tb(error.__traceback__) if f.filename == own]
    return f"line {lines[-1]}: " if lines else ""


def _command(picture: Callable[[Any], object]) -> str:
    """The check of this very file, where it is one."""
    file = picture.__globals__.get("__file__")
    if file is None:
        return "lionk learn check"
    folder = Path(file).resolve().parent
    near = folder.relative_to(Path.cwd()) if folder.is_relative_to(Path.cwd()) else folder
    return learn_command(near, "check", Path(file).name)


def _saved(figure: Any, file: str) -> Path:
    path = Path(file).with_suffix(".png")
    figure.savefig(path)
    print(f"The picture is in {path}")
    return path
