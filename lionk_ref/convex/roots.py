"""Roots of increasing functions, for the proximal points that have no one-line formula."""

from __future__ import annotations

from collections.abc import Callable

from lionk_ref.arrays import Array, array_namespace, sign

ROUNDS = 64
"""Each halves the bracket and then tries Newton's step: 64 exhaust float64."""


def increasing_root(
    h: Callable[[Array], tuple[Array, Array]], level: Array, low: Array, high: Array
) -> Array:
    """The r in [low, high] with h(r) = level, entry by entry; h gives its value and its slope.

    Bisection and Newton's method take turns, a fixed number of times: no value goes to the host.
    A slope that is too small, but positive, costs Newton's speed and not the root.

    Examples
    --------
    >>> import numpy as np
    >>> a = np.array([2.0, 9.0])
    >>> increasing_root(lambda r: (r * r, 2 * r), a, 0 * a, a).round(12)
    array([1.41421356, 3.        ])
    """
    xp = array_namespace(level, low, high)
    r = low + (high - low) / 2
    for turn in range(2 * ROUNDS):
        value, slope = h(r)
        newton = r - (value - level) / slope
        low, high = xp.where(value <= level, r, low), xp.where(value >= level, r, high)
        r = low + (high - low) / 2
        if turn % 2 == 0:
            r = xp.where((newton >= low) & (newton <= high), newton, r)
    return r


def smoothed_sign_prox(
    gradient: Callable[[Array], Array],
    slope: Callable[[Array], Array],
    v: Array,
    step: float,
    e: float,
) -> Array:
    """Section 2: argmin |p - v|^2/2 + step K*(p) for a K like `LogCosh`, p = dK(z).

    z solves dK(z) + step z = v. As dK(z) lies between 0 and z/e, so does z between v/(step + 1/e)
    and v/step. Far out dK is 1 to the last digit, and v is cut off there.

    Examples
    --------
    >>> import numpy as np
    >>> from lionk_ref.convex import LogCosh
    >>> LogCosh().conjugate_prox(np.array([-1e9, 0.0, 2.0])).round(3)
    array([-1.   ,  0.   ,  0.826])
    """
    xp = array_namespace(v)
    a = xp.clip(xp.abs(xp.astype(v, xp.float64)), 0.0, 1 + 1e9 * step * (1 + e))
    z = increasing_root(
        lambda z: (gradient(z) + step * z, slope(z) + step), a, a / (step + 1 / e), a / step
    )
    return sign(v) * xp.astype(gradient(z), v.dtype)
