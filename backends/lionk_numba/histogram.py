"""A bracket around the k-th largest of |m_tilde| by counting: slow, but certain."""

from __future__ import annotations

from typing import Any

import numpy as np

from lionk_numba.compile import helper
from lionk_numba.keys import key_at, last_key

BINS = 4096


@helper
def refine(stored: Any, row: Any, n: int, s: Any, k: int, room: int) -> Any:
    """A bracket around the k-th largest with one value or at most ``room`` keys, for certain."""
    bins = np.empty(BINS, np.int64)
    low, high = np.int64(0), last_key(s[0])
    while True:
        shift = 0
        while (high - low) >> shift >= BINS:
            shift += 1
        bins[:] = 0
        left = k
        for i in range(n):
            key = key_at(stored, row, i, s)
            if key > high:
                left -= 1
            elif key >= low:
                bins[(key - low) >> shift] += 1
        place = BINS - 1
        while bins[place] < left:
            left -= bins[place]
            place -= 1
        low += np.int64(place) << shift
        high = min(high, low + (np.int64(1) << shift) - 1)
        if shift == 0 or bins[place] <= room:
            return low, high
