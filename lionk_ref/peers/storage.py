"""Section 4 in 16 bits: computed in float32, rounded once at the store."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Array = Any


def to_bfloat16(a: Array) -> Array:
    """The nearest bfloat16, ties to even, as float32.

    Examples
    --------
    >>> to_bfloat16(np.float32([1.00390625, 3.14159265]))
    array([1.      , 3.140625], dtype=float32)
    """
    bits = np.asarray(a, dtype=np.float32).view(np.uint32)
    rounded = (bits + np.uint32(0x7FFF) + ((bits >> 16) & 1)) & np.uint32(0xFFFF0000)
    return np.where(np.isnan(a), a, rounded.view(np.float32))


def to_binary16(a: Array) -> Array:
    """The nearest binary16 as float32."""
    with np.errstate(over="ignore"):
        return np.asarray(a).astype(np.float16).astype(np.float32)


def _kept(a: Array) -> Array:
    return a


ROUND: dict[str, Callable[[Array], Array]] = {
    "binary64": _kept,
    "binary32": _kept,
    "bfloat16": to_bfloat16,
    "binary16": to_binary16,
}
"""What happens to an array when it is stored in a format."""
