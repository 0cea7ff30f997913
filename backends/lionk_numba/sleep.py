"""How a thread in compiled code sleeps, is woken, and leaves a core: on Linux, without Python.

There a thread that wakes another one tends to get it on its own core, where both together take
longer than one. Elsewhere there is none of this, and `SLEEPS` is False.
"""

from __future__ import annotations

import platform
import sys
from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from lionk_numba.compile import helper
from lionk_numba.lanes import I8, I32, I64

FUTEX = {"x86_64": 202, "aarch64": 98}.get(platform.machine())
"""The number of the system call; 128 in its second argument says that one process uses it."""
SLEEPS = sys.platform == "linux" and FUTEX is not None
WAIT, WAKE, WORDS = 128, 129, 16
"""WORDS: 64-bit words of a set of cores, of 1024 at the most."""


def _external(
    builder: Any, name: str, result: Any, arguments: list[Any], more: bool = False
) -> Any:
    kind = ir.FunctionType(result, arguments, var_arg=more)
    return builder.module.globals.get(name) or ir.Function(builder.module, kind, name)


@intrinsic
def futex(context: Any, address: Any, operation: Any, value: Any) -> Any:
    """Sleep while the number at an address is ``value``, or wake as many who sleep there."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        if SLEEPS:
            call = _external(builder, "syscall", I64, [I64], more=True)
            builder.call(call, [I64(FUTEX), *values, I64(0), I64(0), I64(0)])
        return context.get_dummy_value()

    return types.void(*[types.int64] * 3), generate


@intrinsic
def core(context: Any) -> Any:
    """The core that this thread runs on."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        if not SLEEPS:
            return I64(-1)
        return builder.sext(builder.call(_external(builder, "sched_getcpu", I32, []), []), I64)

    return types.int64(), generate


@intrinsic
def stay_on(context: Any, cores: Any) -> Any:
    """Let this thread run on a set of cores only, given by the address of its words."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        if SLEEPS:
            call = _external(builder, "sched_setaffinity", I32, [I32, I64, I8.as_pointer()])
            cores = builder.inttoptr(values[0], I8.as_pointer())
            builder.call(call, [I32(0), I64(8 * WORDS), cores])
        return context.get_dummy_value()

    return types.void(types.int64), generate


@helper
def leave(core: int, cores: Any, others: Any) -> None:
    """Run on one of ``cores`` but for this one, if there is another; ``others`` is scratch."""
    some = False
    for k in range(WORDS):
        others[k] = cores[k] & ~((k == core // 64) << (core % 64))
        some = some or others[k] != 0
    if some:
        stay_on(others.ctypes.data)
