"""Between the two passes: from what the chunks gave to the parameters of the second pass."""

from __future__ import annotations

import math
from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from lionk_numba.addresses import CHUNK
from lionk_numba.compile import helper


@helper
def chunks_of(entries: int) -> int:
    """How many chunks an array of so many entries has."""
    return (entries + CHUNK - 1) // CHUNK


@helper
def row_of(rows: Any, chunk: int) -> int:
    """The first array of a table that has, or comes after, a chunk."""
    low, high = 0, rows.shape[0]
    while low < high:
        middle = (low + high) // 2
        if rows[middle, 5] + chunks_of(rows[middle, 4]) <= chunk:
            low = middle + 1
        else:
            high = middle
    return low


@helper
def two_sum(a: float, b: float) -> Any:
    """a + b rounded, and the error of the rounding, exactly (Knuth)."""
    total = a + b
    part = total - a
    return total, (a - (total - part)) + (b - part)


@helper
def gathered(found: Any, first: int, last: int) -> Any:
    """The sum, the largest and its ties over the chunks of one array, in their order."""
    high, low, largest, ties = 0.0, 0.0, 0.0, 0.0
    for c in range(first, last):
        high, error = two_sum(high, found[c, 0])
        low += error + found[c, 1]
        top = found[c, 2]
        if top > largest or (top != top and largest == largest):
            largest, ties = top, 0.0
        if top == largest:
            ties += found[c, 3]
    return high + low, largest, ties


SAFE = 1e-20, 1e30
"""Sums of powers in this range have lost nothing to underflow or overflow, even in float32."""


@helper
def is_safe(total: float, largest: float) -> bool:
    """Whether the sum can be relied upon; at infinity it is the number of ties that is missing."""
    return SAFE[0] < total < SAFE[1] or largest == 0.0 or largest != largest


@helper
def is_bounded(largest: float, power: float) -> bool:
    """Whether the power of the largest number is one of float32, as `powers.power32` needs."""
    return not largest > 1.0 or power * math.log2(largest) < 127.0


@helper
def power_of_two_near(largest: float, most: int) -> float:
    """The power of two that brings a positive number between 1/2 and 1; ``most`` bounds it."""
    return math.ldexp(1.0, min(max(-math.frexp(largest)[1], -most), most))


@helper
def parameters(
    total: float, largest: float, ties: float, scaled: float, power: float, root: float, most: int
) -> Any:
    """p and q of the formulas of a norm: p/q is the norm, and q is a power of two, or 0 at inf.

    ``total`` is the sum of powers of scaled |m_tilde_i|; it is divided by that of ``scaled``, the
    largest, first, as in the core, where each |m_tilde_i| is. ``most`` bounds the exponent of q.
    """
    if largest != largest:
        return largest, 1.0
    if largest == 0.0:
        return 1.0, 1.0
    if largest == math.inf:
        return (math.sqrt(ties) if power == 2.0 else ties**root), 0.0
    share = total / scaled**power
    length = math.sqrt(share) if power == 2.0 else share**root
    q = power_of_two_near(largest, most)
    return (largest * q) * length, q


@intrinsic
def largest_exponent(context: Any, one: Any) -> Any:
    """The largest e for which 2^e and 2^-e are normal numbers of this type."""
    most = 126 if one == types.float32 else 1022
    return types.int64(one), lambda context, builder, signature, values: ir.IntType(64)(most)
