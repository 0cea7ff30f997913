"""The k-th largest |m_tilde| of each array of a table, on one thread or on several."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from lionk_numba.addresses import CHUNK, COUNT
from lionk_numba.compile import helper, kernel, stamp
from lionk_numba.emit import looking
from lionk_numba.keys import from_key, last_key
from lionk_numba.pool import share
from lionk_numba.ranks import SIGMAS, around, beside
from lionk_numba.select import SMALL, STRATA, draw, found, kth_largest, scan
from lionk_numba.tables import Table
from lionk_numba.team import over_chunks

SAMPLE = 75_000
"""The most keys of a sample: with it a bracket has less than 1 % of many entries."""


def thresholds(table: Table, k: int, look: tuple[float, float], threads: int) -> Any:
    """For each array the k-th largest, what an entry tied with it counts, how many are larger."""
    wanted = np.empty((len(table.rows), 3))
    if threads == 1 or not _in_parallel(table, k, look, wanted, threads):
        run, *_ = build(stamp())
        sample, kept = room(table, k, int(table.rows[:, COUNT].max()))
        run(table.one, table.stored, table.rows, *look, k, sample, kept, wanted)
    return wanted


def room(table: Table, k: int, n: int) -> tuple[Any, Any]:
    """Memory for a sample and for the keys in a bracket among n entries."""
    keys = np.int32 if table.one.itemsize == 4 else np.int64
    size = min(SAMPLE, max(1024, n // 300))
    ranks = 2 * SIGMAS * math.sqrt(size * k / n * (1 - k / n)) + 4
    inside = n / size * (ranks + 4 * math.sqrt(ranks))
    return np.empty(size, keys), np.empty(int(inside) + SMALL + 1024, keys)


def _in_parallel(
    table: Table, k: int, look: tuple[float, float], wanted: Any, threads: int
) -> bool:
    """Find the threshold of one large array on several threads; False if that did not work."""
    if len(table.rows) > 1:
        return False
    _, begin, aside, part, finish = build(stamp())
    n = int(table.rows[0, COUNT])
    sample, kept = room(table, k, n)
    low, high, _ = share(
        begin, threads, n, -(-sample.size // STRATA), table.one, table.stored, table.rows, *look, k,
        sample,
    )  # fmt: skip
    counts, own = np.zeros((threads, 3), np.int64), kept[: len(kept) // threads * threads]
    for _ in range(2):
        share(
            part, threads, n, table.chunks, threads, table.one, table.stored, table.rows, *look,
            low, high, own.reshape(threads, -1), counts,
        )  # fmt: skip
        found, above, nan = counts.T
        if found.min() < 0 or above.sum() < k <= (above + found).sum():
            break
        low, high, _ = aside(table.one, n, k, low, high, above.sum() >= k, sample)
    if found.min() < 0 or not above.sum() < k <= (above + found).sum():
        return False
    finish(
        table.one, k, counts, above.sum(), bool(nan.any()), low, high, own.reshape(threads, -1),
        kept, sample, wanted,
    )  # fmt: skip
    return True


@helper
def write(one: Any, k: int, key: int, larger: int, equal: int, nan: bool, wanted: Any) -> None:
    """The threshold and what each entry tied with it counts, rounded as in the core."""
    T = type(one)
    wanted[2] = larger
    wanted[0] = math.nan if nan else from_key(one, key)
    wanted[1] = math.nan if nan else np.float64((T(k) - T(larger)) / T(equal))


@helper
def work(
    first: int, last: int, threads: Any, chunks: Any, one: Any, stored: Any, rows: Any, a: Any,
    c: Any, low: Any, high: Any, kept: Any, counts: Any,
) -> None:  # fmt: skip
    """The parts of one array from ``first`` to ``last``, each with memory of its own."""
    s = looking(one, a, c, 0.0, 1.0)
    row = (rows[0, 0], rows[0, 1], rows[0, 2], rows[0, 3])
    for j in range(first, last):
        start, end = chunks * j // threads * CHUNK, chunks * (j + 1) // threads * CHUNK
        found, above, nan = scan(stored, row, start, min(rows[0, 4], end), s, low, high, kept[j])
        counts[j, 0], counts[j, 1], counts[j, 2] = found, above, nan


@helper
def draw_some(
    first: int, last: int, one: Any, stored: Any, rows: Any, a: Any, c: Any, sample: Any
) -> None:
    """The blocks of the sample from ``first`` to ``last``."""
    s = looking(one, a, c, 0.0, 1.0)
    row = (rows[0, 0], rows[0, 1], rows[0, 2], rows[0, 3])
    for block in range(first, last):
        draw(stored, row, rows[0, 4], s, sample.size, block, sample)


on_chunks, on_strata = over_chunks(work), over_chunks(draw_some)


@cache
def build(stamp: int) -> tuple[Callable[..., Any], ...]:
    """The kernel of one thread, and the four of several."""

    @kernel
    def run(
        one: Any, stored: Any, rows: Any, a: Any, c: Any, k: Any, sample: Any, kept: Any,
        wanted: Any,
    ) -> int:  # fmt: skip
        s = looking(one, a, c, 0.0, 1.0)
        for j in range(rows.shape[0]):
            row = (rows[j, 0], rows[j, 1], rows[j, 2], rows[j, 3])
            key, larger, equal, nan = kth_largest(stored, row, rows[j, 4], s, k, sample, kept)
            write(one, k, key, larger, equal, nan, wanted[j])
        return stamp

    @kernel
    def begin(
        board: Any, helpers: Any, chunks: Any, one: Any, stored: Any, rows: Any, a: Any, c: Any,
        k: Any, sample: Any,
    ) -> Any:  # fmt: skip
        on_strata(board, helpers, chunks, chunks, False, (one, stored, rows, a, c, sample))
        low, high = around(sample, sample.size, 1.0 - k / rows[0, 4], -SIGMAS, SIGMAS)
        return low, min(high, last_key(one)), stamp

    @kernel
    def aside(one: Any, n: Any, k: Any, low: Any, high: Any, higher: Any, sample: Any) -> Any:
        low, high = beside(sample, sample.size, 1.0 - k / n, low, high, higher)
        return low, min(high, last_key(one)), stamp

    @kernel
    def part(
        board: Any, helpers: Any, chunks: Any, threads: Any, one: Any, stored: Any, rows: Any,
        a: Any, c: Any, low: Any, high: Any, kept: Any, counts: Any,
    ) -> int:  # fmt: skip
        args = (threads, chunks, one, stored, rows, a, c, low, high, kept, counts)
        on_chunks(board, helpers, threads, 1, False, args)
        return stamp

    @kernel
    def finish(
        one: Any, k: Any, counts: Any, above: Any, nan: Any, low: Any, high: Any, own: Any,
        kept: Any, sample: Any, wanted: Any,
    ) -> int:  # fmt: skip
        count = 0
        for j in range(own.shape[0]):
            for i in range(counts[j, 0] if low != high else 0):
                kept[count + i] = own[j, i]
            count += counts[j, 0]
        key, larger, equal = found(k, count, above, low, high, kept, sample)
        write(one, k, key, larger, equal, nan, wanted[0])
        return stamp

    return run, begin, aside, part, finish
