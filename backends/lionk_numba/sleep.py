"""How a thread in compiled code sleeps and is woken, and where it runs: on Linux, without Python.

Elsewhere there is none of this, and `SLEEPS` is False.
"""

from __future__ import annotations

import platform
import sys
from typing import Any

from numba import types
from numba.extending import intrinsic

from lionk_numba.compile import external, kernel
from lionk_numba.lanes import I32, I64

FUTEX = {"x86_64": 202, "aarch64": 98}.get(platform.machine())
"""The number of the system call; 128 in its second argument says that one process uses it."""
SLEEPS = sys.platform == "linux" and FUTEX is not None
WAIT, WAKE = 128, 129


@intrinsic
def futex(context: Any, address: Any, operation: Any, value: Any) -> Any:
    """Sleep while the number at an address is ``value``, or wake as many who sleep there."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        if SLEEPS:
            call = external(builder, "syscall", I64, [I64], more=True)
            builder.call(call, [I64(FUTEX), *values, I64(0), I64(0), I64(0)])
        return context.get_dummy_value()

    return types.void(*[types.int64] * 3), generate


@intrinsic
def core(context: Any) -> Any:
    """The core that this thread runs on."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        if not SLEEPS:
            return I64(-1)
        return builder.sext(builder.call(external(builder, "sched_getcpu", I32, []), []), I64)

    return types.int64(), generate


@kernel
def here() -> Any:
    """The core that the caller runs on, or -1."""
    return core()
