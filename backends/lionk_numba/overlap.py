"""What is written must overlap nothing else, but that a gradient may lie where its own x or m does.

The gradient of f(x) = |x|^2/2 is x itself, and each entry is read before it is written.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from lionk_numba.addresses import COUNT, G, M, X
from lionk_numba.compile import kernel
from lionk_numba.tables import Table

MESSAGE = "step_ overwrites x and m, but {} overlap in memory: give them copies, or use step."

SAME, NEW_G, NEW = range(3)
"""How a table differs from another one."""


class Seen(NamedTuple):
    """Tables without an overlap, and what is written, in order.

    ``kinds`` has the bytes of an entry of x and of m and the number of rows of each table, ``size``
    and ``stored`` these bytes row by row. Ranges that are written begin at ``starts`` and end at
    ``ends``.
    """

    kinds: list[tuple[int, int, int]]
    rows: Any
    size: Any
    stored: Any
    starts: Any
    ends: Any


_last: Seen | None = None


def require_disjoint(tables: list[Table]) -> Seen | None:
    """Raise ValueError where arrays overlap that must not. What was seen of many is remembered."""
    global _last
    if len(tables) == 1 and len(tables[0].rows) == 1:
        _one(tables[0].rows[0].tolist(), tables[0].one.itemsize, tables[0].stored.itemsize)
    elif tables:
        _last = _checked(tables, _last)
        return _last
    return None


def _one(row: list[int], size: int, stored: int) -> None:
    x, m, g, n = row[X], row[M], row[G], row[COUNT]
    if x < m + n * stored and m < x + n * size:
        raise ValueError(MESSAGE.format("x and m"))
    if abs(g - x) < n * size and g != x:
        raise ValueError(MESSAGE.format("x and g"))
    if g < m + n * stored and m < g + n * size and not (g == m and size == stored):
        raise ValueError(MESSAGE.format("m and g"))


def _checked(tables: list[Table], last: Seen | None) -> Seen:
    rows = tables[0].rows if len(tables) == 1 else np.concatenate([t.rows for t in tables])
    kinds = [(t.one.itemsize, t.stored.itemsize, len(t.rows)) for t in tables]
    news = difference(rows, last.rows) if last and kinds == last.kinds else NEW
    if last and news == SAME:
        return last
    seen = last._replace(rows=rows.copy()) if last and news == NEW_G else _ordered(rows, kinds)
    if meets(*seen[1:]):
        raise ValueError(MESSAGE.format("an array of g and another of x or m"))
    return seen


def _ordered(rows: Any, kinds: list[tuple[int, int, int]]) -> Seen:
    size, stored = (np.repeat([k[j] for k in kinds], [k[2] for k in kinds]) for j in (0, 1))
    starts, ends = written(rows, size, stored)
    if np.any(ends[:-1] > starts[1:]):
        raise ValueError(MESSAGE.format("two arrays of x and m"))
    return Seen(kinds, rows.copy(), size, stored, starts, ends)


@kernel
def difference(rows: Any, last: Any) -> int:
    """Whether two tables of one length are the same, or but for the gradients."""
    news = SAME
    for k in range(rows.shape[0]):
        if rows[k, X] != last[k, X] or rows[k, M] != last[k, M] or rows[k, COUNT] != last[k, COUNT]:
            return NEW
        if rows[k, G] != last[k, G]:
            news = NEW_G
    return news


@kernel
def written(rows: Any, size: Any, stored: Any) -> Any:
    """Where the ranges that are written begin and end, in their order; empty ones are left out."""
    starts, ends = np.empty(2 * rows.shape[0], np.int64), np.empty(2 * rows.shape[0], np.int64)
    n = 0
    for k in range(rows.shape[0]):
        if rows[k, COUNT] > 0:
            starts[n], ends[n] = rows[k, X], rows[k, X] + rows[k, COUNT] * size[k]
            starts[n + 1], ends[n + 1] = rows[k, M], rows[k, M] + rows[k, COUNT] * stored[k]
            n += 2
    order = np.argsort(starts[:n])
    return starts[:n][order], ends[:n][order]


@kernel
def meets(rows: Any, size: Any, stored: Any, starts: Any, ends: Any) -> bool:
    """Whether a gradient overlaps what is written, its own x or m apart.

    Those that lie one after the other mostly lie between the same two ranges.
    """
    place, n = 0, starts.size
    for k in range(rows.shape[0]):
        g = rows[k, G]
        end = g + rows[k, COUNT] * size[k]
        if end == g or g == rows[k, X] or (g == rows[k, M] and size[k] == stored[k]):
            continue
        if (place < n and starts[place] < end) or (place > 0 and ends[place - 1] > g):
            place = np.searchsorted(starts, end)
            if place > 0 and ends[place - 1] > g:
                return True
    return False
