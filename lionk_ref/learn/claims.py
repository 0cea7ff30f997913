"""What a check may claim of an answer: an equality or a bound, with what was seen where it fails.

NaN fails every claim.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from lionk_ref.learn.exercise import CheckError

Array = Any


def equal(measured: Array, promised: Array, what: str, tolerance: float = 1e-9) -> None:
    """Measured equals promised, up to rounding of numbers of this size."""
    a, b = np.broadcast_arrays(np.asarray(measured, float), np.asarray(promised, float))
    with np.errstate(all="ignore"):
        size = tolerance * (1 + np.maximum(abs(a), abs(b)))
        fine = (a == b) | (np.isfinite(a) & np.isfinite(b) & (abs(a - b) <= size))
    if not fine.all():
        worst = np.unravel_index(int(np.argmin(fine)), fine.shape)
        raise CheckError(f"{what}: got {shown(a[worst])}, expected {shown(b[worst])}{at(worst)}.")


def at_most(measured: Array, bound: Array, what: str, tolerance: float = 1e-9) -> None:
    """Measured is at most the bound, up to rounding of numbers of this size."""
    a, b = np.broadcast_arrays(np.asarray(measured, float), np.asarray(bound, float))
    with np.errstate(all="ignore"):
        fine = (a <= b) | (a - b <= tolerance * (1 + np.maximum(abs(a), abs(b))))
    if not fine.all():
        worst = np.unravel_index(int(np.argmin(fine)), fine.shape)
        raise CheckError(
            f"{what}: got {shown(a[worst])}, at most {shown(b[worst])} is right{at(worst)}."
        )


def holds(condition: Any, what: str) -> None:
    """The condition is true everywhere."""
    if not np.all(condition):
        raise CheckError(f"{what}.")


def shown(value: Any) -> str:
    """A number with six digits, or an array of few."""
    return np.array2string(np.asarray(value), precision=6, threshold=8).replace("\n", "")


def at(where: tuple[Any, ...]) -> str:
    """The place of an entry as text."""
    return f" (entry {', '.join(map(str, where))})" if where else ""
