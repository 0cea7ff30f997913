"""For steps in place: whether arrays have an entry in common, or one of them an entry twice.

Columns of one matrix share a range of memory and no entry, so ranges are not enough. Only addresses
are looked at, never entries, so that a stand-in for memory elsewhere will do.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

MOST_WORK = 100_000
"""How long a common entry is looked for, which for contrived strides is hard to find."""


def folded(a: Any) -> bool:
    """Whether two indices may lead to one entry: no slice, transpose or reversal is like that.

    Examples
    --------
    >>> folded(np.ones((3, 4))[::2, ::-1].T), folded(np.broadcast_to(1.0, 3))
    (False, True)
    """
    if a.flags.c_contiguous:
        return False
    reach = a.itemsize
    for stride, n in sorted((abs(s), n) for s, n in zip(a.strides, a.shape, strict=True) if n > 1):
        if stride < reach:
            return bool(a.size)
        reach += stride * (n - 1)
    return False


def meet(a: Any, b: Any) -> bool:
    """Whether two arrays of NumPy have an entry in common; yes, where that is too hard to find.

    Examples
    --------
    >>> a = np.ones((3, 4))
    >>> meet(a[:, 0], a[:, 1]), meet(a[:, 0], a[1])
    (False, True)
    """
    try:
        return bool(np.shares_memory(a, b, max_work=MOST_WORK))  # type: ignore[arg-type]
    except np.exceptions.TooHardError:
        return True


def overlap(arrays: Sequence[Any]) -> bool:
    """Whether two of some arrays of NumPy have an entry in common; only neighbours are compared.

    Examples
    --------
    >>> a = np.zeros(6)
    >>> overlap([a[:4], np.zeros(3), a[2:]]), overlap([a[::2], np.zeros(3), a[1::2]])
    (True, False)
    """
    if len(arrays) == 2:
        return meet(*arrays)
    bounds = [(*np.lib.array_utils.byte_bounds(a), k) for k, a in enumerate(arrays)]
    near: list[tuple[int, int]] = []
    for start, end, k in sorted(bounds):
        near = [(until, other) for until, other in near if until > start]
        if any(meet(arrays[other], arrays[k]) for _, other in near):
            return True
        near.append((end, k))
    return False


def seen(a: Any) -> Any | None:
    """An array of NumPy where ``a`` lies, of any library; None where that is not to be found out.

    That of an array on a GPU has addresses there: no entry of it may be looked at.

    Examples
    --------
    >>> a = np.ones(3)
    >>> seen(a) is a, seen([1.0])
    (True, None)
    """
    if isinstance(a, np.ndarray):
        return a
    try:
        there = getattr(a, "__cuda_array_interface__", None)
        return np.from_dlpack(a) if there is None else _ghost(there)
    except (AttributeError, BufferError, RuntimeError, TypeError, ValueError):
        return None


def _ghost(there: dict[str, Any]) -> Any:
    kept = {name: there[name] for name in ("shape", "typestr")}
    kept |= {"version": 3, "data": (there["data"][0], False), "strides": there.get("strides")}
    return np.asarray(type("Ghost", (), {"__array_interface__": kept})())
