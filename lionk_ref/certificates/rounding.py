"""What rounding can do: bounds to first order, from which every tolerance is made.

A run in float32 is certified in float64, so that two errors remain. The update rounds x', m' and
m_tilde in the run's dtype; the identity behind the energy balance is linear in each of them, and
its sensitivity is known. And the certificate's own sums of N terms err by at most N + 64 roundings
of float64 relative to the sum of the sizes of their terms, in whatever order they are added.
Among the subnormals rounding is no longer relative: each product may then lose half the least one.
The sums themselves, in float64, are taken to stay above its subnormals.
"""

from __future__ import annotations

from typing import NamedTuple

from lionk_ref.arrays import Arrays, array_namespace, combine, each, leaves, magnitude
from lionk_ref.certificates.lyapunov import Point

LEAST = {2.0**-24: 2.0**-149, 2.0**-53: 2.0**-1074}
"""The least positive float of float32 and of float64, by the unit roundoff."""


class Rounding(NamedTuple):
    """Bounds on the rounding errors of x', m' and m_tilde, entry by entry."""

    x: Arrays
    m: Arrays
    m_tilde: Arrays


def unit_roundoff(x: Arrays) -> float:
    """Half the spacing of the floats at 1, in the dtype of x: 2^-24 or 2^-53."""
    first = leaves(x)[0]
    return float(array_namespace(first).finfo(first.dtype).eps) / 2


def update_rounding(
    before: Point,
    g: Arrays,
    u: Arrays,
    lr: float,
    beta1: float,
    beta2: float,
    lam: float,
    unit: float,
) -> Rounding:
    """Two roundings for a product with a rounded scalar, one for each sum, one to spare.

    m' and m_tilde have 4 in all; x' has 6, as its coefficient is itself a rounded quotient. The
    least float is added four times: there are at most so many products, each off by half of it.
    """
    x, m, g, u = magnitude(before.x), magnitude(before.m), magnitude(g), magnitude(u)
    return Rounding(
        x=_and_underflow(combine(6 * unit * (1 + lr * lam), x, 6 * unit * lr, u), unit),
        m=_and_underflow(combine(4 * unit * beta2, m, 4 * unit * (1 - beta2), g), unit),
        m_tilde=_and_underflow(combine(4 * unit * beta1, m, 4 * unit * (1 - beta1), g), unit),
    )


def _and_underflow(bound: Arrays, unit: float) -> Arrays:
    least = LEAST[unit]
    return each(lambda a: a + 4 * least, bound)
