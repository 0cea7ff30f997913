"""Theorem 4.1 as an equality: where the energy of a step goes, to the last bit.

With FY(m, y) = K(m) + K*(y) - <m, y> >= 0, u = dK(m_tilde) and theta = (1 - beta2)/(1 - beta1),

    H' - H = D_f(x', x) + <grad f(x) - g, x' - x>
             - (1/lam + c) [FY(m_tilde, lam x) - FY(m_tilde, lam x')] - c [FY(m, u) - FY(m', u)],

for every f and K, with 1/lam + c taken into the first bracket so that lam = 0 is no exception.
Each bracket is non-negative by the convexity of FY in one argument and FY(m_tilde, u) = 0.
"""

from __future__ import annotations

from lionk_ref.arrays import Array, combine, dot, magnitude
from lionk_ref.certificates.judgement import Equality, Inequality
from lionk_ref.certificates.quantities import Quantities


def energy_balance(q: Quantities) -> Equality:
    """The equality above: the change of H, measured, against the sum of its causes."""
    dissipated = (1 + q.c * q.lam) * first_bracket(q) + q.c * second_bracket(q)
    causes = q.bregman + q.noise - dissipated
    return Equality(q.change, causes, balance_rounding(q), balance_scale(q))


def first_bracket(q: Quantities) -> Array:
    """[FY(m_tilde, lam x) - FY(m_tilde, lam x')]/lam."""
    return q.before.penalty - q.after.penalty + dot(q.m_tilde, q.dx)


def second_bracket(q: Quantities) -> Array:
    """FY(m, u) - FY(m', u)."""
    return q.before.K - q.after.K - dot(combine(1, q.before.m, -1, q.after.m), q.u)


def pairing(q: Quantities) -> Inequality:
    """Eq. (8): FY(m_tilde, u) <= 0, that is, u is a subgradient of K at m_tilde."""
    size = abs(q.K_tilde) + abs(q.K_star_u) + dot(magnitude(q.m_tilde), magnitude(q.u))
    tolerance = (q.units * q.unit + q.evaluation) * size
    return Inequality(abs(q.pairing), 0 * size, tolerance, True)


def first_term(q: Quantities) -> Inequality:
    """The first bracket is at least lr/(1 + lr lam) FY(m_tilde, lam x)."""
    share = q.lr / (1 + q.lr * q.lam)
    gap = q.K_tilde + q.lam * (q.before.penalty - dot(q.m_tilde, q.before.x))
    reach = combine(1, magnitude(q.m_tilde), 1, q.slope_size)
    sizes = dot(magnitude(q.m_tilde), combine(1, magnitude(q.before.x), 1, magnitude(q.after.x)))
    scale = _penalties(q) + sizes + share * (abs(q.K_tilde) + abs(gap))
    tolerance = dot(reach, q.rounding.x) + share * abs(q.pairing) + q.evaluation * scale
    if not q.positively_homogeneous:
        outside = q.outside + q.lr * q.u_distance
        tolerance = tolerance + outside * dot(reach, reach) ** 0.5
    return Inequality(share * gap, first_bracket(q), tolerance, q.inside)


def second_term(q: Quantities) -> Inequality:
    """The second bracket is at least theta FY(m, u); here beta1 <= beta2 is used."""
    gap = q.before.K + q.K_star_u - dot(q.before.m, q.u)
    moved = combine(1, q.rounding.m, q.theta, q.rounding.m_tilde)
    turned = dot(combine(1, magnitude(q.u), 1, magnitude(q.v)), moved)
    sizes = dot(magnitude(q.u), combine(1, magnitude(q.before.m), 1, magnitude(q.after.m)))
    scale = abs(q.before.K) + abs(q.after.K) + abs(q.K_star_u) + sizes
    tolerance = turned + q.theta * abs(q.pairing) + (q.evaluation + 16 * q.unit) * scale
    return Inequality(q.theta * gap, second_bracket(q), tolerance, True)


def _penalties(q: Quantities) -> Array:
    return abs(q.before.penalty) + abs(q.after.penalty)


def balance_scale(q: Quantities) -> Array:
    """The sum of the sizes of all terms of the energy balance."""
    x, x_next, m, m_next = (magnitude(z) for z in (q.before.x, q.after.x, q.before.m, q.after.m))
    m_tilde, u = magnitude(q.m_tilde), magnitude(q.u)
    problem = abs(q.before.f) + abs(q.after.f) + abs(q.bregman) + abs(q.noise)
    linear = dot(magnitude(q.g), magnitude(q.dx)) + dot(m_tilde, x) + dot(m_tilde, x_next)
    penalties = (1 + q.c * q.lam) * (linear + _penalties(q))
    momenta = abs(q.before.K) + abs(q.after.K) + dot(m, u) + dot(m_next, u)
    return problem + penalties + q.c * (momenta + q.lam * (dot(x, m) + dot(x_next, m_next)))


def balance_rounding(q: Quantities) -> Array:
    """The tolerance of the energy balance: its exact sensitivities times the update's roundings.

    The identity is <x' - x, g + (1 + c lam) m_tilde - c lam m'> + c <m' - m, u - lam x> = 0.
    """
    push = combine(1, q.g, 1 + q.c * q.lam, q.m_tilde)
    push = combine(1, push, -q.c * q.lam, q.after.m)
    turn = combine(1 + q.c * q.lam, q.rounding.m_tilde, q.c * q.lam, q.rounding.m)
    drift = combine(1, q.u, -q.lam, q.before.x)
    return (
        dot(q.rounding.x, magnitude(push))
        + dot(magnitude(q.dx), turn)
        + q.c * dot(q.rounding.m, magnitude(drift))
        + q.evaluation * balance_scale(q)
    )
