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
from lionk_numba.settle import (
    chunks_of,
    gathered,
    is_safe,
    largest_exponent,
    parameters,
    power_of_two_near,
)
from lionk_numba.tables import Table

NUMBERS = {name: number for number, name in enumerate(TERMS)}
LINF, LP = NUMBERS["linf"], NUMBERS["lp"]
GLANCE = np.int64(1024)
"""How many entries are looked at for a first scale."""


def step(kind: Kind, table: Table, hyper: Hyper, threads: int | None) -> None:
    """Eq. (2) or (15) on all arrays of a table."""
    pass_one = _Pass(kind, table, hyper.beta1, how_many(threads, table.entries, table.chunks))
    wanted = pass_one.parameters()
    second_pass.step(kind.name.removesuffix("_far"), table, hyper, pass_one.r, wanted,
                     pass_one.threads)  # fmt: skip


class _Pass:
    """The first pass over the arrays of a table, and what follows from it."""

    def __init__(self, kind: Kind, table: Table, beta1: float, threads: int) -> None:
        self.name, self.table, self.beta1, self.threads = kind.name, table, beta1, threads
        # The core rounds exponents to the dtype, too.
        T = table.one.dtype.type
        self.power, self.root, self.r = (float(T(e)) for e in (kind.p, 1 / kind.p, kind.p - 1))

    def parameters(self) -> Any:
        """p and q of each array."""
        _, scale, settle = build(stamp())
        t, number, wanted = self.table, NUMBERS[self.name], np.ones((len(self.table.rows), 2))
        if self.name == "lp":
            scale(t.one, t.stored, t.rows, self.beta1, wanted, np.empty(4))
        found = self.measured(self.name, wanted)
        if not settle(number, t.one, t.rows, self.power, self.root, wanted, found):
            found = self.measured(self.name, wanted)
            found[:, 3] = self.measured("linf", wanted)[:, 3]
            settle(number, t.one, t.rows, self.power, self.root, wanted, found)
        return wanted

    def measured(self, name: str, wanted: Any) -> Any:
        """What the chunks have, with the scales in the second column of ``wanted``."""
        run, _, _ = build(stamp())
        t, found = self.table, np.empty((self.table.chunks, 4))
        share(
            lambda first, last: run(
                NUMBERS[name], t.one, t.stored, t.rows, first, last, self.beta1, self.power,
                wanted, found,
            ),
            t.chunks,
            self.threads,
        )  # fmt: skip
        return found


@cache
def build(stamp: int) -> tuple[Callable[..., Any], Callable[..., Any], Callable[..., Any]]:
    """The kernels: the first pass, the scale that it begins with, and what follows from it."""

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
    def scale(one: Any, stored: Any, rows: Any, beta1: Any, wanted: Any, out: Any) -> int:
        s = scalars(one, beta1, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0)
        for k in range(rows.shape[0]):
            row = rows[k]
            arrays = (row[0], row[1], row[2], row[3])
            measure(LINF, stored, arrays, (0, min(row[4], GLANCE)), s, out.ctypes.data)
            if 0.0 < out[2] < math.inf:
                wanted[k, 1] = power_of_two_near(out[2], largest_exponent(one))
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
                safe = safe and is_safe(total, largest)
                p, q = parameters(total, largest, ties, wanted[k, 1], power, root, most)
                wanted[k, 0], wanted[k, 1] = (1.0 / p if number >= LP else p), q
        return safe

    return run, scale, settle
