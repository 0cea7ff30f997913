"""Loops over arrays, written down as LLVM code: what the kernels have in common."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from llvmlite import ir
from numba import types
from numba.core import cgutils

from lionk_numba.formulas import Coefficients
from lionk_numba.lanes import BYTES, F32, F64, I16, I32, I64, SIZE, splat
from lionk_numba.memory import Stream

CODE = {
    types.float32: F32, types.float64: F64, types.uint16: I16, types.int32: I32, types.int64: I64,
}  # fmt: skip
"""The LLVM type of a number's type."""


AHEAD = 0
"""How many entries ahead of their use memory is asked for; 0 leaves it to the machine."""


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


def vector_of(real: Any) -> Any:
    """The type of the vectors of these numbers."""
    return ir.VectorType(real, BYTES // SIZE[real])


def coefficients(builder: Any, scalars: Any, like: Any) -> Coefficients:
    """A tuple of scalars, each in every lane."""
    count = len(Coefficients._fields)
    return Coefficients(
        *(splat(builder, builder.extract_value(scalars, k), like.count) for k in range(count))
    )


def vectors(builder: Any, count: int, start: Any, end: Any) -> Iterator[tuple[Any, Any]]:
    """Where the vectors of a range begin, and None; at last, where lanes are left, how many.

    What the caller writes is written twice, for the whole vectors and for the rest.
    """
    left = builder.srem(builder.sub(end, start), I64(count))
    whole = builder.sub(end, left)
    with cgutils.for_range_slice(builder, start, whole, I64(count)) as (index, _):
        yield index, None
    with builder.if_then(builder.icmp_signed(">", left, I64(0))):
        yield whole, left


def case(builder: Any, *pairs: tuple[Any, int]) -> Any:
    """A block for the case that each number has the value beside it."""
    holds = ir.Constant(ir.IntType(1), 1)
    for number, value in pairs:
        holds = builder.and_(holds, builder.icmp_signed("==", number, number.type(value)))
    return builder.if_then(holds)


def prefetch(builder: Any, streams: tuple[Stream, ...], index: Any, ahead: Any) -> None:
    """Ask for what comes ``ahead`` entries later; 0 asks for nothing."""
    with builder.if_then(builder.icmp_signed(">", ahead, I64(0))):
        for stream in streams:
            stream.prefetch(builder, builder.add(index, ahead))
