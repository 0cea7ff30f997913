"""K of all entries at once: a pass over m and g that measures, then the one that steps.

That is 28 bytes of traffic for an entry of float32, and no array is stored in between.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from lionk_numba import second_pass
from lionk_numba.addresses import CHUNK
from lionk_numba.compile import kernel, stamp
from lionk_numba.emit import Hyper, scalars
from lionk_numba.kinds import Kind
from lionk_numba.measure import TERMS, measure
from lionk_numba.pool import how_many, share
from lionk_numba.settle import chunks_of, gathered, largest_exponent, parameters
from lionk_numba.tables import Table

NUMBERS = {name: number for number, name in enumerate(TERMS)}
LINF = NUMBERS["linf"]
SAFE = 1e-200, 1e250
"""Sums of powers in this range have lost nothing to underflow or overflow."""


def step(kind: Kind, table: Table, hyper: Hyper, threads: int | None) -> None:
    """Eq. (2) or (15) on all arrays of a table."""
    threads = how_many(threads, table.entries, table.chunks)
    # The core rounds exponents to the dtype, too.
    power, root = (float(table.one.dtype.type(e)) for e in (kind.p, 1 / kind.p))
    r = float(table.one.dtype.type(kind.p - 1))
    wanted = np.ones((len(table.rows), 2))
    if not _measured(NUMBERS[kind.name], table, hyper.beta1, power, root, wanted, threads):
        _measured(NUMBERS[kind.name], table, hyper.beta1, power, root, wanted, threads)
    second_pass.step(kind.name, table, hyper, r, wanted, threads)


def _measured(
    number: int, table: Table, beta1: float, power: float, root: float, wanted: Any, threads: int
) -> bool:
    """Find p and q of each array; False if it has to be done again, now that its scale is known."""
    run, settle = build(stamp())
    one, stored, rows = table.one, table.stored, table.rows
    found = np.empty((table.chunks, 4))
    share(
        lambda first, last: run(
            number, one, stored, rows, first, last, beta1, power, wanted, found
        ),
        table.chunks,
        threads,
    )  # fmt: skip
    return bool(settle(number, one, rows, power, root, wanted, found))


@cache
def build(stamp: int) -> tuple[Callable[..., int], Callable[..., bool]]:
    """The kernel of the first pass, and of what follows from it."""

    @kernel
    def run(
        number: Any, one: Any, stored: Any, rows: Any, first: Any, last: Any, beta1: Any,
        power: Any, wanted: Any, found: Any,
    ) -> int:  # fmt: skip
        for k in range(rows.shape[0]):
            row = rows[k]
            s = scalars(one, beta1, 0.0, 0.0, 0.0, power, wanted[k, 1], 0.0)
            arrays = (row[0], row[1], row[2], row[3])
            for c in range(max(first, row[5]), min(last, row[5] + chunks_of(row[4]))):
                start = (c - row[5]) * CHUNK
                span = (start, min(row[4], start + CHUNK))
                measure(number, stored, arrays, span, s, found[c:].ctypes.data)
        return stamp

    @kernel
    def settle(
        number: Any, one: Any, rows: Any, power: Any, root: Any, wanted: Any, found: Any
    ) -> bool:
        safe, most = stamp != 0, largest_exponent(one)
        for k in range(rows.shape[0]):
            chunk = rows[k, 5]
            total, largest, ties = gathered(found, chunk, chunk + chunks_of(rows[k, 4]))
            if number == LINF:
                wanted[k, 0] = largest
                wanted[k, 1] = ties if largest == largest else largest
            else:
                ordinary = 0.0 < largest < math.inf
                safe = safe and (not ordinary or SAFE[0] < total < SAFE[1])
                p, q = parameters(total, largest, ties, wanted[k, 1], power, root, most)
                wanted[k, 0], wanted[k, 1] = p, q
        return safe

    return run, settle
