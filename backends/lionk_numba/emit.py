"""One step on the entries of one array, written down as LLVM code, and what it is told."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from numba import types
from numba.core import cgutils

from lionk_numba.compile import helper
from lionk_numba.formulas import SCHEMES, Coefficients
from lionk_numba.lanes import F32, F64, I16, I64, Lanes, splat
from lionk_numba.loops import Choice, apart, lines, prefetch, vector_of
from lionk_numba.memory import Stream

CODE = {types.float32: F32, types.float64: F64, types.uint16: I16}
"""The LLVM type of what is stored."""


class Hyper(NamedTuple):
    """What a step is told: the number of the scheme, and the paper's parameters."""

    scheme: int
    lr: float
    beta1: float
    beta2: float
    lam: float


class Streams(NamedTuple):
    """The arrays of a step; ``w`` holds a weight for each entry, where there are weights."""

    x: Stream
    m: Stream
    g: Stream
    w: Stream


def streams(builder: Any, row: Any, real: Any, stored: Any) -> Streams:
    """The arrays at the addresses of a tuple; m may be stored in another type."""
    x, m, g, w = (builder.extract_value(row, k) for k in range(4))
    return Streams(Stream(x, real), Stream(m, stored), Stream(g, real), Stream(w, real))


def coefficients(builder: Any, scalars: Any, like: Any) -> Coefficients:
    """A tuple of scalars, each in every lane."""
    count = len(Coefficients._fields)
    return Coefficients(
        *(splat(builder, builder.extract_value(scalars, k), like.count) for k in range(count))
    )


def by_scheme(builder: Any, number: Any, scheme: Any) -> Choice:
    """A choice by the numbers of a formula and of a scheme, in the order of their product."""
    return Choice(builder, builder.add(builder.mul(number, number.type(len(SCHEMES))), scheme))


Formula = Callable[[Lanes, Lanes, Lanes, Lanes], Lanes]


def sweep_of(formulas: Mapping[str, tuple[Formula, bool]]) -> Callable[..., Any]:
    """What `intrinsic` makes the sweep of; the flag says that each entry has a weight for p."""

    def sweep(
        context: Any, number: Any, scheme: Any, stored: Any, row: Any, span: Any, scalars: Any
    ) -> Any:
        def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
            number, scheme, _, *others = values
            real, kept = CODE[signature.args[5].dtype], CODE[signature.args[2]]
            chosen = by_scheme(builder, number, scheme)
            cases = itertools.product(formulas.items(), SCHEMES.values())
            for k, ((name, (dK, weighted)), move) in enumerate(cases):
                with chosen.case(k), apart(builder, *others) as (inner, row, span, scalars):
                    arrays = streams(inner, row, real, kept)
                    s = coefficients(inner, scalars, vector_of(real, name))
                    _loop(inner, dK, weighted, move, arrays, s, span)
            return context.get_dummy_value()

        return types.void(number, scheme, stored, row, span, scalars), generate

    return sweep


def _loop(
    builder: Any, dK: Formula, weighted: bool, move: Any, arrays: Streams, s: Any, span: Any
) -> None:
    like = s.p.value.type
    start, end = (builder.extract_value(span, k) for k in range(2))
    size, last = builder.sub(end, start), builder.sub(end, I64(like.count))

    def stepped(i: Any, first: Any = None) -> tuple[Lanes, Lanes]:
        x, m, g = (stream.load(builder, like, i, first) for stream in arrays[:3])
        p = arrays.w.load(builder, like, i, first) if weighted else s.p
        u = dK(s.beta1 * m - s.c1 * g, p, s.q, s.r)
        return move(x, u, s), s.beta2 * m - s.c2 * g

    def put(found: tuple[Lanes, Lanes], i: Any, first: Any = None) -> None:
        for stream, vector in zip(arrays[:2], found, strict=True):
            stream.store(vector, i, first)

    with builder.if_else(builder.icmp_signed(">=", last, start)) as (long, short):
        with long:
            # The head overlaps the rest: it is formed before that is written, and says the same.
            head = stepped(start)
            begin, whole = lines(builder, arrays.x, like.count, start, end)
            with cgutils.for_range_slice(builder, begin, whole, I64(like.count)) as (i, _):
                prefetch(builder, arrays[:3], i)
                put(stepped(i), i)
            left = builder.sub(end, whole)
            with builder.if_then(builder.icmp_signed(">", left, I64(0))):
                put(stepped(whole, left), whole, left)
            put(head, start)
        with short, builder.if_then(builder.icmp_signed(">", size, I64(0))):
            put(stepped(start, size), start, size)


@helper
def looking(one: Any, a: float, c: float, p: float, q: float, r: float = 1.0) -> Any:
    """`Coefficients` of a pass that looks at a m - c g in place of m_tilde."""
    T = type(one)
    return (T(a), T(c), T(0), T(0), T(0), T(0), T(1), T(p), T(q), T(r))


@helper
def scalars(
    one: Any, beta1: float, beta2: float, lr: float, lam: float, p: float, q: float, r: float
) -> Any:
    """`Coefficients` as a tuple of numbers of the type of ``one``."""
    T = type(one)
    return (
        T(beta1), T(1.0 - beta1), T(beta2), T(1.0 - beta2), T(lr), T(lam), T(1.0 + lr * lam),
        T(p), T(q), T(r),
    )  # fmt: skip
