"""The step with parameters of its own for each array, walking backwards.

So it finds the end of the pass before it still in the cache.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from numba.extending import intrinsic

from lionk_numba.addresses import CHUNK
from lionk_numba.compile import helper, kernel, stamp
from lionk_numba.emit import Hyper, scalars, sweep_of
from lionk_numba.formulas import GLOBAL
from lionk_numba.pool import share
from lionk_numba.settle import row_of
from lionk_numba.tables import Table
from lionk_numba.team import over_chunks

BLOCK = 64
"""How many chunks are stepped in their order: memory is quicker forwards than backwards."""

NUMBERS = {name: number for number, name in enumerate(GLOBAL)}
"""The number of each formula in the kernel."""

sweep = intrinsic(sweep_of({name: (dK, False) for name, dK in GLOBAL.items()}))
"""One array from entry span[0] to span[1]."""


def step(name: str, table: Table, hyper: Hyper, wanted: Any, threads: int) -> None:
    """Eq. (2) or (15), with p, q and r of each array in the columns of ``wanted``."""
    share(
        build(stamp()), threads, table.entries, table.chunks, NUMBERS[name], hyper.scheme,
        table.one, table.stored, table.rows, hyper.beta1, hyper.beta2, hyper.lr, hyper.lam, wanted,
    )  # fmt: skip


@helper
def work(
    first: int, last: int, number: Any, scheme: Any, one: Any, stored: Any, rows: Any,
    beta1: Any, beta2: Any, lr: Any, lam: Any, wanted: Any,
) -> None:  # fmt: skip
    """The chunks from ``first`` to ``last``; ``one`` and ``stored`` have the types of x and m."""
    for k in range(row_of(rows, first), row_of(rows, last - 1) + 1):
        row = rows[k]
        s = scalars(one, beta1, beta2, lr, lam, wanted[k, 0], wanted[k, 1], wanted[k, 2])
        span = max(0, first - row[5]) * CHUNK, min(row[4], (last - row[5]) * CHUNK)
        sweep(number, scheme, stored, (row[0], row[1], row[2], row[3]), span, s)


on_chunks = over_chunks(work)


@cache
def build(stamp: int) -> Callable[..., int]:
    """The kernel."""

    @kernel
    def run(
        board: Any, helpers: Any, chunks: Any, number: Any, scheme: Any, one: Any, stored: Any,
        rows: Any, beta1: Any, beta2: Any, lr: Any, lam: Any, wanted: Any,
    ) -> int:  # fmt: skip
        args = (number, scheme, one, stored, rows, beta1, beta2, lr, lam, wanted)
        on_chunks(board, helpers, chunks, BLOCK, True, args)
        return stamp

    return run
