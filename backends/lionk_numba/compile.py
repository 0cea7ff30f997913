"""How the kernels are compiled: strict arithmetic, no lock held, kept on disk where one can write.

`helper` marks a part of a kernel, which is compiled into it. A kernel is made by a function of the
`stamp` of this package's sources, which thereby is part of the key under which Numba keeps it on
disk: Numba itself looks at the file of the kernel alone, and would miss a change in a helper's.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
from llvmlite import ir

Function = TypeVar("Function", bound=Callable[..., Any])

STRICT = {"error_model": "numpy", "fastmath": False}


def helper(function: Function) -> Function:
    """Compile ``function`` as a part of the kernels that call it."""
    return cast(Function, numba.njit(**STRICT)(function))


def kernel(function: Function) -> Function:
    """Compile ``function`` when it is first called; keep the result where a disk can be written."""
    return _kept(function, nogil=True)


def reader(function: Function) -> Function:
    """The same for what reads objects of Python: it holds the lock, so that nobody changes them."""
    return _kept(function, nogil=False)


def _kept(function: Function, nogil: bool) -> Function:
    try:
        return cast(Function, numba.njit(cache=True, nogil=nogil, **STRICT)(function))
    except RuntimeError:
        return cast(Function, numba.njit(nogil=nogil, **STRICT)(function))


@cache
def stamp() -> int:
    """A number that changes with any source of this package."""
    digest = hashlib.sha256()
    for file in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(file.read_bytes())
    return int.from_bytes(digest.digest()[:7], "big")


def external(builder: Any, name: str, result: Any, arguments: list[Any], more: bool = False) -> Any:
    """A function of C or of Python that this process has; ``more`` arguments may follow."""
    kind = ir.FunctionType(result, arguments, var_arg=more)
    return builder.module.globals.get(name) or ir.Function(builder.module, kind, name)
