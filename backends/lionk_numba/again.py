"""A step on the same arrays as the last one, in dicts: all of it in one call, which holds the lock.

While it is held nobody takes an array out of a dict, so that no copies of the dicts need keep them;
and what has been found out about arrays holds for as long as they lie where they lay.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

from lionk_numba import separable
from lionk_numba.addresses import COUNT, G, M, X, abreast, at_end, data_of, entries_of, kinds_of
from lionk_numba.compile import helper, reader, stamp
from lionk_numba.emit import Hyper
from lionk_numba.kinds import Kind, kind_for
from lionk_numba.overlap import NEW, NEW_G, SAME, Seen, meets
from lionk_numba.pool import how_many, share
from lionk_numba.tables import Table
from lionk_ref.arrays import Arrays
from lionk_ref.backend import Kinds
from lionk_ref.convex import ConvexFunction

SHORT = 4_000_000
"""With more entries a step takes milliseconds: other threads of Python may run meanwhile."""

ALONE = getattr(sys, "_is_gil_enabled", lambda: True)()
"""Whether who holds the lock is alone."""


class Known(NamedTuple):
    """The table of the last step on dicts, and what `meets` asks of the ranges that it writes."""

    table: Table
    kinds: tuple[int, int, int]
    ranges: tuple[Any, Any, Any, Any]


_known: Known | None = None


def remember(kind: Kind, table: Table, seen: Seen | None) -> None:
    """Keep where arrays lie that have been checked, and nothing of the arrays themselves."""
    global _known
    if ALONE and seen is not None and fits(kind) and table.entries <= SHORT:
        own = table._replace(rows=table.rows.copy(), held=[])
        ranges = seen.size, seen.stored, seen.starts, seen.ends
        _known = Known(own, kinds_of(table.one, table.stored), ranges)


def fits(kind: Kind) -> bool:
    """Whether a step is one call of `separable` with nothing to be prepared."""
    return kind.family == "separable" and kind.K is None and kind.weights is None


def step(K: Kinds, x: Arrays, m: Arrays, g: Arrays, hyper: Hyper, threads: int | None) -> bool:
    """Make a step if all arrays but the gradients are those of the last one; whether they are."""
    global _known
    known, dicts = _known, type(x) is type(m) is type(g) is dict
    if known is None or not dicts or not isinstance(K, ConvexFunction):
        return False
    kind, table = kind_for(K), known.table
    if not fits(kind):
        return False
    args = separable.arguments(kind, table, hyper)
    made: bool = share(
        build(stamp()), how_many(threads, table.entries, table.chunks), table.entries,
        (id(x), id(m), id(g)), known.kinds, known.ranges, table.rows, args,
    )  # fmt: skip
    if not made:
        _known = None
    return made


@helper
def difference(dicts: Any, kinds: Any, rows: Any) -> int:
    """How dicts of arrays differ from a table, which is given their gradients."""
    news, places = SAME, (0, 0, 0)
    for k in range(rows.shape[0]):
        (x, m, g), places = abreast(dicts, places)
        if x == 0 or entries_of(x, m, g, kinds) != rows[k, COUNT]:
            return NEW
        if data_of(x) != rows[k, X] or data_of(m) != rows[k, M]:
            return NEW
        if data_of(g) != rows[k, G]:
            rows[k, G], news = data_of(g), NEW_G
    return news if at_end(dicts, places) else NEW


@cache
def build(stamp: int) -> Callable[..., bool]:
    """The kernel."""

    @reader
    def again(
        board: Any, helpers: Any, dicts: Any, kinds: Any, ranges: Any, rows: Any, args: Any
    ) -> bool:
        news = difference(dicts, kinds, rows)
        if news == NEW or (news == NEW_G and meets(rows, *ranges)):
            return False
        return RUN(board, helpers, *args) == stamp

    return again


RUN = separable.build(stamp())
