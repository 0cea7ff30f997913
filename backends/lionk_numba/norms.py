"""K of all entries at once: a pass over m and g that measures, then the one that steps.

That is 28 bytes of traffic for an entry of float32, and no array is stored in between.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from lionk_numba import outer, products, second_pass
from lionk_numba.addresses import CHUNK, FIRST_CHUNK, G, M, X
from lionk_numba.compile import kernel, stamp
from lionk_numba.emit import Hyper, looking
from lionk_numba.kinds import LARGEST_POWER, Kind, norm_kind
from lionk_numba.measure import TERMS, measure
from lionk_numba.pool import how_many, share
from lionk_numba.settle import (
    chunks_of,
    gathered,
    is_bounded,
    is_safe,
    largest_exponent,
    parameters,
    power_of_two_near,
)
from lionk_numba.tables import Table
from lionk_ref.backend import Sums

NUMBERS = {name: number for number, name in enumerate(TERMS)}
LINF, LP, ABOVE = NUMBERS["linf"], NUMBERS["lp"], NUMBERS["above"]
GLANCE = np.int64(1024)
"""How many entries are looked at for a first scale."""

Looks = tuple[tuple[float, float], ...]
"""Pairs (a, c): what is measured is a m - c g."""

ITSELF: Looks = ((0.5, -0.5),)
"""In a table where m and g are one array, that array."""


def step(kind: Kind, table: Table, hyper: Hyper, threads: int | None) -> None:
    """Eq. (2) or (15) on all arrays of a table."""
    threads = how_many(threads, table.entries, table.chunks)
    wanted = outer.with_factor(kind, measured(kind, table, (look_ahead(hyper),), threads)[0])
    second_pass.step(formula(kind, wanted), table, hyper, wanted, threads)


def certified_step(kind: Kind, table: Table, hyper: Hyper, threads: int | None) -> Sums:
    """The same, and the sums that its certificate needs."""
    threads = how_many(threads, table.entries, table.chunks)
    found = measured(kind, table, looks(hyper), threads)
    dual, alone = norm_kind(dual_power(kind.p)), itself(table)
    before = measured(dual, alone, ITSELF, threads)[0] if outer.has_conjugate(kind) else found[0]
    wanted = outer.with_factor(kind, found[0])
    added = products.step(formula(kind, wanted), table, hyper, wanted, threads)
    after = measured(dual, alone, ITSELF, threads)[0]
    lengths = [a[:, 3] for a in (*found, before, after)]
    return outer.sums(kind, hyper.lam, lengths, added)


def formula(kind: Kind, wanted: Any) -> str:
    """The name of the formula of the second pass."""
    usual = np.isfinite(wanted[:, 0]) & (wanted[:, 1] > 0)
    return kind.formula if kind.formula != "lp" or usual.all() else "lp_not_finite"


def dual_power(p: float) -> float:
    """1/p + 1/q = 1."""
    return {1.0: math.inf, math.inf: 1.0}.get(p) or p / (p - 1)


def look_ahead(hyper: Hyper) -> tuple[float, float]:
    """m_tilde."""
    return hyper.beta1, 1 - hyper.beta1


def looks(hyper: Hyper) -> Looks:
    """m_tilde, m, and the next m."""
    return look_ahead(hyper), (1.0, 0.0), (hyper.beta2, 1 - hyper.beta2)


def itself(table: Table) -> Table:
    """A table to measure x in."""
    rows = table.rows.copy()
    rows[:, M] = rows[:, G] = rows[:, X]
    return table._replace(rows=rows, stored=table.one)


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

    def parameters(self) -> Any:
        """p, q, r and the norm."""
        _, scale, settle = build(stamp())
        t, wanted, number = self.table, self.wanted, NUMBERS[self.name]
        if self.power > LARGEST_POWER and self.name != "linf":
            largest = measured(norm_kind(math.inf), t, self.given, self.threads)[:, :, 3]
            usual = (largest > 0) & (largest < math.inf)
            wanted[:, :, 1] = 1 / np.where(usual, largest, 1)
        elif number >= LP:
            scale(t.one, t.stored, t.rows, self.looks, wanted, np.empty(4))
        found = self.found(self.name)
        if not settle(number, t.one, t.rows, self.power, self.root, wanted, found):
            found = self.found(self.name)
            found[:, :, 3] = self.found("linf")[:, :, 3]
            settle(number, t.one, t.rows, self.power, self.root, wanted, found)
        return wanted

    def found(self, name: str) -> Any:
        """What the chunks have, with the scales in the second column of ``wanted``."""
        run, _, _ = build(stamp())
        t, found = self.table, np.empty((len(self.looks), self.table.chunks, 4))
        share(
            lambda first, last: run(
                NUMBERS[name], t.one, t.stored, t.rows, first, last, self.looks, self.power,
                self.wanted, found,
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
        number: Any, one: Any, stored: Any, rows: Any, first: Any, last: Any, looks: Any,
        power: Any, wanted: Any, found: Any,
    ) -> int:  # fmt: skip
        for k in range(rows.shape[0]):
            row = rows[k]
            arrays = (row[0], row[1], row[2], row[3])
            for c in range(max(first, row[5]), min(last, row[5] + chunks_of(row[4]))):
                start = (c - row[5]) * CHUNK
                span = (start, min(row[4], start + CHUNK))
                for j in range(looks.shape[0]):
                    p = wanted[j, k, 0] if number == ABOVE else power
                    s = looking(one, looks[j, 0], looks[j, 1], p, wanted[j, k, 1])
                    measure(number, stored, arrays, span, s, found[j, c:].ctypes.data)
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
        number: Any, one: Any, rows: Any, power: Any, root: Any, wanted: Any, found: Any
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
                    safe = safe and is_bounded(largest * wanted[j, k, 1], power)
                    p, q = parameters(total, largest, ties, wanted[j, k, 1], power, root, most)
                    wanted[j, k, 0], wanted[j, k, 1] = (1.0 / p if number >= LP else p), q
                    wanted[j, k, 3] = p / q if largest != 0.0 else 0.0
        return safe

    return run, scale, settle
