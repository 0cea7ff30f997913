"""Keys by their rank among others, in linear time."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from lionk_numba.compile import helper

MOST = np.int64(2**63 - 1)
FEW = 1024
"""A sample of so many shows where among some ten thousand a rank lies."""
SIGMAS = 2.0
"""Half the width of the bracket in standard deviations of the rank of a random sample.

One bracket in twenty misses; one that never does would need more time, and memory, in each step.
"""


@helper
def kth_smallest(a: Any, n: int, k: Any) -> Any:
    """The entry of rank k (from 0) among the first n, which are put in some order (Hoare)."""
    left, right = 0, n - 1
    while left < right:
        middle = (left + right) // 2
        x, y, z = a[left], a[middle], a[right]
        pivot = max(min(x, y), min(max(x, y), z))
        i, j = left, right
        while i <= j:
            while a[i] < pivot:
                i += 1
            while pivot < a[j]:
                j -= 1
            if i <= j:
                a[i], a[j] = a[j], a[i]
                i, j = i + 1, j - 1
        if k <= j:
            right = j
        elif k >= i:
            left = i
        else:
            return a[k]
    return a[k]


@helper
def narrowed(a: Any, n: int, low: Any, high: Any, scratch: Any, out: Any, room: int) -> Any:
    """Put those of n keys whose ranks are from ``low`` to ``high``, and some more, into ``out``.

    How many they are and how many are smaller; 0, and nothing is done, if they are more than
    ``room`` or a sample in ``scratch`` has misled.
    """
    if n <= FEW:
        return 0, 0
    for j in range(FEW):
        scratch[j] = a[j * (n // FEW)]
    left, right = low / n, high / n
    first = math.floor(FEW * left - 4.0 * math.sqrt(FEW * left * (1.0 - left)) - 2.0)
    last = math.ceil(FEW * right + 4.0 * math.sqrt(FEW * right * (1.0 - right)) + 2.0)
    least = np.int64(kth_smallest(scratch, FEW, np.int64(first))) if first >= 0 else np.int64(0)
    most = np.int64(kth_smallest(scratch, FEW, np.int64(last))) if last < FEW else MOST
    below, inside = 0, 0
    for j in range(n):
        below += a[j] < least
        inside += least <= a[j] <= most
    if inside > room or not below <= low <= high < below + inside:
        return 0, 0
    place = 0
    for j in range(n):
        key = a[j]
        out[place] = key
        place += least <= key <= most
    return inside, below


@helper
def around(sample: Any, size: int, share: float, left: float, right: float) -> Any:
    """Two keys of a sample with that share of all keys below them, so many sigmas less and more."""
    sigma, rank = math.sqrt(size * share * (1.0 - share)), size * share
    low, high = math.floor(rank + left * sigma - 2.0), math.ceil(rank + right * sigma + 2.0)
    few = np.empty(max(FEW, size // 4), sample.dtype)
    begin, end = np.int64(max(low, 0.0)), np.int64(min(high, size - 1.0))
    count, below = narrowed(sample, size, begin, end, few, few, few.size - 1)
    if count == 0:
        few, count, below = sample, size, 0
    first = np.int64(kth_smallest(few, count, begin - below)) if low >= 0 else np.int64(0)
    last = np.int64(kth_smallest(few, count, end - below)) if high < size else MOST
    return first, last


@helper
def beside(sample: Any, size: int, share: float, low: Any, high: Any, higher: bool) -> Any:
    """The bracket next to one that has missed, of twice its width."""
    if higher:
        return high + 1, around(sample, size, share, SIGMAS, 3 * SIGMAS)[1]
    return around(sample, size, share, -3 * SIGMAS, -SIGMAS)[0], low - 1
