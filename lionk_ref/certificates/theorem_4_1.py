"""Theorem 4.1, with the constants corrected."""

from __future__ import annotations

from typing import Any

from lionk_ref.arrays import Array, combine, dot, magnitude
from lionk_ref.certificates.energy_balance import balance_rounding
from lionk_ref.certificates.judgement import Inequality
from lionk_ref.certificates.lyapunov import constants
from lionk_ref.certificates.quantities import Quantities


def theorem_4_1(q: Quantities) -> Inequality:
    """Theorem 4.1, part 2: H' - H <= -lr (a Delta1 + b Delta2) + <x' - x, M (x' - x)>/2.

    M bounds the Hessian of f; with M = L the last term is the printed L lr^2/2 |u - lam x'|^2.
    """
    _, a, b = constants(q.lr, q.beta1, q.beta2, q.lam)
    promised = -q.lr * (a * q.deltas.first + b * q.deltas.second) + q.curvature + q.noise
    return Inequality(q.change, promised, _tolerance(q, a, b), q.inside)


def delta_1(q: Quantities) -> Inequality:
    """Theorem 4.1: Delta1 >= 0; where lam x' or u is outside dom K*, up to the distances to it.

    That u's distance is no more than rounding is a promise of its own, `own_domain`.
    """
    reach = combine(1, magnitude(q.m_tilde), 1, q.slope_size)
    leak = (q.after.distance + q.u_distance) * dot(reach, reach) ** 0.5
    size = dot(combine(1, magnitude(q.u), q.lam, magnitude(q.after.x)), reach)
    return Inequality(-q.deltas.first, leak, q.evaluation * size + abs(q.pairing), q.inside)


def delta_2(q: Quantities) -> Inequality:
    """Theorem 4.1: Delta2 >= 0, since dK is monotone."""
    tolerance = dot(combine(1, magnitude(q.u), 1, magnitude(q.v)), _look_ahead_rounding(q))
    return Inequality(-q.deltas.second, 0 * tolerance, tolerance, True)


def _look_ahead_rounding(q: Quantities) -> Any:
    """How far m_tilde - m' can be off, entry by entry, with the rounding of dK itself."""
    moved = combine(1, q.rounding.m_tilde, 1, q.rounding.m)
    sizes = combine(1, magnitude(q.m_tilde), 1, magnitude(q.after.m))
    return combine(1, moved, q.units * q.unit, sizes)


def _tolerance(q: Quantities, a: float, b: float) -> Array:
    """First-order bound on what rounding does to the two sides of `theorem_4_1`."""
    reach = combine(1, magnitude(q.m_tilde), 1, q.slope_size)
    spread = combine(1, magnitude(q.u), 1, magnitude(q.v))
    drift = combine(1, magnitude(q.u), q.lam, magnitude(q.after.x))
    moved = 2 * (1 + q.c * q.lam) * dot(reach, q.rounding.x)
    turned = (2 * q.c + q.lr * b) * dot(spread, _look_ahead_rounding(q))
    paired = ((1 + q.c * q.lam) * q.lr + q.c * q.theta) * abs(q.pairing)
    outside = (1 + q.c * q.lam) * q.outside * dot(reach, reach) ** 0.5
    evaluated = q.evaluation * q.lr * a * dot(drift, reach)
    if q.positively_homogeneous:
        outside = 0 * outside
    return balance_rounding(q) + moved + turned + paired + outside + evaluated
