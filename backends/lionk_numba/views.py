"""Arrays that are not contiguous: stepped by way of copies, which hide where their entries lie.

What is asked is therefore whether two arrays have an entry in common, see `lionk_ref.memory`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lionk_ref.memory import folded, meet


def require_own_entries(views: Sequence[Any], written: Sequence[Any]) -> None:
    """Raise ValueError where one of the views has an entry twice, or one of another array's.

    ``written`` are all arrays that a step overwrites, the views among them.
    """
    for view in views:
        if folded(view):
            raise ValueError(
                "step_ overwrites x and m, but one has an entry twice: give it a copy."
            )
        if sum(meet(view, a) for a in written) > 1:
            raise ValueError("step_ overwrites x and m, but two overlap in memory: give it copies.")
