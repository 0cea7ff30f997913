"""The subgradients of the separable K and the two updates, operation by operation as in the core.

``p`` and ``q`` are the parameters of the K. The order of the operations is part of the promise:
the results are those of `lionk_ref.convex` and `lionk_ref.discrete` to the last bit.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from lionk_numba.lanes import Lanes, absolute, full, square_root, where


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


def explicit(x: Lanes, u: Lanes, s: Coefficients) -> Lanes:
    """Eq. (2)."""
    return x + s.lr * (u - s.lam * x)


def implicit(x: Lanes, u: Lanes, s: Coefficients) -> Lanes:
    """Eq. (15)."""
    return (x + s.lr * u) / s.d


SCHEMES: dict[str, Callable[..., Lanes]] = {"explicit": explicit, "implicit": implicit}


def sign(z: Lanes) -> Lanes:
    """1, -1, +0 at zeros of both signs, NaN at NaN."""
    return where(z > 0, 1, where(z < 0, -1, where(z == 0, 0, z)))


def l1(z: Lanes, p: Lanes, q: Lanes) -> Lanes:
    """Table 2, line 1."""
    return sign(z)


def weighted_l1(z: Lanes, p: Lanes, q: Lanes) -> Lanes:
    """Table 2, line 1, with weights p."""
    return p * sign(z)


def dead_zone(z: Lanes, p: Lanes, q: Lanes) -> Lanes:
    """Table 2, line 3, with e = p."""
    beyond = where(absolute(z) > p, full(z, 1), 0)
    return sign(z) * beyond + 0


def half_square(z: Lanes, p: Lanes, q: Lanes) -> Lanes:
    """Table 1, with c = p."""
    return p * z


def huber(z: Lanes, p: Lanes, q: Lanes) -> Lanes:
    """Table 2, line 5, with e = p."""
    above = where(z < -p, -p, z)
    return where(above > p, p, above) / p


def pseudo_huber(z: Lanes, p: Lanes, q: Lanes) -> Lanes:
    """The square root in place of the clip of `huber`, with e = p."""
    r = absolute(z)
    larger = where(r > p, r, where(r == r, p, r))
    ratio = where(r > p, p, r) / larger
    root = square_root(1 + ratio * ratio)
    return sign(z) * (where(r >= p, 1, r / p) / root)


def elastic_net(z: Lanes, p: Lanes, q: Lanes) -> Lanes:
    """The sign and c = p times the momentum."""
    return sign(z) + p * z


def asymmetric_box(z: Lanes, p: Lanes, q: Lanes) -> Lanes:
    """``low`` = p below zero and ``high`` = q above."""
    side = where(z > 0, q, where(z < 0, p, 0))
    return where(z == z, side, z) + 0


SEPARABLE = {
    f.__name__: f
    for f in (
        l1, weighted_l1, dead_zone, half_square, huber, pseudo_huber, elastic_net, asymmetric_box,
    )
}  # fmt: skip
"""By the key of the K."""
