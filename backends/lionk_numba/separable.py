"""Eq. (2) and (15) in one pass for separable K: 20 bytes of traffic for an entry of float32."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from numba import types
from numba.extending import intrinsic

from lionk_numba import emit
from lionk_numba.addresses import CHUNK
from lionk_numba.compile import kernel, stamp
from lionk_numba.formulas import SCHEMES, SEPARABLE
from lionk_numba.kinds import Kind
from lionk_numba.pool import how_many, share
from lionk_numba.tables import Table, with_weights

EACH = "weighted_l1_each"
NUMBERS = {name: number for number, name in enumerate([*SEPARABLE, EACH])}
"""The number of each K in the kernel; `EACH` has a weight for each entry."""


def step(kind: Kind, table: Table, hyper: emit.Hyper, threads: int | None) -> None:
    """Eq. (2) or (15) on all arrays of a table."""
    if kind.weights is not None:
        table = with_weights(table, kind.weights, "WeightedL1")
    run, number = build(stamp()), NUMBERS[kind.name]
    one, stored, rows = table.one, table.stored, table.rows
    share(
        lambda first, last: run(
            number, hyper.scheme, one, stored, rows, first, last, emit.AHEAD,
            hyper.beta1, hyper.beta2, hyper.lr, hyper.lam, kind.p, kind.q,
        ),
        table.chunks,
        how_many(threads, table.entries, table.chunks),
    )  # fmt: skip


@intrinsic
def sweep(
    context: Any, number: Any, scheme: Any, stored: Any, row: Any, span: Any, scalars: Any
) -> Any:
    """One array from entry span[0] to span[1], the former a multiple of the number of lanes."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        number, scheme, _, row, span, scalars = values
        real = emit.CODE[signature.args[5].dtype]
        streams = emit.streams(builder, row, real, emit.CODE[signature.args[2]])
        s = emit.coefficients(builder, scalars, emit.vector_of(real))
        for name in NUMBERS:
            for which, move in enumerate(SCHEMES.values()):
                with emit.case(builder, (number, NUMBERS[name]), (scheme, which)):
                    _loop(builder, name, move, streams, s, span)
        return context.get_dummy_value()

    return types.void(number, scheme, stored, row, span, scalars), generate


def _loop(builder: Any, name: str, move: Any, streams: Any, s: Any, span: Any) -> None:
    like, dK = s.p.value.type, SEPARABLE[name.removesuffix("_each")]
    start, end, ahead = (builder.extract_value(span, k) for k in range(3))
    for i, first in emit.vectors(builder, like.count, start, end):
        if first is None:
            emit.prefetch(builder, streams[:3], i, ahead)
        x, m, g = (stream.load(builder, like, i, first) for stream in streams[:3])
        p = streams.w.load(builder, like, i, first) if name == EACH else s.p
        u = dK(s.beta1 * m - s.c1 * g, p, s.q)
        streams.x.store(move(x, u, s), i, first)
        streams.m.store(s.beta2 * m - s.c2 * g, i, first)


@cache
def build(stamp: int) -> Callable[..., int]:
    """The kernel; ``one`` and ``stored`` are numbers of the types of x and of m."""

    @kernel
    def run(
        number: Any, scheme: Any, one: Any, stored: Any, table: Any, first: Any, last: Any,
        ahead: Any, beta1: Any, beta2: Any, lr: Any, lam: Any, p: Any, q: Any,
    ) -> int:  # fmt: skip
        T = type(one)
        scalars = (
            T(beta1), T(1.0 - beta1), T(beta2), T(1.0 - beta2), T(lr), T(lam),
            T(1.0 + lr * lam), T(p), T(q),
        )  # fmt: skip
        for k in range(table.shape[0]):
            row = table[k]
            start = max(0, first - row[5]) * CHUNK
            end = min(row[4], (last - row[5]) * CHUNK)
            if start < end:
                span = (start, end, ahead)
                sweep(number, scheme, stored, (row[0], row[1], row[2], row[3]), span, scalars)
        return stamp

    return run
