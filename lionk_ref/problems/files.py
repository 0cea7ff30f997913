"""Section 5. The readers of the user's files: no pickle, bounded, and exact about what is wrong."""

from __future__ import annotations

import csv
import math
import zipfile
import zlib
from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

import numpy as np

MAX_BYTES = 2**30
"""Larger files, and archives that unpack to more, are refused before they are read."""

_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    ValueError,
    OSError,
    EOFError,
    RuntimeError,
    MemoryError,
)


def read_npz(path: Path) -> tuple[Any, Any]:
    """Arrays X and y for Section 5, from an .npz archive.

    Raises
    ------
    ValueError
        If it is damaged or too large, lacks X or y, or holds pickled objects.
    """
    try:
        _require_small(path)
        with np.load(path, allow_pickle=False) as archive:
            if not {"X", "y"} <= set(archive.files):
                found = ", ".join(archive.files) or "nothing"
                raise ValueError(f"expected arrays X and y in it, found {found}")
            return archive["X"], archive["y"]
    except _DAMAGE as error:
        reason = str(error).partition("\n")[0].rstrip(".") or type(error).__name__
        raise ValueError(f"{path}: cannot use this .npz file: {reason}.") from None


def _require_small(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        unpacked = sum(member.file_size for member in archive.infolist())
    if unpacked > MAX_BYTES:
        raise ValueError(f"it unpacks to {unpacked} bytes, more than {MAX_BYTES}")


def read_csv(path: Path) -> tuple[Any, Any]:
    """Arrays X and y for Section 5, from a .csv file: all columns but the last, and the last.

    Raises
    ------
    ValueError
        With line and column, where a line is too short or too long or a cell is no finite number.
    """
    numbers, width = array("d"), 0
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            for where, cells in _lines(path, file):
                if not width and _is_header(cells):
                    width = len(cells)
                    continue
                width = width or len(cells)
                if len(cells) != width:
                    raise ValueError(f"{where}: expected {width} cells, got {len(cells)}.")
                numbers.extend(_number(c, f"{where}, column {j}") for j, c in enumerate(cells, 1))
    except (csv.Error, UnicodeDecodeError, OSError) as error:
        raise ValueError(f"{path}: cannot read this as comma-separated text: {error}.") from None
    table = np.asarray(numbers).reshape(-1, max(width, 1))
    return table[:, :-1], table[:, -1]


def _lines(path: Path, file: TextIO) -> Iterator[tuple[str, list[str]]]:
    reader = csv.reader(file, strict=True)
    for cells in reader:
        if cells:
            yield f"{path}, line {reader.line_num}", cells


def _is_header(cells: list[str]) -> bool:
    return any(c.strip() for c in cells) and not any(_parsed(c) is not None for c in cells)


def _number(cell: str, where: str) -> float:
    value = _parsed(cell)
    if not cell.strip():
        raise ValueError(f"{where}: the cell is empty. Fill it or remove the line.")
    if value is None:
        raise ValueError(f"{where}: {cell[:40]!r} is not a number.")
    if not math.isfinite(value):
        raise ValueError(f"{where}: {cell.strip()[:40]} is not a finite number.")
    return value


def _parsed(cell: str) -> float | None:
    try:
        return float(cell.replace("_", "?"))  # float() reads 1_0 as ten
    except ValueError:
        return None
