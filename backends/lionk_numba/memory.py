"""Vectors in memory: at an address and an index, whole or only the first few lanes.

``stored`` is the LLVM type of an entry in memory: that of the vector, or i16 for the bits of a
bfloat16, which is read exactly and written rounded to the nearest, ties to even, NaN to NaN.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from llvmlite import ir
from numba.core import cgutils

from lionk_numba.lanes import I8, I16, I32, I64, SIZE, Lanes, bits, where


class Stream(NamedTuple):
    """An array as a kernel sees it: the address of its data and the type of its entries."""

    address: Any
    stored: Any

    def at(self, builder: Any, index: Any) -> Any:
        """A pointer to an entry."""
        base = builder.inttoptr(self.address, self.stored.as_pointer())
        return builder.gep(base, [index])

    def load(self, builder: Any, like: Any, index: Any, first: Any = None) -> Lanes:
        """The vector of type ``like`` at an index; with ``first``, that many lanes and zeros."""
        kind = ir.VectorType(self.stored, like.count)
        place = builder.bitcast(self.at(builder, index), kind.as_pointer())
        if first is not None:
            scratch = cgutils.alloca_once(builder, kind)
            builder.store(ir.Constant(kind, None), scratch)
            self._copy(builder, scratch, place, first)
            return decode(Lanes(builder, builder.load(scratch)), like)
        loaded = builder.load(place)
        loaded.align = SIZE[self.stored]
        return decode(Lanes(builder, loaded), like)

    def store(self, vector: Lanes, index: Any, first: Any = None) -> None:
        """Write a vector, or the first lanes of it, to where an entry is."""
        builder, raw = vector.builder, encode(vector, self.stored).value
        place = builder.bitcast(self.at(builder, index), raw.type.as_pointer())
        if first is not None:
            scratch = cgutils.alloca_once(builder, raw.type)
            builder.store(raw, scratch)
            self._copy(builder, place, scratch, first)
        else:
            builder.store(raw, place).align = SIZE[self.stored]

    def prefetch(self, builder: Any, index: Any) -> None:
        """Ask for the cache line of an entry, which need not exist."""
        byte, name = I8.as_pointer(), "llvm.prefetch.p0"
        kind = ir.FunctionType(ir.VoidType(), [byte, I32, I32, I32])
        function = builder.module.globals.get(name) or ir.Function(builder.module, kind, name)
        place = builder.bitcast(self.at(builder, index), byte)
        builder.call(function, [place, I32(0), I32(3), I32(1)])

    def _copy(self, builder: Any, target: Any, source: Any, count: Any) -> None:
        byte = I8.as_pointer()
        target, source = builder.bitcast(target, byte), builder.bitcast(source, byte)
        size = builder.mul(count, I64(SIZE[self.stored]))
        cgutils.raw_memcpy(builder, target, source, size, 1)


def decode(raw: Lanes, like: Any) -> Lanes:
    """What was stored as a vector of type ``like``."""
    if raw.kind != I16:
        return raw
    whole = raw.builder.zext(raw.value, raw.of(I32))
    return bits(Lanes(raw.builder, whole) << 16, like.element)


def encode(vector: Lanes, stored: Any) -> Lanes:
    """A vector as it is to be stored."""
    if stored != I16:
        return vector
    raw = bits(vector)
    high = Lanes(raw.builder, raw.builder.lshr(raw.value, raw.lift(16)))
    summed = raw + ((high & 1) + 0x7FFF)
    rounded = Lanes(raw.builder, raw.builder.lshr(summed.value, raw.lift(16)))
    kept = where(vector == vector, rounded, high | 0x40)
    return Lanes(raw.builder, raw.builder.trunc(kept.value, raw.of(I16)))
