"""Objects of Python as C sees them, for code that holds the lock."""

from __future__ import annotations

from typing import Any

from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from lionk_numba.compile import external
from lionk_numba.lanes import I8, I32, I64

BYTE = I8.as_pointer()


@intrinsic
def word(context: Any, address: Any) -> Any:
    """The 64-bit integer at an address."""
    return types.int64(types.int64), lambda context, builder, signature, values: builder.load(
        builder.inttoptr(values[0], I64.as_pointer())
    )


@intrinsic
def following(context: Any, address: Any, place: Any) -> Any:
    """The addresses of the next key and value of a dict, zeros at its end, and the place after."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        key, value, at = (cgutils.alloca_once(builder, I64) for _ in range(3))
        for cell, before in zip((key, value, at), (I64(0), I64(0), values[1]), strict=True):
            builder.store(before, cell)
        cells = [builder.bitcast(cell, BYTE) for cell in (at, key, value)]
        call = external(builder, "PyDict_Next", I32, [BYTE] * 4)
        builder.call(call, [builder.inttoptr(values[0], BYTE), *cells])
        found = [builder.load(cell) for cell in (key, value, at)]
        return context.make_tuple(builder, signature.return_type, found)

    return types.UniTuple(types.int64, 3)(types.int64, types.int64), generate


@intrinsic
def half_word(context: Any, address: Any) -> Any:
    """The 32-bit integer at an address."""
    return types.int64(types.int64), lambda context, builder, signature, values: builder.sext(
        builder.load(builder.inttoptr(values[0], I32.as_pointer())), I64
    )
