"""The step with parameters of its own for each array, walking backwards.

So it finds the end of the pass before it still in the cache.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from numba.extending import intrinsic

from lionk_numba.addresses import CHUNK
from lionk_numba.compile import kernel, stamp
from lionk_numba.emit import Hyper, scalars, sweep_of
from lionk_numba.formulas import GLOBAL
from lionk_numba.pool import share
from lionk_numba.settle import chunks_of
from lionk_numba.tables import Table

BLOCK = 64
"""How many chunks are stepped in their order: memory is quicker forwards than backwards."""

NUMBERS = {name: number for number, name in enumerate(GLOBAL)}
"""The number of each formula in the kernel."""

sweep = intrinsic(sweep_of({name: (dK, False) for name, dK in GLOBAL.items()}))
"""One array from entry span[0] to span[1]."""


def step(name: str, table: Table, hyper: Hyper, wanted: Any, threads: int) -> None:
    """Eq. (2) or (15), with p, q and r of each array in the columns of ``wanted``."""
    run, number = build(stamp()), NUMBERS[name]
    one, stored, rows = table.one, table.stored, table.rows
    share(
        lambda first, last: run(
            number, hyper.scheme, one, stored, rows, first, last,
            hyper.beta1, hyper.beta2, hyper.lr, hyper.lam, wanted,
        ),
        table.chunks,
        threads,
    )  # fmt: skip


@cache
def build(stamp: int) -> Callable[..., int]:
    """The kernel; ``one`` and ``stored`` are numbers of the types of x and of m."""

    @kernel
    def run(
        number: Any, scheme: Any, one: Any, stored: Any, rows: Any, first: Any, last: Any,
        beta1: Any, beta2: Any, lr: Any, lam: Any, wanted: Any,
    ) -> int:  # fmt: skip
        for k in range(rows.shape[0] - 1, -1, -1):
            row = rows[k]
            s = scalars(one, beta1, beta2, lr, lam, wanted[k, 0], wanted[k, 1], wanted[k, 2])
            arrays = (row[0], row[1], row[2], row[3])
            begin, end = max(first, row[5]), min(last, row[5] + chunks_of(row[4]))
            while end > begin:
                start = max(begin, end - BLOCK)
                span = (start - row[5]) * CHUNK, min(row[4], (end - row[5]) * CHUNK)
                sweep(number, scheme, stored, arrays, span, s)
                end = start
        return stamp

    return run
