"""The subgradients and the two updates, operation by operation as in the core.

``p``, ``q`` and ``r`` are the parameters of the K, or what a first pass over the arrays has found.
The order of the operations is part of the promise: for the separable K, for `linf` and for `top_k`
the results are those of `lionk_ref.convex` and `lionk_ref.discrete` to the last bit.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

from lionk_numba.curves import CURVES
from lionk_numba.lanes import Lanes, absolute, full, signed, square_root, where
from lionk_numba.powers import power, tanh


class Coefficients(NamedTuple):
    """The scalars of a step in every lane, each rounded once to the dtype of x.

    c1 = 1 - beta1, c2 = 1 - beta2 and d = 1 + lr lam were formed in float64.
    """

    beta1: Lanes
    c1: Lanes
    beta2: Lanes
    c2: Lanes
    lr: Lanes
    lam: Lanes
    d: Lanes
    p: Lanes
    q: Lanes
    r: Lanes


def explicit(x: Lanes, u: Lanes, s: Coefficients) -> Lanes:
    """Eq. (2)."""
    return x + s.lr * (u - s.lam * x)


def implicit(x: Lanes, u: Lanes, s: Coefficients) -> Lanes:
    """Eq. (15)."""
    return (x + s.lr * u) / s.d


SCHEMES: dict[str, Callable[..., Lanes]] = {"explicit": explicit, "implicit": implicit}


def sign(z: Lanes) -> Lanes:
    """1, -1, +0 at zeros of both signs, NaN at NaN."""
    return where((z > 0) | (z < 0), signed(full(z, 1), z), z + 0)


def l1(z: Lanes, p: Lanes, q: Lanes, r: Lanes) -> Lanes:
    """Table 2, line 1."""
    return sign(z)


def weighted_l1(z: Lanes, p: Lanes, q: Lanes, r: Lanes) -> Lanes:
    """Table 2, line 1, with weights p."""
    return p * sign(z)


def given(z: Lanes, p: Lanes, q: Lanes, r: Lanes) -> Lanes:
    """Any K whose dK the core has formed: it is p."""
    return p


def dead_zone(z: Lanes, p: Lanes, q: Lanes, r: Lanes) -> Lanes:
    """Table 2, line 3, with e = p."""
    beyond = where(absolute(z) > p, full(z, 1), 0)
    return sign(z) * beyond + 0


def half_square(z: Lanes, p: Lanes, q: Lanes, r: Lanes) -> Lanes:
    """Table 1, with c = p."""
    return p * z


def huber(z: Lanes, p: Lanes, q: Lanes, r: Lanes) -> Lanes:
    """Table 2, line 5, with e = p."""
    above = where(z < -p, -p, z)
    return where(above > p, p, above) / p


def pseudo_huber(z: Lanes, p: Lanes, q: Lanes, r: Lanes) -> Lanes:
    """The square root in place of the clip of `huber`, with e = p."""
    a = absolute(z)
    larger = where(a > p, a, where(a == a, p, a))
    ratio = where(a > p, p, a) / larger
    root = square_root(1 + ratio * ratio)
    return sign(z) * (where(a >= p, 1, a / p) / root)


def log_cosh(z: Lanes, p: Lanes, q: Lanes, r: Lanes) -> Lanes:
    """The hyperbolic tangent in place of the clip of `huber`, with e = p."""
    return tanh(z / p)


def elastic_net(z: Lanes, p: Lanes, q: Lanes, r: Lanes) -> Lanes:
    """The sign and c = p times the momentum."""
    return sign(z) + p * z


def asymmetric_box(z: Lanes, p: Lanes, q: Lanes, r: Lanes) -> Lanes:
    """``low`` = p below zero and ``high`` = q above."""
    side = where(z > 0, q, where(z < 0, p, 0))
    return where(z == z, side, z) + 0


SEPARABLE = {
    f.__name__: f
    for f in (
        l1, weighted_l1, dead_zone, half_square, huber, pseudo_huber, log_cosh, elastic_net,
        asymmetric_box,
    )
} | CURVES  # fmt: skip
"""By the key of the K."""


def l2(z: Lanes, p: Lanes, q: Lanes, r: Lanes) -> Lanes:
    """Table 2, line 2 at p = 2: z over the norm p/q; at infinities the limit, with q = 0."""
    return where(absolute(z) == math.inf, sign(z), z * q) / p


def over_length(z: Lanes, p: Lanes, q: Lanes, r: Lanes) -> Lanes:
    """`l2` of many groups at once: p is the length of the group, over its weight."""
    return where(z == 0, z, z / p)


def linf(z: Lanes, p: Lanes, q: Lanes, r: Lanes) -> Lanes:
    """The largest |z_i| is p, and q entries share it."""
    return sign(z) * where(absolute(z) == p, full(z, 1), 0) / q


def top_k(z: Lanes, p: Lanes, q: Lanes, r: Lanes) -> Lanes:
    """Table 2, line 4: the threshold is p, and entries tied with it count q."""
    a = absolute(z)
    return sign(z) * where(a > p, 1, where(a == p, q, q * 0))


def _lp(power: Callable[[Lanes], Lanes]) -> Callable[..., Lanes]:
    def subgradient(z: Lanes, p: Lanes, q: Lanes, r: Lanes) -> Lanes:
        """Table 2, line 2: sign(z) (|z|/norm)^(p-1), with p/q the norm, and q = 0 at infinities."""
        a = absolute(z)
        return sign(z) * power(where(a == math.inf, 1, a * q) / p)

    return subgradient


def _times(dN: Callable[..., Lanes]) -> Callable[..., Lanes]:
    def subgradient(z: Lanes, p: Lanes, q: Lanes, r: Lanes) -> Lanes:
        """r dN(z): a function of the norm N, with r its derivative; what is 0 stays 0."""
        u = dN(z, p, q, r)
        return where(u == 0, u, r * u)

    return subgradient


def lp(z: Lanes, p: Lanes, q: Lanes, r: Lanes) -> Lanes:
    """The same for any exponent r = p - 1, with 1/norm as the product p q, where it is finite."""
    return signed(power(absolute(z) * q * p, r), z) + 0


def lp_not_finite(z: Lanes, p: Lanes, q: Lanes, r: Lanes) -> Lanes:
    """The same where the norm is infinite or NaN."""
    a = absolute(z)
    t = where(a == math.inf, 1, a * q) * p
    return where(t == t, sign(z) * power(t, r), t)


GLOBAL = {
    "l1": _times(l1),
    "l2": _times(l2),
    "linf": _times(linf),
    "top_k": top_k,
    "lp_3_2": _times(_lp(square_root)),
    "lp_2": _times(_lp(lambda t: t)),
    "lp_3": _times(_lp(lambda t: t * t)),
    "lp_4": _times(_lp(lambda t: t * t * t)),
    "lp": lp,
    "lp_not_finite": lp_not_finite,
}
"""K whose p and q are found by a pass over all entries; l_p for a few p, and for any."""

LONG = {"cosh", "log_cosh", "lp", "power"}
"""Formulas of so many operations that two vectors at a time keep the processor busier than one."""
