"""Vectors in memory: at an address and an index, whole or only the first few lanes.

``stored`` is the LLVM type of an entry in memory: that of the vector, or i16 for the bits of a
bfloat16, which is read exactly and written rounded to the nearest, ties to even, NaN to NaN.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from llvmlite import ir

from lionk_numba.compile import external
from lionk_numba.lanes import F32, F64, I8, I16, I32, SIZE, Lanes, bits, splat, where

MANGLED = {F32: "f32", F64: "f64", I16: "i16"}


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
        if first is None:
            raw = builder.load(place)
            raw.align = SIZE[self.stored]
        else:
            zeros = ir.Constant(kind, None)
            raw = self._masked(builder, "load", kind, [place], first, [zeros])
        return decode(Lanes(builder, raw), like)

    def store(self, vector: Lanes, index: Any, first: Any = None) -> None:
        """Write a vector, or the first lanes of it, to where an entry is."""
        builder, raw = vector.builder, encode(vector, self.stored).value
        place = builder.bitcast(self.at(builder, index), raw.type.as_pointer())
        if first is None:
            builder.store(raw, place).align = SIZE[self.stored]
        else:
            self._masked(builder, "store", raw.type, [raw, place], first, [])

    def _masked(
        self, builder: Any, verb: str, kind: Any, before: list[Any], first: Any, after: list[Any]
    ) -> Any:
        numbers = ir.Constant(ir.VectorType(I32, kind.count), [*range(kind.count)])
        limit = splat(builder, builder.trunc(first, I32), kind.count)
        mask = builder.icmp_signed("<", numbers, limit.value)
        args = [*before, I32(SIZE[self.stored]), mask, *after]
        result = kind if verb == "load" else ir.VoidType()
        name = f"llvm.masked.{verb}.v{kind.count}{MANGLED[self.stored]}.p0"
        return builder.call(external(builder, name, result, [a.type for a in args]), args)

    def prefetch(self, builder: Any, index: Any) -> None:
        """Ask for the cache line of an entry, which need not exist."""
        kinds = [I8.as_pointer(), I32, I32, I32]
        call = external(builder, "llvm.prefetch.p0", ir.VoidType(), kinds)
        place = builder.bitcast(self.at(builder, index), kinds[0])
        builder.call(call, [place, I32(0), I32(3), I32(1)])


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
