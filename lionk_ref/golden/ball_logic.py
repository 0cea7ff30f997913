"""Section 2 in ball arithmetic: comparisons with three answers, and powers down to 0."""

from __future__ import annotations

from typing import Any

import numpy as np


def greater(a: Any, b: Any) -> bool | None:
    """Whether a > b: True, False, or None if that depends on the point of the ball.

    One and the same object is one number, however wide its ball.
    """
    return True if a > b else False if a is b or a <= b else None


def equal(a: Any, b: Any) -> bool | None:
    """Whether a == b, in the same sense."""
    if a is b or a == b:
        return True
    return False if a < b or a > b else None


def larger(a: Any, b: Any) -> Any:
    """max(a, b), and a or b itself where that is certain."""
    return a if a is b or a >= b else b if b >= a else a.max(b)


def negate(a: bool | None) -> bool | None:
    """Not a."""
    return None if a is None else not a


def both(a: bool | None, b: bool | None) -> bool | None:
    """A and b."""
    if a is False or b is False:
        return False
    return None if a is None or b is None else True


def divide(a: Any, b: Any) -> Any:
    """a / b; a ball about 0 divides to everything."""
    return a / (b if isinstance(b, np.ndarray) else float(b))


def power(v: Any, exponent: float) -> Any:
    """v^exponent for v >= 0, also where the ball reaches 0, for exponent >= 0."""
    if v > 0 or v.is_nan():
        return v**exponent
    top = v.upper() if exponent else v
    high = top**exponent if top > 0 else 0 * v.upper() ** 0 * (exponent > 0) + (exponent == 0)
    return high if v.is_zero() else high.union(0 * high)
