"""The k-th largest of |m_tilde|: exact, in linear time, whatever the order of the entries.

A sample puts a bracket around it. One pass counts what lies above and keeps the few keys inside,
among which it is found. Where it lies beside the bracket there is a second pass, with the next one;
where the sample misled altogether, histograms of ever fewer keys take its place.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from lionk_numba.compile import helper
from lionk_numba.histogram import refine
from lionk_numba.keys import compared, infinity, key_at, lanes_of, last_key, lowest, ones
from lionk_numba.ranks import MOST, SIGMAS, around, beside, kth_smallest, narrowed

LAST_BIT = np.int64(-(2**63))
SMALL = 2048
"""Up to here all keys are kept: a sample would not pay."""
WORD = 64
"""How many entries are compared before those in the bracket are kept: so much room is needed."""
STRATA = 1024
"""How many keys a thread draws for a sample at once."""


@helper
def draw(stored: Any, row: Any, n: int, s: Any, size: int, block: int, sample: Any) -> None:
    """Fill a block of a sample of this size with one key from each of its strata.

    The places in the strata are those of a congruential generator: the same in each run.
    """
    stratum = n // size
    state = np.uint64(n + block) * np.uint64(0x9E3779B97F4A7C15)
    for j in range(block * STRATA, min(size, (block + 1) * STRATA)):
        state = state * np.uint64(6364136223846793005) + np.uint64(1442695040888963407)
        place = np.int64(state >> np.uint64(33)) % stratum
        sample[j] = key_at(stored, row, j * stratum + place, s)


@helper
def scan(
    stored: Any, row: Any, start: int, end: int, s: Any, low: Any, high: Any, kept: Any
) -> Any:
    """How many keys lie in the bracket (-1: more than fit), how many above; whether one is NaN.

    The keys in the bracket are kept, unless it has but one value. Each `WORD` has a bit for
    those in the bracket; most words have two at most, which are kept without a branch.
    """
    count, above, nan, lanes = 0, 0, 0, lanes_of(s[0])
    whole = start + (end - start) // WORD * WORD
    for i in range(start, whole, WORD):
        inside, over = 0, 0
        for j in range(0, WORD, lanes):
            within, higher, bad = compared(stored, row, i + j, s, low, high)
            inside |= within << j
            over |= higher << j
            nan |= bad
        above += ones(over)
        if inside != 0:
            if low == high:
                count += ones(inside)
                continue
            if count + WORD > kept.size:
                return -1, above, nan != 0
            for _ in range(2):
                kept[count] = key_at(stored, row, i + lowest(inside | LAST_BIT), s)
                count += inside != 0
                inside &= inside - 1
            while inside != 0:
                kept[count] = key_at(stored, row, i + lowest(inside), s)
                count += 1
                inside &= inside - 1
    for i in range(whole, end):
        key = key_at(stored, row, i, s)
        above += key > high
        nan |= key > infinity(s[0])
        if low <= key <= high:
            if low != high:
                if count == kept.size:
                    return -1, above, nan != 0
                kept[count] = key
            count += 1
    return count, above, nan != 0


@helper
def found(k: int, count: int, above: int, low: Any, high: Any, kept: Any, sample: Any) -> Any:
    """The k-th largest key, how many are larger and how many equal, after `scan`."""
    if low == high:
        return low, above, count
    inside, rank = count, count - (k - above)
    while inside > 0 and count > SMALL:
        inside, below = narrowed(kept, count, rank, rank, sample, kept, count // 2)
        if inside > 0:
            count, rank, above = inside, rank - below, above + count - inside - below
    key = kth_smallest(kept, count, rank)
    larger, equal = above, 0
    for j in range(count):
        larger += kept[j] > key
        equal += kept[j] == key
    return np.int64(key), larger, equal


@helper
def kth_largest(stored: Any, row: Any, n: int, s: Any, k: int, sample: Any, kept: Any) -> Any:
    """The k-th largest key, how many are larger and how many equal, and whether one is NaN."""
    size, share = 0, 1.0 - k / n
    if n + WORD <= kept.size and n <= SMALL:
        low, high = np.int64(0), MOST
    else:
        size = min(sample.size, n)
        for block in range((size + STRATA - 1) // STRATA):
            draw(stored, row, n, s, size, block, sample)
        low, high = around(sample, size, share, -SIGMAS, SIGMAS)
    high = min(high, last_key(s[0]))
    count, above, nan = scan(stored, row, 0, n, s, low, high, kept)
    if count >= 0 and not above < k <= above + count:
        low, high = beside(sample, size, share, low, high, above >= k)
        high = min(high, last_key(s[0]))
        count, above, nan = scan(stored, row, 0, n, s, low, high, kept)
    if not above < k <= above + count:
        low, high = refine(stored, row, n, s, k, kept.size - WORD)
        count, above, nan = scan(stored, row, 0, n, s, low, high, kept)
    key, larger, equal = found(k, count, above, low, high, kept, sample)
    return key, larger, equal, nan
