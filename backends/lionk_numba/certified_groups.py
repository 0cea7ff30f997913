"""The step of the norm over groups, and the sums that its certificate needs.

A block of groups is looked at four times while it is in the cache: at m_tilde, m and the next m
before the step, and at x after it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from numba.extending import intrinsic

from lionk_numba import groups, outer, products
from lionk_numba.compile import helper, kernel, stamp
from lionk_numba.emit import Hyper, scalars
from lionk_numba.groups import LARGE, groups_in, memory, with_lengths
from lionk_numba.kinds import Kind
from lionk_numba.lengths import SMALL, larger, length, measured, small, spread, weight_of
from lionk_numba.settle import chunks_of, row_of
from lionk_numba.tables import Table
from lionk_numba.team import over_chunks
from lionk_ref.backend import Sums

watch, watch_block = products.sweep, intrinsic(products.sweep_of(groups.ONE))
PRODUCTS = products.COUNT
TOP = PRODUCTS + 3
"""What is found in a chunk: inner products, K at the three looks, and the largest |x_g|/w."""


def step(kind: Kind, table: Table, hyper: Hyper, threads: int | None) -> Sums:
    """Eq. (2) or (15) on all arrays of a table, and the sums."""
    out = np.zeros((table.chunks, TOP + 1))
    groups.launch(build(stamp()), kind, table, hyper, threads, out)
    total = products.columns_of(out)
    gauge = hyper.lam * float(np.max(out[:, TOP], initial=0.0))
    values, added = total[PRODUCTS:TOP].tolist(), total[:PRODUCTS]
    return outer.assembled(values, (0.0, 0.0, 0.0), hyper.lam, added, gauge)


@helper
def add(found: Any, out: Any) -> None:
    """Inner products of a part of a chunk."""
    for k in range(PRODUCTS):
        out[k] += found[k]


@helper
def work(
    first: int, last: int, scheme: Any, one: Any, stored: Any, rows: Any, beta1: Any, beta2: Any,
    lr: Any, lam: Any, size: Any, weight: Any, out: Any,
) -> None:  # fmt: skip
    """The groups that begin in the chunks from ``first`` to ``last``, and their sums."""
    squares, lengths, found = memory(one)
    looks = (beta1, 1.0 - beta1), (1.0, 0.0), (beta2, 1.0 - beta2)
    for k in range(row_of(rows, first), row_of(rows, last - 1) + 1):
        n, row = rows[k, 4], (rows[k, 0], rows[k, 1], rows[k, 2], rows[k, 3])
        itself = (row[0], row[0], row[0], row[3])
        for c in range(max(first, rows[k, 5]), min(last, rows[k, 5] + chunks_of(n))):
            start, end, many = groups_in(rows[k], size, c)
            for j in range(start, end, many):
                stop, safe = min(end, j + many), False
                part = (j, stop, size, n, weight)
                for i in range(3):
                    value, _ = measured(one, stored, row, part, looks[i], squares, found)
                    out[c, PRODUCTS + i] += value
                if size <= SMALL:
                    safe = small(one, stored, row, part, looks[0], squares)
                if safe:
                    spread(one, row, part, squares, lengths)
                    s = scalars(one, beta1, beta2, lr, lam, 0.0, 0.0, 0.0)
                    span = (j * size, min(n, stop * size))
                    block = with_lengths(row, lengths, span[0])
                    watch_block(0, scheme, stored, block, span, s, found.ctypes.data)
                    add(found, out[c])
                for i in range(stop if safe else j, stop):
                    span = (i * size, min(n, (i + 1) * size))
                    p, q = length(one, stored, row, span[0], span[1], looks[0], found)
                    w = weight_of(one, row, weight, i)
                    s = scalars(one, beta1, beta2, lr, lam, p, q, w)
                    watch(LARGE, scheme, stored, row, span, s, found.ctypes.data)
                    add(found, out[c])
                _, top = measured(one, one, itself, part, (0.5, -0.5), squares, found)
                out[c, TOP] = larger(top, out[c, TOP])


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
