"""Least squares under an ordering: what the projection of a sorted norm comes down to."""

from __future__ import annotations

from lionk_ref.arrays import Array, array_namespace, device, nonzero


def decreasing_fit(v: Array) -> Array:
    """The non-increasing x that minimises sum (x_i - v_i)^2, for a 1-d float64 array v.

    Adjacent violators are pooled in pairs of runs of length 1, 2, 4, ...: a fixed number of rounds
    in which all pairs are merged at once, so that no value goes to the host.

    Examples
    --------
    >>> import numpy as np
    >>> decreasing_fit(np.array([3.0, 1.0, 2.0, 0.0]))
    array([3. , 1.5, 1.5, 0. ])
    """
    xp = array_namespace(v)
    n = v.shape[0]
    length = 1 << max(0, n - 1).bit_length()
    if n == 0:
        return v
    # What is appended lies below everything, so that it is never pooled.
    tail = xp.full((length - n,), 1.0, dtype=v.dtype, device=device(v)) * (xp.min(v) - 1)
    runs = xp.reshape(xp.concat([v, tail]), (-1, 1))
    while runs.shape[0] > 1:
        pairs = xp.reshape(runs, (-1, 2, runs.shape[1]))
        runs = _merge(pairs[:, 0, :], pairs[:, 1, :])
    return xp.reshape(runs, (-1,))[:n]


def _merge(left: Array, right: Array) -> Array:
    """The fits of pairs of adjacent runs (rows) from the fits of the two runs.

    One level t is pooled: max(left, t), min(right, t), with the sum unchanged. What is gained on
    the left, max(t - left, 0), and lost on the right, max(right - t, 0), is balanced at the t
    where the pooled mean is t.
    """
    xp = array_namespace(left)
    level = _balance(left, right)
    below = xp.astype(left < level, left.dtype)
    above = xp.astype(right > level, left.dtype)
    count = xp.sum(below + above, axis=1, keepdims=True)
    # The mean about the level, again, removes the rounding of the running sums.
    rest = xp.sum(below * (left - level) + above * (right - level), axis=1, keepdims=True)
    level = level + rest / nonzero(count)
    return xp.concat([xp.where(below > 0, level, left), xp.where(above > 0, level, right)], axis=1)


def _balance(left: Array, right: Array) -> Array:
    """The t where sum max(t - left, 0) = sum max(right - t, 0), row by row: interpolated.

    Their difference is piecewise linear and increasing in t. Its corners are the entries, its
    slope between two of them is the number of entries of ``left`` below and ``right`` above.
    """
    xp = array_namespace(left)
    both = xp.concat([left, right], axis=1)
    order = xp.argsort(both, axis=1)
    corners = xp.take_along_axis(both, order, axis=1)
    from_left = xp.astype(order < left.shape[1], left.dtype)
    counted = xp.cumulative_sum(from_left, axis=1)
    passed = xp.cumulative_sum(1 - from_left, axis=1)
    slope = counted + (right.shape[1] - passed)
    rises = slope[:, :-1] * (corners[:, 1:] - corners[:, :-1])
    start = -xp.sum(right - corners[:, :1], axis=1, keepdims=True)
    heights = xp.concat([start, start + xp.cumulative_sum(rises, axis=1)], axis=1)
    last = xp.sum(xp.astype(heights[:, 1:] <= 0, xp.int64), axis=1, keepdims=True)
    at, height, rate = (xp.take_along_axis(a, last, axis=1) for a in (corners, heights, slope))
    return at - height / nonzero(rate)
