"""The picture at the end of an exercise, saved beside its file."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

PLOT = "No picture: it needs the plot extra, pip install 'lionk-ref[plot]'."
NOT_YET = "No picture yet ({why}). Fill the holes first: lionk learn check"


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
        line = traceback.extract_tb(error.__traceback__)[-1].lineno
        why = f"line {line}: {type(error).__name__}: {error}"
        print(NOT_YET.format(why=why), file=sys.stderr)
        return None
    return _saved(figure, picture.__globals__.get("__file__", "picture.py"))


def _saved(figure: Any, file: str) -> Path:
    path = Path(file).with_suffix(".png")
    figure.savefig(path)
    print(f"The picture is in {path}")
    return path
