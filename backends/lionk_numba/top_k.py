"""Table 2, line 4: a pass that finds the k-th largest |m_tilde_i|, then the one that steps."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from lionk_numba import second_pass, separable
from lionk_numba.addresses import CHUNK, COUNT
from lionk_numba.compile import helper, kernel, stamp
from lionk_numba.emit import CODE, Hyper, scalars
from lionk_numba.kinds import Kind
from lionk_numba.lanes import F64
from lionk_numba.pool import how_many, share
from lionk_numba.select import SIGMAS, SMALL, bracket, found, kth_largest, scan
from lionk_numba.tables import Table

SAMPLE = 32768


def step(kind: Kind, table: Table, hyper: Hyper, threads: int | None) -> None:
    """Eq. (2) or (15) on all arrays of a table; where k counts every entry, that is l1."""
    k = int(kind.p)
    every = table.rows[:, COUNT] <= k
    if every.any():
        separable.step(Kind("separable", "l1"), table.only(every), hyper, threads)
    if every.all():
        return
    table = table.only(~every)
    threads = how_many(threads, table.entries, table.chunks)
    largest = int(table.rows[:, COUNT].max())
    wanted = np.empty((len(table.rows), 2))
    if threads == 1 or not _in_parallel(table, k, hyper.beta1, wanted, threads):
        run, *_ = build(stamp())
        sample, kept = room(table, k, largest)
        run(table.one, table.stored, table.rows, hyper.beta1, k, sample, kept, wanted)
    second_pass.step("top_k", table, hyper, 0.0, wanted, threads)


def room(table: Table, k: int, n: int) -> tuple[Any, Any]:
    """Memory for a sample and for the keys in a bracket among n entries."""
    keys = np.int32 if table.one.itemsize == 4 else np.int64
    size = min(SAMPLE, max(1024, n // 128))
    spread = 2 * (SIGMAS + 1) * math.sqrt(k / n * (1 - k / n) / size)
    return np.empty(size, keys), np.empty(int(n * spread) + SMALL + 1024, keys)


def _in_parallel(table: Table, k: int, beta1: float, wanted: Any, threads: int) -> bool:
    """Find the threshold of one large array on several threads; False if that did not work."""
    if len(table.rows) > 1:
        return False
    _, begin, part, finish = build(stamp())
    n = int(table.rows[0, COUNT])
    sample, kept = room(table, k, n)
    low, high = begin(table.one, table.stored, table.rows, beta1, k, sample)
    parts: list[Any] = []

    def work(first: int, last: int) -> None:
        own = np.empty(len(kept) // threads + 1024, kept.dtype)
        got = part(table.one, table.stored, table.rows, first, last, beta1, low, high, own)
        parts.append((*got, own))

    share(work, table.chunks, threads)
    counts, aboves, nans, owns = zip(*parts, strict=True)
    if min(counts) < 0 or not sum(aboves) < k <= sum(aboves) + sum(counts):
        return False
    merged = np.concatenate([own[:c] for own, c in zip(owns, counts, strict=True)])
    nan = any(nans)
    finish(table.one, k, sum(counts), sum(aboves), nan, low, high, merged, sample, wanted)
    return True


@intrinsic
def from_key(context: Any, one: Any, key: Any) -> Any:
    """The float that has these bits, as float64."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        if CODE[one] == F64:
            return builder.bitcast(values[1], F64)
        short = builder.trunc(values[1], ir.IntType(32))
        return builder.fpext(builder.bitcast(short, CODE[one]), F64)

    return types.float64(one, types.int64), generate


@helper
def write(one: Any, k: int, key: int, larger: int, equal: int, nan: bool, wanted: Any) -> None:
    """The threshold and what each entry tied with it counts, rounded as in the core."""
    T = type(one)
    wanted[0] = math.nan if nan else from_key(one, key)
    wanted[1] = math.nan if nan else np.float64((T(k) - T(larger)) / T(equal))


@cache
def build(stamp: int) -> tuple[Callable[..., Any], ...]:
    """The kernel of one thread, and the three of several."""

    @kernel
    def run(
        one: Any, stored: Any, rows: Any, beta1: Any, k: Any, sample: Any, kept: Any, wanted: Any
    ) -> int:
        s = scalars(one, beta1, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
        for j in range(rows.shape[0]):
            row = (rows[j, 0], rows[j, 1], rows[j, 2], rows[j, 3])
            key, larger, equal, nan = kth_largest(stored, row, rows[j, 4], s, k, sample, kept)
            write(one, k, key, larger, equal, nan, wanted[j])
        return stamp

    @kernel
    def begin(one: Any, stored: Any, rows: Any, beta1: Any, k: Any, sample: Any) -> Any:
        s = scalars(one, beta1, 0.0, 0.0, 0.0, 0.0, 0.0, float(stamp))
        row = (rows[0, 0], rows[0, 1], rows[0, 2], rows[0, 3])
        return bracket(stored, row, rows[0, 4], s, k, sample)

    @kernel
    def part(
        one: Any, stored: Any, rows: Any, first: Any, last: Any, beta1: Any, low: Any, high: Any,
        kept: Any,
    ) -> Any:  # fmt: skip
        s = scalars(one, beta1, 0.0, 0.0, 0.0, 0.0, 0.0, float(stamp))
        row = (rows[0, 0], rows[0, 1], rows[0, 2], rows[0, 3])
        end = min(rows[0, 4], last * CHUNK)
        return scan(stored, row, first * CHUNK, end, s, low, high, kept)

    @kernel
    def finish(
        one: Any, k: Any, count: Any, above: Any, nan: Any, low: Any, high: Any, kept: Any,
        sample: Any, wanted: Any,
    ) -> int:  # fmt: skip
        key, larger, equal = found(k, count, above, low, high, kept, sample)
        write(one, k, key, larger, equal, nan, wanted[0])
        return stamp

    return run, begin, part, finish
