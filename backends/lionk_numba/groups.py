"""Table 2's l1 norm over groups: each group is measured and then stepped, while it is in the cache.

A group belongs to the chunk in which it begins. Small groups are taken many at a time; where their
lengths cannot be trusted, for a square is no normal number, one by one as large ones are.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from numba.extending import intrinsic

from lionk_numba import second_pass
from lionk_numba.addresses import CHUNK
from lionk_numba.compile import helper, kernel, stamp
from lionk_numba.emit import Hyper, scalars, sweep_of
from lionk_numba.formulas import over_length
from lionk_numba.kinds import Kind
from lionk_numba.lengths import BLOCK, SMALL, length, small, spread, weight_of
from lionk_numba.pool import how_many, share
from lionk_numba.settle import chunks_of, row_of
from lionk_numba.tables import Table
from lionk_numba.team import over_chunks
from lionk_numba.weights import with_weights

ONE = {"over_length": (over_length, True)}
LARGE = second_pass.NUMBERS["l2"]
sweep, sweep_block = second_pass.sweep, intrinsic(sweep_of(ONE))


def step(kind: Kind, table: Table, hyper: Hyper, threads: int | None) -> None:
    """Eq. (2) or (15) on all arrays of a table."""
    launch(build(stamp()), kind, table, hyper, threads, np.empty(4))


def launch(run: Any, kind: Kind, table: Table, hyper: Hyper, threads: int | None, out: Any) -> None:
    """Call a kernel on all chunks of a table."""
    table = with_weights(kind, table)
    share(
        run, how_many(threads, table.entries, table.chunks), table.entries, table.chunks,
        hyper.scheme, table.one, table.stored, table.rows, hyper.beta1, hyper.beta2, hyper.lr,
        hyper.lam, int(kind.p), kind.q, out,
    )  # fmt: skip


@helper
def memory(one: Any) -> Any:
    """For squares, for lengths, and for what is found of a group."""
    return np.empty(BLOCK), np.full(BLOCK, one), np.empty(8)


@helper
def groups_in(row: Any, size: int, c: int) -> Any:
    """The groups of an array that begin in a chunk, and how many are taken at a time."""
    start = ((c - row[5]) * CHUNK + size - 1) // size
    end = (min(row[4], (c + 1 - row[5]) * CHUNK) + size - 1) // size
    return start, end, BLOCK // size if size <= SMALL else 1


@helper
def with_lengths(row: Any, lengths: Any, at: int) -> Any:
    """The addresses of a step on a block whose first entry is ``at``."""
    return row[0], row[1], row[2], np.int64(lengths.ctypes.data - at * lengths.itemsize)


@helper
def work(
    first: int, last: int, scheme: Any, one: Any, stored: Any, rows: Any, beta1: Any, beta2: Any,
    lr: Any, lam: Any, size: Any, weight: Any, out: Any,
) -> None:  # fmt: skip
    """The groups that begin in the chunks from ``first`` to ``last``."""
    squares, lengths, found = memory(one)
    look = (beta1, 1.0 - beta1)
    for k in range(row_of(rows, first), row_of(rows, last - 1) + 1):
        n, row = rows[k, 4], (rows[k, 0], rows[k, 1], rows[k, 2], rows[k, 3])
        for c in range(max(first, rows[k, 5]), min(last, rows[k, 5] + chunks_of(n))):
            start, end, many = groups_in(rows[k], size, c)
            for j in range(start, end, many):
                stop, safe = min(end, j + many), False
                if size <= SMALL:
                    part = (j, stop, size, n, weight)
                    safe = small(one, stored, row, part, look, squares)
                if safe:
                    spread(one, row, part, squares, lengths)
                    s = scalars(one, beta1, beta2, lr, lam, 0.0, 0.0, 0.0)
                    span = (j * size, min(n, stop * size))
                    block = with_lengths(row, lengths, span[0])
                    sweep_block(0, scheme, stored, block, span, s)
                for i in range(stop if safe else j, stop):
                    span = (i * size, min(n, (i + 1) * size))
                    p, q = length(one, stored, row, span[0], span[1], look, found)
                    w = weight_of(one, row, weight, i)
                    s = scalars(one, beta1, beta2, lr, lam, p, q, w)
                    sweep(LARGE, scheme, stored, row, span, s)


on_chunks = over_chunks(work)


@cache
def build(stamp: int) -> Callable[..., int]:
    """The kernel."""

    @kernel
    def run(
        board: Any, helpers: Any, chunks: Any, scheme: Any, one: Any, stored: Any, rows: Any,
        beta1: Any, beta2: Any, lr: Any, lam: Any, size: Any, weight: Any, out: Any,
    ) -> int:  # fmt: skip
        args = (scheme, one, stored, rows, beta1, beta2, lr, lam, size, weight, out)
        on_chunks(board, helpers, chunks, chunks, False, args)
        return stamp

    return run
