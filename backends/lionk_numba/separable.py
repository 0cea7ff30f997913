"""Eq. (2) and (15) in one pass for separable K: 20 bytes of traffic for an entry of float32.

So is any K swept whose dK is there already, see `lionk_numba.given`: 24 bytes with u.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from numba.extending import intrinsic

from lionk_numba.addresses import CHUNK
from lionk_numba.compile import helper, kernel, stamp
from lionk_numba.emit import Hyper, scalars, sweep_of
from lionk_numba.formulas import SEPARABLE, given
from lionk_numba.kinds import Kind
from lionk_numba.pool import how_many, share
from lionk_numba.settle import row_of
from lionk_numba.tables import Table
from lionk_numba.team import over_chunks
from lionk_numba.weights import with_weights

FORMULAS = {name: (f, False) for name, f in SEPARABLE.items()}
FORMULAS["weighted_l1_each"] = (SEPARABLE["weighted_l1"], True)
FORMULAS["given"] = (given, True)
NUMBERS = {name: number for number, name in enumerate(FORMULAS)}
"""The number of each K in the kernel."""


def step(kind: Kind, table: Table, hyper: Hyper, threads: int | None) -> None:
    """Eq. (2) or (15) on all arrays of a table."""
    table = with_weights(kind, table)
    threads = how_many(threads, table.entries, table.chunks)
    share(build(stamp()), threads, table.entries, *arguments(kind, table, hyper))


def arguments(kind: Kind, table: Table, hyper: Hyper) -> tuple[Any, ...]:
    """What the kernel is told of a step."""
    return (
        table.chunks, NUMBERS[kind.name], hyper.scheme, table.one, table.stored, table.rows,
        hyper.beta1, hyper.beta2, hyper.lr, hyper.lam, kind.p, kind.q,
    )  # fmt: skip


sweep = intrinsic(sweep_of(FORMULAS))
"""One array from entry span[0] to span[1]."""


@helper
def work(
    first: int, last: int, number: Any, scheme: Any, one: Any, stored: Any, rows: Any,
    beta1: Any, beta2: Any, lr: Any, lam: Any, p: Any, q: Any,
) -> None:  # fmt: skip
    """The chunks from ``first`` to ``last``; ``one`` and ``stored`` have the types of x and m."""
    s = scalars(one, beta1, beta2, lr, lam, p, q, 0.0)
    for k in range(row_of(rows, first), row_of(rows, last - 1) + 1):
        row = rows[k]
        span = max(0, first - row[5]) * CHUNK, min(row[4], (last - row[5]) * CHUNK)
        sweep(number, scheme, stored, (row[0], row[1], row[2], row[3]), span, s)


on_chunks = over_chunks(work)


@cache
def build(stamp: int) -> Callable[..., int]:
    """The kernel."""

    @kernel
    def run(
        board: Any, helpers: Any, chunks: Any, number: Any, scheme: Any, one: Any, stored: Any,
        rows: Any, beta1: Any, beta2: Any, lr: Any, lam: Any, p: Any, q: Any,
    ) -> int:  # fmt: skip
        args = (number, scheme, one, stored, rows, beta1, beta2, lr, lam, p, q)
        on_chunks(board, helpers, chunks, chunks, False, args)
        return stamp

    return run
