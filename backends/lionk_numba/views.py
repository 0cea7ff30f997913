"""Arrays that are not contiguous: stepped by way of copies, which hide where their entries lie.

Columns of one matrix share a range of memory and no entry, so ranges are not enough: it is asked
whether two arrays have an entry in common.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

MOST_WORK = 100_000
"""How long a common entry is looked for, which for contrived strides is hard to find."""


def require_own_entries(views: Sequence[Any], written: Sequence[Any]) -> None:
    """Raise ValueError where one of the views has an entry twice, or one of another array's.

    ``written`` are all arrays that a step overwrites, the views among them.
    """
    for view in views:
        if folded(view):
            raise ValueError(
                "step_ overwrites x and m, but one has an entry twice: give it a copy."
            )
        if sum(_meet(view, a) for a in written) > 1:
            raise ValueError("step_ overwrites x and m, but two overlap in memory: give it copies.")


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


def _meet(a: Any, b: Any) -> bool:
    try:
        return bool(np.shares_memory(a, b, max_work=MOST_WORK))  # type: ignore[arg-type]
    except np.exceptions.TooHardError:
        return True
