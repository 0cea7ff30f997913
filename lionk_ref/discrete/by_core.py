"""Section 4, for backends: the direction of a K that has no kernel, by the core."""

from __future__ import annotations

from typing import NamedTuple

from lionk_ref.arrays import Array
from lionk_ref.convex import ConvexFunction
from lionk_ref.convex.required import subgradient
from lionk_ref.discrete.updates import State, look_ahead


class Direction(NamedTuple):
    """m_tilde, and u = dK(m_tilde): two new arrays of the shape of x."""

    m_tilde: Array
    u: Array


def direction(K: ConvexFunction, m: Array, g: Array, beta1: float) -> Direction:
    """Eq. (15), lines 2 and 3: m_tilde, and dK of it, in the arithmetic of the step.

    Raises
    ------
    TypeError, ValueError
        If K does not take such an array, or returns what does not fit it.

    Examples
    --------
    >>> import numpy as np
    >>> from lionk_ref.convex import Nuclear
    >>> direction(Nuclear(), np.diag([3.0, -2.0]), np.zeros((2, 2)), beta1=0.5).u
    array([[ 1.,  0.],
           [ 0., -1.]])
    """
    m, g = unpacked(m), unpacked(g)
    m_tilde = look_ahead(State(m, m), g, beta1=float(beta1))
    return Direction(m_tilde, subgradient(K, m_tilde))


def unpacked(a: Array) -> Array:
    """What is stored in 16 bits, in float32: binary16, bfloat16 or its bits in uint16.

    Anything else is left as it is.

    Examples
    --------
    >>> import numpy as np
    >>> unpacked(np.array([0x3F80, 0xC000], np.uint16))
    array([ 1., -2.], dtype=float32)
    """
    name = getattr(a.dtype, "name", "")
    if name == "float16":
        return a.astype("float32")
    if name in ("bfloat16", "uint16"):
        return (a.view("uint16").astype("uint32") << 16).view("float32")
    return a
