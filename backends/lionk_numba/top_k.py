"""Table 2, line 4: a pass that finds the k-th largest |m_tilde_i|, then the one that steps."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from lionk_numba import certified, first_pass, norms, products, second_pass, separable
from lionk_numba.addresses import COUNT
from lionk_numba.emit import Hyper
from lionk_numba.kinds import Kind, norm_kind
from lionk_numba.outer import assembled
from lionk_numba.pool import how_many
from lionk_numba.tables import Table
from lionk_numba.thresholds import thresholds
from lionk_ref.backend import Sums
from lionk_ref.discrete.step_sums import combined

L1 = Kind("separable", "l1")


def step(kind: Kind, table: Table, hyper: Hyper, threads: int | None) -> None:
    """Eq. (2) or (15) on all arrays of a table; where k counts every entry, that is l1."""
    k = int(kind.p)
    every = table.rows[:, COUNT] <= k
    if every.any():
        separable.step(L1, table.only(every), hyper, threads)
    if not every.all():
        table = table.only(~every)
        threads = how_many(threads, table.entries, table.chunks)
        wanted = thresholds(table, k, norms.look_ahead(hyper), threads)
        second_pass.step("top_k", table, hyper, wanted, threads)


def certified_step(kind: Kind, table: Table, hyper: Hyper, threads: int | None) -> Sums:
    """The same, and the sums that its certificate needs."""
    every = table.rows[:, COUNT] <= int(kind.p)
    parts = []
    if every.any():
        parts.append(certified.step(L1, table.only(every), hyper, threads))
    if not every.all():
        table = table.only(~every)
        threads = how_many(threads, table.entries, table.chunks)
        parts.append(_certified(int(kind.p), table, hyper, threads))
    return combined(parts)


def _certified(k: int, table: Table, hyper: Hyper, threads: int) -> Sums:
    found = [thresholds(table, k, look, threads) for look in norms.looks(hyper)]
    values = _values(k, table, hyper, found, threads)
    added = products.step("top_k", table, hyper, found[0], threads)
    alone = norms.itself(table)
    one, most = (
        first_pass.measured(norm_kind(p), alone, norms.ITSELF, threads)[0, :, 3]
        for p in (1, math.inf)
    )
    gauge = hyper.lam * float(np.max(np.maximum(most, one / k)))
    return assembled(values, (0.0, 0.0, 0.0), hyper.lam, added, gauge)


def _values(k: int, table: Table, hyper: Hyper, found: list[Any], threads: int) -> list[float]:
    """K at each look: the sum of what lies above the threshold, and the rest of k times it."""
    above = first_pass.above(table, norms.looks(hyper), np.array([a[:, 0] for a in found]), threads)
    with np.errstate(invalid="ignore"):
        return [
            float(np.sum(sums + (k - a[:, 2]) * a[:, 0]))
            for sums, a in zip(above, found, strict=True)
        ]
