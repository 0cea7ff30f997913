"""Theorem 4.1: the Lyapunov function H and the constants c, a, b, corrected and as printed."""

from __future__ import annotations

from typing import Any, NamedTuple

from lionk_ref.arrays import Array, Arrays, dot


class Constants(NamedTuple):
    """The weight c of the Fenchel-Young term of H, and a, b of Delta = a Delta1 + b Delta2."""

    c: Any
    a: Any
    b: Any


def constants(lr: Any, beta1: Any, beta2: Any, lam: Any) -> Constants:
    """Theorem 4.1, corrected: c, a, b for the implicit scheme with step size lr.

    They are rational in the arguments, which may be floats, Fractions or symbols. At
    beta1 = beta2 Delta2 vanishes, and b, which would be infinite, is returned as 0.

    Examples
    --------
    >>> from fractions import Fraction as F
    >>> constants(F(1, 100), F(9, 10), F(99, 100), 1)
    Constants(c=Fraction(9, 11), a=Fraction(20, 11), b=Fraction(100, 11))
    """
    D = lr * lam * (1 - beta1) + (1 - beta2)
    c = lr * beta1 / D
    b = 0 * c if beta1 == beta2 else beta1 * (1 - beta2) / ((beta2 - beta1) * D)
    return Constants(c, 1 + lam * c, b)


def printed_constants(lr: Any, beta1: Any, beta2: Any, lam: Any) -> Constants:
    """Theorem 4.1 as printed: wrong in all three; kept to show that the inequality then fails.

    Examples
    --------
    >>> from fractions import Fraction as F
    >>> printed_constants(F(1, 100), F(9, 10), F(99, 100), 1).c
    Fraction(900, 11)
    """
    D = lr * lam * (1 - beta1) + (1 - beta2)
    b = beta1 * (1 - beta2) / (lr * lam * (beta2 - beta1) * D)
    return Constants(beta1 / D, beta1 / D + 1, b)


class Point(NamedTuple):
    """What H needs to know of a state: all in float64.

    ``penalty`` is K*(lam x)/lam, with K* at the nearest point of its domain, and ``distance``
    how far lam x is from that domain. At lam = 0 the penalty is its limit.
    """

    x: Arrays
    m: Arrays
    f: Array
    K: Array
    penalty: Array
    distance: Array


def lyapunov(p: Point, lam: Any, c: Any) -> Array:
    """Theorem 4.1: H = f(x) + K*(lam x)/lam + c [K*(lam x) + K(m) - lam <x, m>]."""
    return p.f + p.penalty + c * (lam * p.penalty + p.K - lam * dot(p.x, p.m))
