"""The second pass of a K of all entries, and the inner products that its certificate needs."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import numpy as np
from numba import types
from numba.extending import intrinsic

from lionk_numba.addresses import CHUNK
from lionk_numba.compile import helper, kernel, stamp
from lionk_numba.emit import CODE, Formula, Hyper, by_scheme, coefficients, scalars, streams
from lionk_numba.formulas import GLOBAL, SCHEMES
from lionk_numba.lanes import Lanes
from lionk_numba.loops import apart, prefetch, vector_of, vectors
from lionk_numba.pool import share
from lionk_numba.second_pass import BLOCK, NUMBERS
from lionk_numba.settle import chunks_of, row_of
from lionk_numba.tables import Table
from lionk_numba.team import over_chunks
from lionk_numba.totals import ShortTotal, keep

COUNT = 6
"""<x', m'>, <m_tilde, x>, <m_tilde, x'>, <m, u>, <m', u> and |u - lam x'|^2."""


def step(name: str, table: Table, hyper: Hyper, wanted: Any, threads: int) -> Any:
    """Eq. (2) or (15), with p, q and r of each array in ``wanted``; the inner products."""
    out = np.zeros((table.chunks, COUNT))
    share(
        build(stamp()), threads, table.entries, table.chunks, NUMBERS[name], hyper.scheme,
        table.one, table.stored, table.rows, hyper.beta1, hyper.beta2, hyper.lr, hyper.lam,
        wanted, out,
    )  # fmt: skip
    return columns_of(out)


def columns_of(out: Any) -> Any:
    """The sum of each column, in pairs: the error does not grow with the number of chunks."""
    return np.ascontiguousarray(out.T).sum(axis=1)


def sweep_of(formulas: Mapping[str, tuple[Formula, bool]]) -> Callable[..., Any]:
    """As `lionk_numba.emit.sweep_of`, with the inner products written to ``out``."""

    def sweep(
        context: Any, number: Any, scheme: Any, stored: Any, row: Any, span: Any, scalars: Any,
        out: Any,
    ) -> Any:  # fmt: skip
        def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
            number, scheme, _, *others = values
            real, kept = CODE[signature.args[5].dtype], CODE[signature.args[2]]
            chosen = by_scheme(builder, number, scheme)
            cases = itertools.product(formulas.items(), SCHEMES.values())
            for k, ((name, (dK, weighted)), move) in enumerate(cases):
                with chosen.case(k), apart(builder, *others) as (inner, row, span, scalars, out):
                    arrays = streams(inner, row, real, kept)
                    s = coefficients(inner, scalars, vector_of(real, name))
                    _loop(inner, dK, weighted, move, arrays, s, span, out)
            return context.get_dummy_value()

        return types.void(number, scheme, stored, row, span, scalars, out), generate

    return sweep


def _loop(
    builder: Any, dK: Formula, weighted: bool, move: Any, arrays: Any, s: Any, span: Any, out: Any
) -> None:
    like = s.p.value.type
    totals = [ShortTotal(builder, like) for _ in range(COUNT)]

    def flush() -> None:
        for total in totals:
            total.flush()

    start, end = (builder.extract_value(span, k) for k in range(2))
    for i, first in vectors(builder, like.count, start, end, flush):
        if first is None:
            prefetch(builder, arrays[:3], i)
        x, m, g = (stream.load(builder, like, i, first) for stream in arrays[:3])
        p = arrays.w.load(builder, like, i, first) if weighted else s.p
        m_tilde, m_next = s.beta1 * m - s.c1 * g, s.beta2 * m - s.c2 * g
        u = dK(m_tilde, p, s.q, s.r)
        x_next = move(x, u, s)
        arrays.x.store(x_next, i, first)
        arrays.m.store(m_next, i, first)
        for total, pair in zip(totals, pairs(s, x, m, x_next, m_next, m_tilde, u), strict=True):
            total.take(pair)
    keep(builder, out, [total.fold()[0] for total in totals])


def pairs(
    s: Any, x: Lanes, m: Lanes, x_next: Lanes, m_next: Lanes, m_tilde: Lanes, u: Lanes
) -> list[tuple[Lanes, Lanes]]:
    """What is multiplied."""
    v = u - s.lam * x_next
    return [(x_next, m_next), (m_tilde, x), (m_tilde, x_next), (m, u), (m_next, u), (v, v)]


sweep = intrinsic(sweep_of({name: (dK, False) for name, dK in GLOBAL.items()}))
"""One array from entry span[0] to span[1]."""


@helper
def work(
    first: int, last: int, number: Any, scheme: Any, one: Any, stored: Any, rows: Any,
    beta1: Any, beta2: Any, lr: Any, lam: Any, wanted: Any, out: Any,
) -> None:  # fmt: skip
    """The chunks from ``first`` to ``last``, the sums of each to its row of ``out``."""
    for k in range(row_of(rows, first), row_of(rows, last - 1) + 1):
        row = rows[k]
        s = scalars(one, beta1, beta2, lr, lam, wanted[k, 0], wanted[k, 1], wanted[k, 2])
        arrays = (row[0], row[1], row[2], row[3])
        for c in range(max(first, row[5]), min(last, row[5] + chunks_of(row[4]))):
            start = (c - row[5]) * CHUNK
            span = (start, min(row[4], start + CHUNK))
            sweep(number, scheme, stored, arrays, span, s, out[c:].ctypes.data)


on_chunks = over_chunks(work)


@cache
def build(stamp: int) -> Callable[..., int]:
    """The kernel."""

    @kernel
    def run(
        board: Any, helpers: Any, chunks: Any, number: Any, scheme: Any, one: Any, stored: Any,
        rows: Any, beta1: Any, beta2: Any, lr: Any, lam: Any, wanted: Any, out: Any,
    ) -> int:  # fmt: skip
        args = (number, scheme, one, stored, rows, beta1, beta2, lr, lam, wanted, out)
        on_chunks(board, helpers, chunks, BLOCK, True, args)
        return stamp

    return run
