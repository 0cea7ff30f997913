"""Section 5. Windows of an array along an axis (im2col), and the transposed map, which adds them.

Arrays have their channels last. Taking windows along one axis after the other gives windows in two
dimensions; nothing here knows how many there are.
"""

from __future__ import annotations

from typing import Any

import array_api_compat

from lionk_ref.arrays import Array
from lionk_ref.problems.nets.ops import namespace


def padded(x: Array, axis: int, margin: int) -> Array:
    """Section 5: ``x`` with ``margin`` zeros at both ends of an axis."""
    if margin == 0:
        return x
    shape = (*x.shape[:axis], margin, *x.shape[axis + 1 :])
    xp, device = namespace(x), array_api_compat.device(x)
    zeros = xp.zeros(shape, dtype=x.dtype, device=device)
    return xp.concat([zeros, x, zeros], axis=axis)


def unfold(x: Array, axis: int, size: int, stride: int) -> Array:
    """Section 5: the windows of ``size`` entries along ``axis``, each on a new axis -2.

    The entry k of window i is x[stride i + k].

    Examples
    --------
    >>> import numpy as np
    >>> unfold(np.arange(5.0)[:, None], axis=0, size=3, stride=2)[..., 0]
    array([[0., 1., 2.],
           [2., 3., 4.]])
    """
    count = (x.shape[axis] - size) // stride + 1
    taps = [x[_taken(axis, k, count, stride)] for k in range(size)]
    return namespace(x).stack(taps, axis=-2)


def fold(windows: Array, axis: int, stride: int, length: int) -> Array:
    """Section 5: the transpose of `unfold`; sums what the windows hold of each of the entries.

    It adds to slices of an array of its own, which JAX does not do.

    Examples
    --------
    >>> import numpy as np
    >>> fold(np.ones((2, 3, 1)), axis=0, stride=2, length=5)[:, 0]
    array([1., 1., 2., 1., 1.])
    """
    shape = [*windows.shape[:-2], windows.shape[-1]]
    count, shape[axis] = shape[axis], length
    device = array_api_compat.device(windows)
    x = namespace(windows).zeros(tuple(shape), dtype=windows.dtype, device=device)
    for k in range(windows.shape[-2]):
        x[_taken(axis, k, count, stride)] += windows[..., k, :]
    return x


def _taken(axis: int, first: int, count: int, stride: int) -> tuple[Any, ...]:
    end = first + stride * (count - 1) + 1
    return (*(slice(None),) * axis, slice(first, end, stride), ...)
