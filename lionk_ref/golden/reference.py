"""Section 4 without rounding: the updates in exact rationals, dK from balls, and how far it moves.

The state is a list of Fractions. dK is evaluated by the catalogue's own K on `Balls`, to far more
digits than any format holds.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any, NamedTuple

import flint

from lionk_ref.convex import ConvexFunction
from lionk_ref.discrete.updates import require_scheme
from lionk_ref.golden.ball_namespace import BallNamespace
from lionk_ref.golden.ball_order import exact
from lionk_ref.golden.balls import PRECISION, Balls, UndecidedError
from lionk_ref.golden.document import Weights as Weights

Rationals = list[Fraction]
SURE = Fraction(1, 2**120)
COARSE = 2**10
"""A multiple of 1/COARSE that no 120 bits tell from dK is dK: the odds are 2^-100."""

BALLS, MIDPOINTS = BallNamespace(), BallNamespace(midpoints=True)


class Slope(NamedTuple):
    """dK(z): its entries, and whether they are exact."""

    u: Rationals
    exact: bool


def subgradient(K: ConvexFunction, z: Rationals, shape: Sequence[int]) -> Slope:
    """Section 2: dK(z) to 120 bits at least, the element of least norm."""
    with flint.ctx.workprec(PRECISION):
        balls = K.subgradient(_balls(z, shape, BALLS))
        radii = [_fraction(v.rad()) for v in balls.data.reshape(-1)]
        if any(r is None or r > SURE for r in radii):
            # Ties that only exact arithmetic sees: 256 bits, without a bound.
            balls, radii = K.subgradient(_balls(z, shape, MIDPOINTS)), [SURE]
        u = [Fraction(_fraction(v.mid()) or 0) for v in balls.data.reshape(-1)]
    near = [Fraction(round(v * COARSE), COARSE) for v in u]
    snapped = all(abs(a - b) <= (r or 0) for a, b, r in zip(u, near, radii, strict=True))
    return Slope(near if snapped else u, snapped)


def reach(
    K: ConvexFunction, z: Rationals, radius: Rationals, shape: Sequence[int], u: Rationals
) -> list[float]:
    """How far dK gets from u anywhere in the box z +- radius, entry by entry: rigorous."""
    with flint.ctx.workprec(PRECISION):
        ball = _balls(z, shape, BALLS)
        wide = [
            v + flint.arb(0, exact(r).upper())
            for v, r in zip(ball.data.reshape(-1), radius, strict=True)
        ]
        try:
            slopes = K.subgradient(BALLS.reshape(BALLS.asarray(wide), ball.shape))
        except UndecidedError:
            return [math.inf] * len(z)
        flat = zip(slopes.data.reshape(-1), u, strict=True)
        return [_distance(v, exact(at)) for v, at in flat]


def _distance(v: Any, at: Any) -> float:
    if not v.is_finite():
        return math.inf
    return float((v.upper() - at).max(at - v.lower()).max(flint.arb(0)).upper().mid())


class Terms(NamedTuple):
    """Section 4: the parts of H at a state, as floats: f is not among them."""

    value: float
    conjugate: float
    distance: float
    fenchel_young: float


def terms(K: ConvexFunction, x: Rationals, m: Rationals, lam: Fraction, shape: Any) -> Terms:
    """K(m), K* at the point of dom K* nearest to lam x, its distance, and FY(m, that point)."""
    with flint.ctx.workprec(PRECISION):
        z, y = _balls(m, shape, MIDPOINTS), _balls([lam * v for v in x], shape, MIDPOINTS)
        value, conjugate = K.value(z), K.projected_conjugate(y)
        gap = value + conjugate - MIDPOINTS.sum(z * K.project_domain(y))
        found = (value, conjugate, K.distance_to_domain(y), gap)
        return Terms(*(float(_fraction(v.data.item().mid()) or 0) for v in found))


def advance(
    u: Rationals, x: Rationals, m: Rationals, g: Rationals, lr: Fraction, w: Weights, scheme: str
) -> tuple[Rationals, Rationals]:
    """Eq. (2) or (15), given u = dK(m_tilde): x' and m'."""
    moved = [_moved(a, b, lr, w.lam, scheme) for a, b in zip(x, u, strict=True)]
    return moved, [w.beta2 * a - (1 - w.beta2) * b for a, b in zip(m, g, strict=True)]


def _moved(x: Fraction, u: Fraction, lr: Fraction, lam: Fraction, scheme: str) -> Fraction:
    require_scheme(scheme)
    return x + lr * (u - lam * x) if scheme == "explicit" else (x + lr * u) / (1 + lr * lam)


def look_ahead(m: Rationals, g: Rationals, w: Weights) -> Rationals:
    """Eq. (15), line 2: m_tilde."""
    return [w.beta1 * a - (1 - w.beta1) * b for a, b in zip(m, g, strict=True)]


def _balls(z: Rationals, shape: Sequence[int], xp: BallNamespace) -> Balls:
    return xp.reshape(xp.asarray(z), tuple(shape))


def _fraction(v: Any) -> Fraction | None:
    """The value of an exact ball; None where it is infinite."""
    if not v.is_finite():
        return None
    mantissa, exponent = v.man_exp()
    return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)
