"""What a coordinate of a separable K adds to a certificate: K, K*, and how far lam x has gone.

In the precision of the arrays; `certified` adds up in float64. K* is taken at the nearest point of
its domain.
``p`` and ``q`` are the parameters of the K, as in `lionk_numba.formulas`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from lionk_numba import curves
from lionk_numba.lanes import Lanes, absolute, square_root, where

Term = Callable[[Lanes, Lanes, Lanes], Lanes]


class Terms(NamedTuple):
    """k(z), k*(y), and a gauge of y that is at most 1 in the domain of k*; None for zero."""

    value: Term
    conjugate: Term | None
    gauge: Term | None


def least(a: Lanes, b: float | Lanes) -> Lanes:
    """min(a, b); NaN in a stays."""
    return where(a > b, b, a)


def excess(a: Lanes, b: float | Lanes) -> Lanes:
    """max(a - b, 0); NaN in a stays."""
    return where(a < b, 0, a - b)


def size(y: Lanes, p: Lanes, q: Lanes) -> Lanes:
    """|y|."""
    return absolute(y)


def l1(z: Lanes, p: Lanes, q: Lanes) -> Lanes:
    """|z|."""
    return absolute(z)


def weighted_l1(z: Lanes, p: Lanes, q: Lanes) -> Lanes:
    """w |z|."""
    return p * absolute(z)


def share_of_weight(y: Lanes, p: Lanes, q: Lanes) -> Lanes:
    """|y|/w; a lane that is not in use has y = 0 and w = 0."""
    return where(y == 0, 0, absolute(y) / p)


def dead_zone(z: Lanes, p: Lanes, q: Lanes) -> Lanes:
    """max(|z| - e, 0)."""
    return excess(absolute(z), p)


def dead_zone_conjugate(y: Lanes, p: Lanes, q: Lanes) -> Lanes:
    """e |y| in [-1, 1]."""
    return p * least(absolute(y), 1)


def half_square(z: Lanes, p: Lanes, q: Lanes) -> Lanes:
    """c z^2/2."""
    return p * (z * z) * 0.5


def half_square_conjugate(y: Lanes, p: Lanes, q: Lanes) -> Lanes:
    """y^2/(2 c)."""
    return y * y * (0.5 / p)


def huber(z: Lanes, p: Lanes, q: Lanes) -> Lanes:
    """z^2/(2 e) up to |z| = e, |z| - e/2 beyond."""
    a = absolute(z)
    clipped = least(a, p)
    return clipped * (a - clipped * 0.5) * (1 / p)


def huber_conjugate(y: Lanes, p: Lanes, q: Lanes) -> Lanes:
    """e y^2/2 in [-1, 1]."""
    a = least(absolute(y), 1)
    return p * (a * a) * 0.5


def pseudo_huber(z: Lanes, p: Lanes, q: Lanes) -> Lanes:
    """sqrt(z^2 + e^2) - e, without cancellation."""
    return z * z / (square_root(z * z + p * p) + p)


def pseudo_huber_conjugate(y: Lanes, p: Lanes, q: Lanes) -> Lanes:
    """e (1 - sqrt(1 - y^2)) in [-1, 1], without cancellation."""
    a = least(absolute(y), 1)
    return p * (a * a) / (1 + square_root((1 - a) * (1 + a)))


def elastic_net(z: Lanes, p: Lanes, q: Lanes) -> Lanes:
    """|z| + c z^2/2."""
    return absolute(z) + p * (z * z) * 0.5


def elastic_net_conjugate(y: Lanes, p: Lanes, q: Lanes) -> Lanes:
    """max(|y| - 1, 0)^2/(2 c)."""
    over = excess(absolute(y), 1)
    return over * over * (0.5 / p)


def asymmetric_box(z: Lanes, p: Lanes, q: Lanes) -> Lanes:
    """max(low z, high z)."""
    return where(z > 0, q * z, where(z < 0, p * z, absolute(z)))


def share_of_side(y: Lanes, p: Lanes, q: Lanes) -> Lanes:
    """y/high above zero and y/low below."""
    return absolute(where(y > 0, y / q, where(y < 0, y / p, y)))


TERMS = {
    "l1": Terms(l1, None, size),
    "weighted_l1": Terms(weighted_l1, None, share_of_weight),
    "weighted_l1_each": Terms(weighted_l1, None, share_of_weight),
    "dead_zone": Terms(dead_zone, dead_zone_conjugate, size),
    "half_square": Terms(half_square, half_square_conjugate, None),
    "huber": Terms(huber, huber_conjugate, size),
    "pseudo_huber": Terms(pseudo_huber, pseudo_huber_conjugate, size),
    "elastic_net": Terms(elastic_net, elastic_net_conjugate, None),
    "asymmetric_box": Terms(asymmetric_box, None, share_of_side),
    "log_cosh": Terms(curves.log_cosh_value, curves.log_cosh_conjugate, size),
    "cosh": Terms(curves.cosh_value, curves.cosh_conjugate, None),
    **dict.fromkeys(
        ("power", "power_1", "power_2", "power_half"),
        Terms(curves.power_value, curves.power_conjugate, None),
    ),
}
"""By the name of the kernel."""
