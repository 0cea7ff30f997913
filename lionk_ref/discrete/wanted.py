"""Section 4. What `LionK` and its steps are given, refused in one line where it cannot be used."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from numbers import Integral, Real
from typing import Any

from lionk_ref.arrays import Arrays
from lionk_ref.convex import ConvexFunction
from lionk_ref.discrete.schedules import Schedule


def require_kinds(K: object) -> None:
    """Raise TypeError or ValueError unless K is a K, or a dict of at least one."""
    if isinstance(K, Mapping) and not K:
        raise ValueError(f"LionK needs a K for each block, got {K!r}. For all blocks give one K.")
    for part in K.values() if isinstance(K, Mapping) else [K]:
        if not isinstance(part, ConvexFunction):
            raise TypeError(f"LionK needs a ConvexFunction such as L1(), got {part!r}.")


def settle(owner: object, name: str, wanted: str, holds: Callable[[float], bool]) -> None:
    """Turn a parameter of a frozen optimizer into a Python float; ValueError unless it holds."""
    value = getattr(owner, name)
    if isinstance(value, bool) or not isinstance(value, Real) or not holds(float(value)):
        raise ValueError(f"LionK needs {wanted}, got {name}={value!r}.")
    object.__setattr__(owner, name, float(value))


def iterate(s: Any) -> Arrays:
    """The x of a state; TypeError if ``s`` is none."""
    try:
        return s.x
    except AttributeError:
        got = type(s).__name__
        raise TypeError(f"A step needs a State, got {got}. Begin with that of init(x).") from None


def whole(owner: str, name: str, value: Any, least: int) -> int:
    """``value`` as an int.

    Raises
    ------
    ValueError
        Unless it is a whole number, and at least ``least``.
    """
    if isinstance(value, bool) or not isinstance(value, Integral) or value < least:
        raise ValueError(f"{owner} needs a whole number {name} >= {least}, got {name}={value!r}.")
    return int(value)


def require_threads(threads: object) -> None:
    """Raise ValueError unless ``threads`` is None or a whole number of them, as a backend does."""
    whole_number = isinstance(threads, int) and not isinstance(threads, bool)
    if threads is not None and not (whole_number and threads >= 1):  # type: ignore[operator]
        raise ValueError(f"threads must be a whole number >= 1 or None, got {threads!r}.")


def step_size(lr: float | Schedule, t: Any) -> float:
    """The step size of step t; an array of one integer may count, too.

    Raises
    ------
    TypeError, ValueError
        If ``t`` is no whole number, or a schedule gives no number, a negative one or none that is
        finite.
    """
    if not hasattr(t, "__index__"):
        raise TypeError(f"t is the number of a step, 0, 1, 2, ..., got {t!r}.")
    return _scheduled(lr(t), t) if callable(lr) else lr


def _scheduled(lr: Any, t: int) -> float:
    try:
        value = math.nan if isinstance(lr, str) else float(lr)
    except (TypeError, ValueError):
        value = math.nan
    if not 0 <= value < math.inf:
        raise ValueError(f"The schedule must give a finite lr >= 0, got {lr!r} at step {t}.")
    return value
