"""The sorted l1 norm: the entries that have a weight are sorted, and each looks up its own.

With few weights those are the entries above a threshold, found in linear time; with as many as
there are entries all of them are sorted, in n log n, as there is no other way to rank them.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numba.extending import intrinsic

from lionk_numba import norms, outer, products
from lionk_numba.addresses import CHUNK, COUNT
from lionk_numba.compile import helper, kernel, stamp
from lionk_numba.emit import Hyper, looking, scalars, sweep_of
from lionk_numba.formulas import weighted_l1
from lionk_numba.groups import with_lengths
from lionk_numba.keys import key_at
from lionk_numba.kinds import Kind
from lionk_numba.pool import how_many, share
from lionk_numba.tables import Table
from lionk_numba.team import over_chunks
from lionk_numba.thresholds import thresholds
from lionk_ref.backend import Sums
from lionk_ref.discrete.step_sums import combined

ONE = {"weighted_l1": (weighted_l1, True)}
sweep, watch = intrinsic(sweep_of(ONE)), intrinsic(products.sweep_of(ONE))


class Ranks(NamedTuple):
    """The magnitudes that have a weight, as keys, the least first; the weight of each; K."""

    keys: Any
    weights: Any
    value: float


def step(kind: Kind, table: Table, hyper: Hyper, threads: int | None) -> None:
    """Eq. (2) or (15) on all arrays of a table."""
    for alone in _each(table):
        ranks = ranked(kind.weights, alone, norms.look_ahead(hyper))
        _advance(alone, hyper, ranks, threads, np.empty((alone.chunks, 0)))


def certified_step(kind: Kind, table: Table, hyper: Hyper, threads: int | None) -> Sums:
    """The same, and the sums that its certificate needs."""
    return combined([_certified(kind, alone, hyper, threads) for alone in _each(table)])


def _certified(kind: Kind, table: Table, hyper: Hyper, threads: int | None) -> Sums:
    ranks = [ranked(kind.weights, table, look) for look in norms.looks(hyper)]
    out = np.zeros((table.chunks, products.COUNT))
    _advance(table, hyper, ranks[0], threads, out)
    values, added = [r.value for r in ranks], products.columns_of(out)
    gauge = hyper.lam * _gauge(kind.weights, norms.itself(table))
    return outer.assembled(values, (0.0, 0.0, 0.0), hyper.lam, added, gauge)


def _each(table: Table) -> list[Table]:
    """A table for each of the arrays that are not empty."""
    places = np.flatnonzero(table.rows[:, COUNT])
    return [table.only(np.arange(len(table.rows)) == k) for k in places]


def ranked(weights: Any, table: Table, look: tuple[float, float]) -> Ranks:
    """Which magnitudes have a weight, and which one: those that are equal share theirs."""
    n, w = int(table.rows[0, COUNT]), np.trim_zeros(np.array(weights), "b")
    sums = np.concatenate([[0.0], np.cumsum(w[:n])])
    keys, ties = _largest(table, look, len(w) if len(w) < n else n)
    sizes = magnitudes(table, keys)
    if math.isnan(sizes[-1]):
        return Ranks(keys[:1] * 0, sizes[-1:].astype(table.one.dtype), math.nan)
    ends = np.cumsum(ties[::-1])[::-1]
    groups = sums[np.minimum(ends, len(sums) - 1)] - sums[ends - ties]
    means = np.where(ties == 1, w[ends - ties], groups / ties)
    value = float(np.sum(means * ties * sizes))
    return Ranks(keys, means.astype(table.one.dtype), value)


def _largest(table: Table, look: tuple[float, float], k: int) -> tuple[Any, Any]:
    """The distinct magnitudes of the k largest, as keys, and how often each occurs in all."""
    n, least = int(table.rows[0, COUNT]), -1
    if k < n:
        tau = thresholds(table, k, look, 1)[:, 0].astype(table.one.dtype)
        least = int(tau.view(f"i{tau.itemsize}")[0])
    kept = np.empty(n if k == n else k, np.int64)
    count, tied = build(stamp())[0](table.one, table.stored, table.rows, *look, least, kept)
    keys, ties = np.unique(kept[:count], return_counts=True)
    if k < n:
        keys, ties = np.append(least, keys), np.append(tied, ties)
    return keys, ties


def magnitudes(table: Table, keys: Any) -> Any:
    """The numbers that have these keys, in float64."""
    T = table.one.dtype
    return keys.astype(f"i{T.itemsize}").view(T).astype(np.float64)


def _gauge(weights: Any, table: Table) -> float:
    """The least t with x in t dom K*: the largest ratio of the running sums."""
    n = int(table.rows[0, COUNT])
    keys, ties = _largest(table, norms.ITSELF[0], n)
    falling = np.repeat(magnitudes(table, keys), ties)[::-1]
    w = np.concatenate([weights[:n], np.zeros(max(0, n - len(weights)))])
    return float(np.max(np.cumsum(falling) / np.cumsum(w)))


def _advance(table: Table, hyper: Hyper, ranks: Ranks, threads: int | None, out: Any) -> None:
    """The step on one array; with columns in ``out``, also the inner products."""
    _, run = build(stamp())
    share(
        run, how_many(threads, table.entries, table.chunks), table.entries, table.chunks,
        hyper.scheme, table.one, table.stored, table.rows, hyper.beta1, hyper.beta2, hyper.lr,
        hyper.lam, ranks.keys, ranks.weights, out,
    )  # fmt: skip


@helper
def weight_of(key: int, keys: Any, weights: Any) -> Any:
    """The weight of a magnitude, which is among the keys unless it is less than all of them."""
    low, high = 0, keys.size
    while low < high:
        middle = (low + high) // 2
        if keys[middle] <= key:
            low = middle + 1
        else:
            high = middle
    return weights[low - 1] if low > 0 else weights[0] * 0


@helper
def work(
    first: int, last: int, scheme: Any, one: Any, stored: Any, rows: Any, beta1: Any, beta2: Any,
    lr: Any, lam: Any, keys: Any, weights: Any, out: Any,
) -> None:  # fmt: skip
    """The chunks of one array from ``first`` to ``last``."""
    own = np.full(CHUNK, one)
    s = scalars(one, beta1, beta2, lr, lam, 0.0, 0.0, 0.0)
    row = (rows[0, 0], rows[0, 1], rows[0, 2], rows[0, 3])
    for c in range(first, last):
        start, end = c * CHUNK, min(rows[0, 4], (c + 1) * CHUNK)
        for i in range(end - start):
            own[i] = weight_of(key_at(stored, row, start + i, s), keys, weights)
        span, block = (start, end), with_lengths(row, own, start)
        if out.shape[1] > 0:
            watch(0, scheme, stored, block, span, s, out[c].ctypes.data)
        else:
            sweep(0, scheme, stored, block, span, s)


on_chunks = over_chunks(work)


@cache
def build(stamp: int) -> tuple[Callable[..., Any], Callable[..., int]]:
    """The kernel that collects keys above one of them, and the one that steps."""

    @kernel
    def collect(one: Any, stored: Any, rows: Any, a: Any, c: Any, least: Any, kept: Any) -> Any:
        s, count, tied = looking(one, a, c, 0.0, float(stamp)), 0, 0
        row = (rows[0, 0], rows[0, 1], rows[0, 2], rows[0, 3])
        for i in range(rows[0, 4]):
            key = key_at(stored, row, i, s)
            tied += key == least
            if key > least and count < kept.size:
                kept[count] = key
                count += 1
        return count, tied

    @kernel
    def run(
        board: Any, helpers: Any, chunks: Any, scheme: Any, one: Any, stored: Any, rows: Any,
        beta1: Any, beta2: Any, lr: Any, lam: Any, keys: Any, weights: Any, out: Any,
    ) -> int:  # fmt: skip
        args = (scheme, one, stored, rows, beta1, beta2, lr, lam, keys, weights, out)
        on_chunks(board, helpers, chunks, chunks, False, args)
        return stamp

    return collect, run
