"""For backends that step in place: whether views of memory have an entry in common.

Columns of one matrix share a range of memory and no entry, so ranges are not enough. Only addresses
are looked at, never entries, so that a stand-in for memory elsewhere will do.
"""

from __future__ import annotations

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
