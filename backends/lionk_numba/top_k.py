"""Table 2, line 4: a pass that finds the k-th largest |m_tilde_i|, then the one that steps."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from lionk_numba import certified, first_pass, norms, products, second_pass, separable
from lionk_numba.addresses import CHUNK, COUNT
from lionk_numba.compile import helper, kernel, stamp
from lionk_numba.emit import Hyper, looking
from lionk_numba.keys import from_key
from lionk_numba.kinds import Kind, norm_kind
from lionk_numba.outer import assembled, combined
from lionk_numba.pool import how_many, share
from lionk_numba.select import SIGMAS, SMALL, bracket, found, kth_largest, scan
from lionk_numba.tables import Table
from lionk_numba.team import over_chunks
from lionk_ref.backend import Sums

SAMPLE = 32768


L1 = Kind("separable", "l1")


def step(kind: Kind, table: Table, hyper: Hyper, threads: int | None) -> None:
    """Eq. (2) or (15) on all arrays of a table; where k counts every entry, that is l1."""
    k = int(kind.p)
    every = table.rows[:, COUNT] <= k
    if every.any():
        separable.step(L1, table.only(every), hyper, threads)
    if not every.all():
        table = table.only(~every)
        threads = how_many(threads, table.entries, table.chunks)
        wanted = thresholds(table, k, norms.look_ahead(hyper), threads)
        second_pass.step("top_k", table, hyper, wanted, threads)


def certified_step(kind: Kind, table: Table, hyper: Hyper, threads: int | None) -> Sums:
    """The same, and the sums that its certificate needs."""
    every = table.rows[:, COUNT] <= int(kind.p)
    parts = []
    if every.any():
        parts.append(certified.step(L1, table.only(every), hyper, threads))
    if not every.all():
        table = table.only(~every)
        threads = how_many(threads, table.entries, table.chunks)
        parts.append(_certified(int(kind.p), table, hyper, threads))
    return combined(parts)


def _certified(k: int, table: Table, hyper: Hyper, threads: int) -> Sums:
    found = [thresholds(table, k, look, threads) for look in norms.looks(hyper)]
    values = _values(k, table, hyper, found, threads)
    added = products.step("top_k", table, hyper, found[0], threads)
    alone = norms.itself(table)
    one, most = (
        first_pass.measured(norm_kind(p), alone, norms.ITSELF, threads)[0, :, 3]
        for p in (1, math.inf)
    )
    gauge = hyper.lam * float(np.max(np.maximum(most, one / k)))
    return assembled(values, (0.0, 0.0, 0.0), hyper.lam, added, gauge)


def _values(k: int, table: Table, hyper: Hyper, found: list[Any], threads: int) -> list[float]:
    """K at each look: the sum of what lies above the threshold, and the rest of k times it."""
    above = first_pass.above(table, norms.looks(hyper), np.array([a[:, 0] for a in found]), threads)
    with np.errstate(invalid="ignore"):
        return [
            float(np.sum(sums + (k - a[:, 2]) * a[:, 0]))
            for sums, a in zip(above, found, strict=True)
        ]


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
    size = min(SAMPLE, max(1024, n // 128))
    spread = 2 * (SIGMAS + 1) * math.sqrt(k / n * (1 - k / n) / size)
    return np.empty(size, keys), np.empty(int(n * spread) + SMALL + 1024, keys)


def _in_parallel(
    table: Table, k: int, look: tuple[float, float], wanted: Any, threads: int
) -> bool:
    """Find the threshold of one large array on several threads; False if that did not work."""
    if len(table.rows) > 1:
        return False
    _, begin, part, finish = build(stamp())
    n = int(table.rows[0, COUNT])
    sample, kept = room(table, k, n)
    low, high = begin(table.one, table.stored, table.rows, *look, k, sample)
    counts, own = np.zeros((threads, 3), np.int64), kept[: len(kept) // threads * threads]
    share(
        part, threads, n, table.chunks, threads, table.one, table.stored, table.rows, *look,
        low, high, own.reshape(threads, -1), counts,
    )  # fmt: skip
    found, above, nan = counts.T
    if found.min() < 0 or not above.sum() < k <= (above + found).sum():
        return False
    kept = np.concatenate([a[:c] for a, c in zip(own.reshape(threads, -1), found, strict=True)])
    finish(table.one, k, found.sum(), above.sum(), bool(nan.any()), low, high, kept, sample, wanted)
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


on_chunks = over_chunks(work)


@cache
def build(stamp: int) -> tuple[Callable[..., Any], ...]:
    """The kernel of one thread, and the three of several."""

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
    def begin(one: Any, stored: Any, rows: Any, a: Any, c: Any, k: Any, sample: Any) -> Any:
        s = looking(one, a, c, 0.0, float(stamp))
        row = (rows[0, 0], rows[0, 1], rows[0, 2], rows[0, 3])
        return bracket(stored, row, rows[0, 4], s, k, sample)

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
        one: Any, k: Any, count: Any, above: Any, nan: Any, low: Any, high: Any, kept: Any,
        sample: Any, wanted: Any,
    ) -> int:  # fmt: skip
        key, larger, equal = found(k, count, above, low, high, kept, sample)
        write(one, k, key, larger, equal, nan, wanted[0])
        return stamp

    return run, begin, part, finish
