"""Euclidean projections on the domains that have no one-line formula."""

from __future__ import annotations

import math

from lionk_ref.arrays import Array, array_namespace, device, max_abs, nonzero, scaled, sign, total


def project_capped_l1(y: Array, k: int) -> Array:
    r"""The projection on \|.\|_inf <= 1, \|.\|_1 <= k; the l1 ball at k = 1.

    It is clip(|y| - tau, 0, 1) with the signs of y, where tau >= 0 makes the sum k, or is 0 where
    it is smaller. In the first case tau is at most the k-th largest |y_i| and less than it by one
    at most: what lies further off than that is cut, and nothing large is ever subtracted.

    Examples
    --------
    >>> import numpy as np
    >>> project_capped_l1(np.array([3.0, -0.5, 0.25]), 1)
    array([ 1., -0.,  0.])
    """
    xp = array_namespace(y)
    a = xp.clip(xp.astype(xp.abs(y), xp.float64), 0.0, xp.finfo(xp.float64).max)
    box = xp.clip(a, 0.0, 1.0)
    if k >= math.prod(y.shape):
        return sign(y) * xp.astype(box, y.dtype)
    pivot = xp.sort(xp.reshape(a, (-1,)))[-k]
    near = xp.clip(a - pivot, -1.0, 1.0)
    shift = _capped_shift(xp.sort(xp.reshape(near, (-1,))), k)
    s = xp.where(total(box) <= k, box, xp.clip(near - shift, 0.0, 1.0))
    return sign(y) * xp.astype(s, y.dtype)


def _capped_shift(a: Array, k: int) -> Array:
    """The t in [-1, 0] where sum clip(a - t, 0, 1) = k, for a sorted upwards, its k-th largest 0.

    The sum is piecewise linear in t: its breakpoints are sorted, and t is interpolated between the
    two that enclose k. One step of Newton's method removes the rounding of the running sums.
    """
    xp = array_namespace(a)
    corners = xp.clip(xp.sort(xp.concat([a, a - 1])), -1.0, 0.0)
    sums = _sum_above(a, corners) - _sum_above(a, corners + 1)
    last = xp.sum(xp.astype(sums[1:-1] > k, xp.int64))
    ends = xp.stack([last, last + 1])
    (left, right), (high, low) = xp.take(corners, ends), xp.take(sums, ends)
    t = left + (high - k) * (right - left) / nonzero(high - low)
    c = xp.clip(a - t, 0.0, 1.0)
    return t + (total(c) - k) / nonzero(total(xp.astype((c > 0) & (c < 1), a.dtype)))


def _sum_above(a: Array, t: Array) -> Array:
    """sum_i max(a_i - t, 0) at each entry of t, for a sorted upwards."""
    xp = array_namespace(a)
    zero = xp.zeros((1,), dtype=a.dtype, device=device(a))
    tails = xp.concat([xp.flip(xp.cumulative_sum(xp.flip(a))), zero])
    first = xp.searchsorted(a, t, side="right")
    return xp.take(tails, first) - xp.astype(a.shape[0] - first, a.dtype) * t


def project_lq_ball(y: Array, q: float) -> Array:
    r"""The projection on \|.\|_q <= 1, 1 < q < inf; points inside stay, up to rounding.

    Outside it is sign(y) s with s + mu s^(q-1) = |y|, where mu > 0 makes \|s\|_q = 1. The power
    1 - q of the norm is a nearly linear function of mu, on which Newton's iteration, kept between
    two bounds, runs a fixed number of steps in float64: no value goes to the host.

    Examples
    --------
    >>> import numpy as np
    >>> project_lq_ball(np.array([3.0, -4.0]), 2.0)
    array([ 0.6, -0.8])
    """
    xp = array_namespace(y)
    a = xp.abs(xp.astype(y, xp.float64))
    largest = max_abs(a)
    inside = lp_norm(a, q) <= 1
    finite = xp.where(largest > HUGE, HUGE * scaled(a, largest), a)
    s = _sphere(xp.where(inside, xp.ones_like(a), finite), q)
    return sign(y) * xp.astype(xp.where(inside, a, s), y.dtype)


def _sphere(a: Array, q: float) -> Array:
    """The projection of an ``a`` >= 0 that is not inside."""
    xp = array_namespace(a)
    largest = max_abs(a)
    low, high = largest - 1, largest * max(1, math.prod(a.shape)) ** (1 - 1 / q)
    low = mu = xp.where(low > 0, low, 0 * low)
    for _ in range(ROOT_STEPS):
        s = shrink(a, mu, q)
        n = nonzero(lp_norm(s, q))
        rate = total((s / n) ** q * _slope(s, mu, q))
        newton = mu + (1 - n ** (q - 1)) / ((1 - q) * nonzero(rate))
        low, high = xp.where(n > 1, mu, low), xp.where(n > 1, high, mu)
        mu = xp.where((newton >= low) & (newton <= high), newton, (low + high) / 2)
    s = shrink(a, mu, q)
    return s / nonzero(lp_norm(s, q))


HUGE = 1e300
ROOT_STEPS = 12
SHRINK_STEPS = 7


def lp_norm(z: Array, p: float) -> Array:
    """(sum_i |z_i|^p)^(1/p), without overflow or underflow."""
    largest = max_abs(z)
    s = array_namespace(z).abs(scaled(z, largest))
    return largest * total(s**p) ** (1 / p)


def shrink(a: Array, mu: Array, q: float) -> Array:
    """The s in [0, a] with s + mu s^(q-1) = a: Newton from above on a convex function."""
    if q < 2:
        tiny = mu == 0
        safe = nonzero(mu)
        v = shrink(a / safe, 1 / safe, 1 + 1 / (q - 1))
        return array_namespace(a).where(tiny, a, v ** (1 / (q - 1)))
    xp = array_namespace(a)
    s = xp.minimum(a, (a / nonzero(mu)) ** (1 / (q - 1)) + xp.where(mu == 0, a, 0 * a))
    for _ in range(SHRINK_STEPS):
        power = mu * s ** (q - 2)
        s = (a + (q - 2) * power * s) / (1 + (q - 1) * power)
    return s


def _slope(s: Array, mu: Array, q: float) -> Array:
    """-d log s / d mu, where s + mu s^(q-1) is held fixed."""
    if q < 2:
        # It is multiplied by s^q, which vanishes where this would overflow.
        xp = array_namespace(s)
        size = s ** (2 - q) + (q - 1) * mu
        return 1 / xp.maximum(size, xp.full_like(size, 1e-300))
    power = s ** (q - 2)
    return power / (1 + (q - 1) * mu * power)
