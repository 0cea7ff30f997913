"""A step of a separable K with the sums that its certificate needs, in one pass.

Each lane adds a few terms in the precision of x, then goes on in float64. The sums of the chunks
are added in their order, so that the result does not depend on the number of threads.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from lionk_numba.addresses import CHUNK
from lionk_numba.compile import helper, kernel, stamp
from lionk_numba.emit import CODE, Hyper, by_scheme, coefficients, scalars, streams
from lionk_numba.formulas import SCHEMES, SEPARABLE
from lionk_numba.kinds import Kind
from lionk_numba.lanes import BITS, F64, Lanes, bits, where, widen
from lionk_numba.loops import apart, prefetch, vector_of, vectors
from lionk_numba.pool import how_many, share
from lionk_numba.settle import chunks_of, row_of, two_sum
from lionk_numba.tables import Table
from lionk_numba.team import over_chunks
from lionk_numba.terms import TERMS, Terms
from lionk_numba.totals import ShortTotal, Variable, halves, keep, only
from lionk_numba.weights import with_weights
from lionk_ref.backend import Sums

NUMBERS = {name: number for number, name in enumerate(TERMS)}
Product = tuple[Lanes, Lanes]

PARTS, STARS = 12, (3, 4, 5)
"""How many sums are formed: three values of K, three of K*, six inner products; which are K*."""


def step(kind: Kind, table: Table, hyper: Hyper, threads: int | None) -> Sums:
    """Eq. (2) or (15) on all arrays of a table; the sums."""
    table = with_weights(kind, table)
    run, gather = build(stamp())
    out = np.zeros((table.chunks, PARTS + 1))
    share(
        run, how_many(threads, table.entries, table.chunks), table.entries, table.chunks,
        NUMBERS[kind.name], hyper.scheme, table.one, table.stored, table.rows,
        hyper.beta1, hyper.beta2, hyper.lr, hyper.lam, kind.p, kind.q, out,
    )  # fmt: skip
    total = np.zeros(PARTS + 1)
    gather(out, total)
    return sums_of(total, hyper.lam)


@intrinsic
def sweep(
    context: Any, number: Any, scheme: Any, stored: Any, row: Any, span: Any, scalars: Any,
    out: Any,
) -> Any:  # fmt: skip
    """One array from span[0] to span[1], and its sums to ``out``."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        number, scheme, _, *others = values
        real, kept = CODE[signature.args[5].dtype], CODE[signature.args[2]]
        chosen = by_scheme(builder, number, scheme)
        for k, (name, move) in enumerate(itertools.product(TERMS, SCHEMES.values())):
            with chosen.case(k), apart(builder, *others) as (inner, row, span, scalars, out):
                arrays = streams(inner, row, real, kept)
                s = coefficients(inner, scalars, vector_of(real, name))
                _loop(inner, name, move, arrays, s, span, out)
        return context.get_dummy_value()

    return types.void(number, scheme, stored, row, span, scalars, out), generate


def _loop(builder: Any, name: str, move: Any, arrays: Any, s: Any, span: Any, out: Any) -> None:
    like, dK = s.p.value.type, SEPARABLE[name.removesuffix("_each")]
    has_conjugate = TERMS[name].conjugate is not None
    used = [has_conjugate or k not in STARS for k in range(PARTS)]
    totals = [ShortTotal(builder, like) for _ in filter(None, used)]
    gauge = Variable(builder, ir.VectorType(BITS[like.element], like.count))

    def flush() -> None:
        for total in totals:
            total.flush()

    start, end = (builder.extract_value(span, k) for k in range(2))
    for i, first in vectors(builder, like.count, start, end, flush):
        if first is None:
            prefetch(builder, arrays[:3], i)
        x, m, g = (stream.load(builder, like, i, first) for stream in arrays[:3])
        p = arrays.w.load(builder, like, i, first) if name.endswith("_each") else s.p
        m_tilde = s.beta1 * m - s.c1 * g
        u = dK(m_tilde, p, s.q, s.r)
        x_next, m_next = move(x, u, s), s.beta2 * m - s.c2 * g
        arrays.x.store(x_next, i, first)
        arrays.m.store(m_next, i, first)
        terms, reach = parts(TERMS[name], s.lam, p, s.q, x, m, x_next, m_next, m_tilde, u)
        for total, term in zip(totals, (t for t in terms if t is not None), strict=True):
            total.take(term)
        if reach is not None:
            # As integers the bits of numbers >= 0 are in their order, with NaN on top.
            gauge.become(where(bits(reach) > gauge.now, bits(reach), gauge.now))
    top = only(widen(bits(largest(gauge.now), like.element)))
    sums = (total.fold()[0] for total in totals)
    keep(builder, out, [*(next(sums) if is_used else F64(0.0) for is_used in used), top])


def parts(
    k: Terms, lam: Lanes, p: Lanes, q: Lanes,
    x: Lanes, m: Lanes, x_next: Lanes, m_next: Lanes, m_tilde: Lanes, u: Lanes,
) -> tuple[list[Lanes | Product | None], Lanes | None]:  # fmt: skip
    """What one vector adds to each of the `PARTS`, and the gauge of lam x'."""

    def star(y: Lanes) -> Lanes | None:
        return k.conjugate(y, p, q) if k.conjugate else None

    y_next = lam * x_next
    v = u - y_next
    return [
        k.value(m_next, p, q), k.value(m_tilde, p, q), k.value(m, p, q),
        star(y_next), star(lam * x), star(u),
        (x_next, m_next), (m_tilde, x), (m_tilde, x_next), (m, u), (m_next, u), (v, v),
    ], k.gauge(y_next, p, q) if k.gauge else None  # fmt: skip


def sums_of(part: Any, lam: float) -> Sums:
    """The `Sums` from the `PARTS` and the gauge: FY(z, y) = K(z) + K*(y) - <z, y>."""
    (K_next, K_tilde, K_m, star_next, star_x, star_u,
     x_m, tilde_x, tilde_x_next, m_u, next_u, v_squared, gauge) = map(float, part)  # fmt: skip
    return Sums(
        K_next, K_tilde, star_next, x_m,
        K_tilde + star_x - lam * tilde_x, K_tilde + star_next - lam * tilde_x_next,
        K_m + star_u - m_u, K_next + star_u - next_u, v_squared, gauge,
    )  # fmt: skip


def largest(a: Lanes) -> Lanes:
    """The largest lane, alone."""
    while a.count > 1:
        b, c = halves(a)
        a = where(b > c, b, c)
    return a


@helper
def work(
    first: int, last: int, number: Any, scheme: Any, one: Any, stored: Any, rows: Any,
    beta1: Any, beta2: Any, lr: Any, lam: Any, p: Any, q: Any, out: Any,
) -> None:  # fmt: skip
    """The chunks from ``first`` to ``last``, the sums of each to its row of ``out``."""
    s = scalars(one, beta1, beta2, lr, lam, p, q, 0.0)
    for k in range(row_of(rows, first), row_of(rows, last - 1) + 1):
        row = rows[k]
        arrays = (row[0], row[1], row[2], row[3])
        for c in range(max(first, row[5]), min(last, row[5] + chunks_of(row[4]))):
            start = (c - row[5]) * CHUNK
            span = (start, min(row[4], start + CHUNK))
            sweep(number, scheme, stored, arrays, span, s, out[c:].ctypes.data)


on_chunks = over_chunks(work)


@cache
def build(stamp: int) -> tuple[Callable[..., int], Callable[..., int]]:
    """The kernel, and the one that adds what the chunks gave."""

    @kernel
    def run(
        board: Any, helpers: Any, chunks: Any, number: Any, scheme: Any, one: Any, stored: Any,
        rows: Any, beta1: Any, beta2: Any, lr: Any, lam: Any, p: Any, q: Any, out: Any,
    ) -> int:  # fmt: skip
        args = (number, scheme, one, stored, rows, beta1, beta2, lr, lam, p, q, out)
        on_chunks(board, helpers, chunks, chunks, False, args)
        return stamp

    @kernel
    def gather(out: Any, sums: Any) -> int:
        for j in range(PARTS):
            high, low = 0.0, 0.0
            for c in range(out.shape[0]):
                high, error = two_sum(high, out[c, j])
                low += error
            sums[j] = high + low
        for c in range(out.shape[0]):
            top = out[c, PARTS]
            if top > sums[PARTS] or top != top:
                sums[PARTS] = top
        return stamp

    return run, gather
