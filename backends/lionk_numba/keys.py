"""|m_tilde| as whole numbers: the bits of floats >= 0 are in the floats' order, NaN on top."""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from lionk_numba.emit import CODE, coefficients, streams
from lionk_numba.lanes import BYTES, F64, I64, Lanes, absolute, bits, splat
from lionk_numba.loops import vector_of

INFINITY = {types.float32: 0x7F800000, types.float64: 0x7FF0000000000000}
"""The key of infinity; those of NaN are larger."""


def _keys(builder: Any, signature: Any, values: Any, lanes: int | None = None) -> Lanes:
    """The keys at values[2], one vector of them or ``lanes``; ``values`` as in `key_at`."""
    _, row, i, scalars = values[:4]
    real = CODE[signature.args[3].dtype]
    like = vector_of(real) if lanes is None else ir.VectorType(real, lanes)
    arrays = streams(builder, row, real, CODE[signature.args[0]])
    s = coefficients(builder, scalars, like)
    m, g = (stream.load(builder, like, i) for stream in arrays[1:3])
    return bits(absolute(s.beta1 * m - s.c1 * g))


@intrinsic
def key_at(context: Any, stored: Any, row: Any, i: Any, scalars: Any) -> Any:
    """The key of entry i."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        key = builder.extract_element(_keys(builder, signature, values, 1).value, ir.IntType(32)(0))
        return key if key.type == I64 else builder.sext(key, I64)

    return types.int64(stored, row, i, scalars), generate


@intrinsic
def compared(context: Any, stored: Any, row: Any, i: Any, scalars: Any, low: Any, high: Any) -> Any:
    """Of the vector at i: bits for the keys from low to high, for those above, for those of NaN."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        keys = _keys(builder, signature, values)
        low, high = (_repeated(builder, value, keys) for value in values[4:6])
        above, nan = keys > high, keys > INFINITY[signature.args[3].dtype]
        made = ir.Constant(ir.ArrayType(I64, 3), ir.Undefined)
        for k, mask in enumerate(((keys >= low) & ~above, above, nan)):
            word = builder.bitcast(mask.value, ir.IntType(mask.count))
            made = builder.insert_value(made, builder.zext(word, I64), k)
        return made

    three = types.UniTuple(types.int64, 3)
    return three(stored, row, i, scalars, low, high), generate


def _repeated(builder: Any, value: Any, like: Lanes) -> Lanes:
    short = value if like.kind == I64 else builder.trunc(value, like.kind)
    return splat(builder, short, like.count)


@intrinsic
def ones(context: Any, word: Any) -> Any:
    """How many bits are set."""
    return types.int64(types.int64), lambda context, b, signature, values: b.ctpop(values[0])


@intrinsic
def lowest(context: Any, word: Any) -> Any:
    """The place of the lowest bit that is set."""
    nonzero = ir.IntType(1)(1)
    return types.int64(types.int64), lambda context, b, signature, values: b.cttz(
        values[0], nonzero
    )


@intrinsic
def last_key(context: Any, one: Any) -> Any:
    """The largest integer of as many bits as a number of this type has."""
    return types.int64(one), lambda context, b, signature, values: I64(
        (1 << (one.bitwidth - 1)) - 1
    )


@intrinsic
def lanes_of(context: Any, one: Any) -> Any:
    """How many numbers of this type a vector has."""
    return types.int64(one), lambda context, b, signature, values: I64(BYTES * 8 // one.bitwidth)


@intrinsic
def infinity(context: Any, one: Any) -> Any:
    """The key of infinity."""
    return types.int64(one), lambda context, b, signature, values: I64(INFINITY[one])


@intrinsic
def from_key(context: Any, one: Any, key: Any) -> Any:
    """The float that has these bits, as float64."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        if CODE[one] == F64:
            return builder.bitcast(values[1], F64)
        short = builder.trunc(values[1], ir.IntType(32))
        return builder.fpext(builder.bitcast(short, CODE[one]), F64)

    return types.float64(one, types.int64), generate
