"""Arrays that share memory: only g may, and only with the whole of its own x or m."""

from __future__ import annotations

from typing import Any

import numpy as np

from lionk_cupy.tables import SIZES, Table

MESSAGE = (
    "step_ overwrites x and m, but {} share memory: each needs its own. "
    "Only an array of g may be its block's x or m itself."
)


def require_disjoint(tables: list[Table]) -> None:
    """Raise ValueError where arrays overlap that must not."""
    written = [_ranges(t, column) for t in tables for column in (0, 1)]
    if not written:
        return
    starts, ends = (np.concatenate(parts) for parts in zip(*written, strict=True))
    order = np.argsort(starts, kind="stable")
    starts, ends = starts[order], ends[order]
    if np.any(ends[:-1] > starts[1:]):
        raise ValueError(MESSAGE.format("two arrays of x and m"))
    for table in tables:
        first, last = _ranges(table, 2)
        before = np.searchsorted(starts, last) - 1
        shared = (before >= 0) & (ends[before] > first)
        if np.any(shared & ~_is_own(table)):
            raise ValueError(MESSAGE.format("an array of g and another of x or m"))


def _ranges(table: Table, column: int) -> tuple[Any, Any]:
    rows = table.rows[table.rows["n"] > 0]
    starts = rows["xmg"[column]].astype(np.int64)
    return starts, starts + rows["n"] * SIZES[table.types[column]]


def _is_own(table: Table) -> Any:
    rows, (x, m, g) = table.rows[table.rows["n"] > 0], table.types
    return ((rows["g"] == rows["x"]) & (g == x)) | ((rows["g"] == rows["m"]) & (g == m))
