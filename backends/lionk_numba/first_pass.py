"""The first pass of a K of all entries, which measures, and what the second is told."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from lionk_numba.addresses import CHUNK, FIRST_CHUNK
from lionk_numba.compile import helper, kernel, stamp
from lionk_numba.emit import looking
from lionk_numba.kinds import LARGEST_POWER, Kind, norm_kind
from lionk_numba.measure import TERMS, measure
from lionk_numba.pool import share
from lionk_numba.settle import (
    chunks_of,
    gathered,
    is_bounded,
    is_safe,
    largest_exponent,
    parameters,
    power_of_two_near,
    row_of,
)
from lionk_numba.tables import Table
from lionk_numba.team import over_chunks

NUMBERS = {name: number for number, name in enumerate(TERMS)}
LINF, LP, ABOVE = NUMBERS["linf"], NUMBERS["lp"], NUMBERS["above"]
FAR = "lp_far"
GLANCE = np.int64(1024)
"""How many entries are looked at for a first scale."""

Looks = tuple[tuple[float, float], ...]
"""Pairs (a, c): what is measured is a m - c g."""


def measured(kind: Kind, table: Table, looks: Looks, threads: int) -> Any:
    """For each look and array p, q and r of the formula, and the norm."""
    return _Pass(kind, table, looks, threads).parameters()


def above(table: Table, looks: Looks, thresholds: Any, threads: int) -> Any:
    """For each look and array the sum of the magnitudes above a threshold."""
    one_pass = _Pass(Kind("norms", "above", 1.0), table, looks, threads)
    one_pass.wanted[:, :, 0] = thresholds
    found = one_pass.found("above")
    parts = np.split(found[:, :, 0] + found[:, :, 1], table.rows[1:, FIRST_CHUNK], axis=1)
    return np.array([np.sum(part, axis=1) for part in parts]).T


class _Pass:
    """The first pass over the arrays of a table, and what follows from it."""

    def __init__(self, kind: Kind, table: Table, looks: Looks, threads: int) -> None:
        self.name, self.table, self.threads = kind.name, table, threads
        self.given, self.looks = looks, np.array(looks)
        # The core rounds exponents to the dtype, too.
        T = table.one.dtype.type
        self.power, self.root, r = (float(T(e)) for e in (kind.p, 1 / kind.p, kind.p - 1))
        self.wanted = np.ones((len(looks), len(table.rows), 4))
        self.wanted[:, :, 2] = r if kind.formula == "lp" else 1.0
        self.more = np.ones(self.wanted.shape[:2])

    def parameters(self) -> Any:
        """p, q, r and the norm."""
        _, scale, settle = build(stamp())
        t, wanted, number = self.table, self.wanted, NUMBERS[self.name]
        if self.power > LARGEST_POWER and self.name != "linf":
            largest = measured(norm_kind(math.inf), t, self.given, self.threads)[:, :, 3]
            largest[(largest == 0) | ~np.isfinite(largest)] = 1
            most = np.finfo(t.one.dtype).maxexp - 2
            wanted[:, :, 1] = np.exp2(np.clip(-np.frexp(largest)[1], -most, most))
            self.more = 1 / (largest * wanted[:, :, 1])
        elif number >= LP:
            scale(t.one, t.stored, t.rows, self.looks, wanted, np.empty(4))
        found = self.found(self.name)
        if not settle(number, t.one, t.rows, self.power, self.root, wanted, self.more, found):
            found = self.found(FAR if number >= LP else self.name)
            found[:, :, 3] = self.found("linf")[:, :, 3]
            settle(number, t.one, t.rows, self.power, self.root, wanted, self.more, found)
        return wanted

    def found(self, name: str) -> Any:
        """What the chunks have, scaled by the second column of ``wanted`` and by ``more``."""
        run, _, _ = build(stamp())
        t, found = self.table, np.empty((len(self.looks), self.table.chunks, 4))
        share(
            run, self.threads, t.entries, t.chunks, NUMBERS[name], t.one, t.stored, t.rows,
            self.looks, self.power, self.wanted, self.more, found,
        )  # fmt: skip
        return found


@helper
def work(
    first: int, last: int, number: Any, one: Any, stored: Any, rows: Any, looks: Any, power: Any,
    wanted: Any, more: Any, found: Any,
) -> None:  # fmt: skip
    """What is measured in the chunks from ``first`` to ``last``."""
    for k in range(row_of(rows, first), row_of(rows, last - 1) + 1):
        row = rows[k]
        arrays = (row[0], row[1], row[2], row[3])
        for c in range(max(first, row[5]), min(last, row[5] + chunks_of(row[4]))):
            start = (c - row[5]) * CHUNK
            span = (start, min(row[4], start + CHUNK))
            for j in range(looks.shape[0]):
                p = wanted[j, k, 0] if number == ABOVE else power
                s = looking(one, looks[j, 0], looks[j, 1], p, wanted[j, k, 1], more[j, k])
                measure(number, stored, arrays, span, s, found[j, c:].ctypes.data)


on_chunks = over_chunks(work)


@cache
def build(stamp: int) -> tuple[Callable[..., Any], Callable[..., Any], Callable[..., Any]]:
    """The kernels: the first pass, the scale that it begins with, and what follows from it."""

    @kernel
    def run(
        board: Any, helpers: Any, chunks: Any, number: Any, one: Any, stored: Any, rows: Any,
        looks: Any, power: Any, wanted: Any, more: Any, found: Any,
    ) -> int:  # fmt: skip
        args = (number, one, stored, rows, looks, power, wanted, more, found)
        on_chunks(board, helpers, chunks, chunks, False, args)
        return stamp

    @kernel
    def scale(one: Any, stored: Any, rows: Any, looks: Any, wanted: Any, out: Any) -> int:
        for k in range(rows.shape[0]):
            row = rows[k]
            arrays = (row[0], row[1], row[2], row[3])
            for j in range(looks.shape[0]):
                s = looking(one, looks[j, 0], looks[j, 1], 0.0, 1.0)
                measure(LINF, stored, arrays, (0, min(row[4], GLANCE)), s, out.ctypes.data)
                if 0.0 < out[2] < np.inf:
                    wanted[j, k, 1] = power_of_two_near(out[2], largest_exponent(one))
        return stamp

    @kernel
    def settle(
        number: Any, one: Any, rows: Any, power: Any, root: Any, wanted: Any, more: Any, found: Any
    ) -> bool:
        safe, most = stamp != 0, largest_exponent(one)
        for j in range(wanted.shape[0]):
            for k in range(rows.shape[0]):
                chunk = rows[k, 5]
                total, largest, ties = gathered(found[j], chunk, chunk + chunks_of(rows[k, 4]))
                if number == LINF:
                    wanted[j, k, 0] = largest
                    wanted[j, k, 1] = ties if largest == largest else largest
                    wanted[j, k, 3] = largest
                else:
                    safe = safe and is_safe(total, largest)
                    scaled = largest * wanted[j, k, 1] * more[j, k]
                    safe = safe and is_bounded(scaled, power)
                    p, q = parameters(total, largest, ties, scaled, power, root, most)
                    if number >= LP and 0.0 < largest < np.inf:
                        more[j, k] = power_of_two_near(largest * q, most)
                    wanted[j, k, 0], wanted[j, k, 1] = (1.0 / p if number >= LP else p), q
                    wanted[j, k, 3] = p / q if largest != 0.0 else 0.0
        return safe

    return run, scale, settle
