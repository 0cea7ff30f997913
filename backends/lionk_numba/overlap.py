"""What is written must overlap nothing else, but that a gradient may lie where its own x or m does.

The gradient of f(x) = |x|^2/2 is x itself, and each entry is read before it is written.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from lionk_numba.addresses import COUNT, G, M, X
from lionk_numba.compile import kernel
from lionk_numba.tables import Table

MESSAGE = "step_ overwrites x and m, but {} overlap in memory: give it copies, or use step."


WHAT = ("", "two arrays of x and m", "an array of g and another of x or m")

_last: bytes = b""


def require_disjoint(tables: list[Table]) -> None:
    """Raise ValueError where arrays overlap that must not. The last answer is remembered."""
    global _last
    if len(tables) == 1 and len(tables[0].rows) == 1:
        _one(tables[0].rows[0].tolist(), tables[0].one.itemsize, tables[0].stored.itemsize)
        return
    sizes = [(t.one.itemsize, t.stored.itemsize, len(t.rows)) for t in tables]
    now = b"".join([repr(sizes).encode(), *(t.rows.tobytes() for t in tables)])
    if tables and now != _last:
        rows = np.concatenate([t.rows for t in tables])
        size, stored = (np.repeat([s[k] for s in sizes], [s[2] for s in sizes]) for k in (0, 1))
        kept = rows[:, COUNT] > 0
        _many(rows[kept], size[kept], stored[kept])
        _last = now


def _one(row: list[int], size: int, stored: int) -> None:
    x, m, g, n = row[X], row[M], row[G], row[COUNT]
    if x < m + n * stored and m < x + n * size:
        raise ValueError(MESSAGE.format("x and m"))
    if abs(g - x) < n * size and g != x:
        raise ValueError(MESSAGE.format("x and g"))
    if g < m + n * stored and m < g + n * size and not (g == m and size == stored):
        raise ValueError(MESSAGE.format("m and g"))


def _many(rows: Any, size: Any, stored: Any) -> None:
    what = first_overlap(rows, size, stored)
    if what:
        raise ValueError(MESSAGE.format(WHAT[what]))


@kernel
def first_overlap(rows: Any, size: Any, stored: Any) -> int:
    """0 where all is well, else the number in `WHAT` of what is not."""
    n = rows.shape[0]
    starts, ends = np.empty(2 * n, np.int64), np.empty(2 * n, np.int64)
    for k in range(n):
        starts[k], starts[n + k] = rows[k, X], rows[k, M]
        ends[k] = rows[k, X] + rows[k, COUNT] * size[k]
        ends[n + k] = rows[k, M] + rows[k, COUNT] * stored[k]
    order = np.argsort(starts)
    starts, ends = starts[order], ends[order]
    for k in range(2 * n - 1):
        if ends[k] > starts[k + 1]:
            return 1
    for k in range(n):
        g = rows[k, G]
        own = g == rows[k, X] or (g == rows[k, M] and size[k] == stored[k])
        before = np.searchsorted(starts, g + rows[k, COUNT] * size[k]) - 1
        if not own and before >= 0 and ends[before] > g:
            return 2
    return 0
