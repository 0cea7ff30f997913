"""What several threads read and write at once, and a call of a function at an address."""

from __future__ import annotations

import platform
from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from lionk_numba.lanes import I64

PAUSES = dict.fromkeys(("x86_64", "AMD64", "i686"), "llvm.x86.sse2.pause")
"""By the kind of machine."""


@intrinsic
def add(context: Any, address: Any, value: Any) -> Any:
    """Add to the integer at an address, for all threads at once; what was there before."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        place = builder.inttoptr(values[0], I64.as_pointer())
        return builder.atomic_rmw("add", place, values[1], "seq_cst")

    return types.int64(types.int64, types.int64), generate


@intrinsic
def put(context: Any, address: Any, value: Any) -> Any:
    """Write an integer that other threads read."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        place = builder.inttoptr(values[0], I64.as_pointer())
        builder.store_atomic(values[1], place, "seq_cst", 8)
        return context.get_dummy_value()

    return types.void(types.int64, types.int64), generate


@intrinsic
def swap(context: Any, address: Any, old: Any, new: Any) -> Any:
    """Write ``new`` where ``old`` is; whether it was there."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        place = builder.inttoptr(values[0], I64.as_pointer())
        found = builder.cmpxchg(place, values[1], values[2], "seq_cst", "seq_cst")
        return builder.extract_value(found, 1)

    return types.boolean(*[types.int64] * 3), generate


@intrinsic
def get(context: Any, address: Any) -> Any:
    """An integer that other threads write."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        place = builder.inttoptr(values[0], I64.as_pointer())
        return builder.load_atomic(place, "seq_cst", 8)

    return types.int64(types.int64), generate


@intrinsic
def pause(context: Any) -> Any:
    """Tell the processor that this thread only waits."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        if name := PAUSES.get(platform.machine()):
            known = builder.module.globals.get(name)
            kind = ir.FunctionType(ir.VoidType(), [])
            builder.call(known or ir.Function(builder.module, kind, name), [])
        return context.get_dummy_value()

    return types.void(), generate


@intrinsic
def call(context: Any, function: Any, arguments: Any, first: Any, last: Any) -> Any:
    """Do some chunks of a job."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        kind = ir.FunctionType(ir.VoidType(), [I64, I64, I64])
        builder.call(builder.inttoptr(values[0], kind.as_pointer()), values[1:])
        return context.get_dummy_value()

    return types.void(*[types.int64] * 4), generate
