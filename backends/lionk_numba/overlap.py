"""What is written must overlap nothing else, but that a gradient may lie where its own x or m does.

The gradient of f(x) = |x|^2/2 is x itself, and each entry is read before it is written.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from lionk_numba.addresses import COUNT, G, M, X
from lionk_numba.tables import Table

MESSAGE = "step_ overwrites x and m, but {} overlap in memory: give it copies, or use step."


def require_disjoint(tables: list[Table]) -> None:
    """Raise ValueError where arrays overlap that must not."""
    if len(tables) == 1 and len(tables[0].rows) == 1:
        _one(tables[0].rows[0].tolist(), tables[0].one.itemsize, tables[0].stored.itemsize)
        return
    if not tables:
        return
    rows = np.concatenate([t.rows for t in tables])
    sizes = np.repeat(
        [[t.one.itemsize, t.stored.itemsize] for t in tables], [len(t.rows) for t in tables], axis=0
    )
    kept = rows[:, COUNT] > 0
    _many(rows[kept], *sizes[kept].T)


def _one(row: list[int], size: int, stored: int) -> None:
    x, m, g, n = row[X], row[M], row[G], row[COUNT]
    if x < m + n * stored and m < x + n * size:
        raise ValueError(MESSAGE.format("x and m"))
    if abs(g - x) < n * size and g != x:
        raise ValueError(MESSAGE.format("x and g"))
    if g < m + n * stored and m < g + n * size and not (g == m and size == stored):
        raise ValueError(MESSAGE.format("m and g"))


def _many(rows: Any, size: Any, stored: Any) -> None:
    n, g = rows[:, COUNT], rows[:, G]
    starts = np.concatenate([rows[:, X], rows[:, M]])
    ends = starts + np.concatenate([n * size, n * stored])
    order = np.argsort(starts)
    starts, ends = starts[order], ends[order]
    if np.any(ends[:-1] > starts[1:]):
        raise ValueError(MESSAGE.format("two arrays of x and m"))
    own = (g == rows[:, X]) | ((g == rows[:, M]) & (size == stored))
    before = np.searchsorted(starts, g + n * size) - 1
    if np.any(~own & (before >= 0) & (ends[before] > g)):
        raise ValueError(MESSAGE.format("an array of g and another of x or m"))
