"""Theorem 4.1 by sums alone: both sides of each promise of a step, as numbers.

Of the three equalities the first two say all that the sums can say of a step: the first sees a
wrong m' or u, the second a wrong x'. The energy balance is a combination of them in which f cancels
and c must be right. A bound for f' - f - <g, x' - x> is all that Theorem 4.1 adds.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

from lionk_ref.certificates.estimate import Estimate
from lionk_ref.certificates.known_state import Extent
from lionk_ref.certificates.step_sizes import SUM_UNITS, StepSizes
from lionk_ref.certificates.summed_step import SummedStep


class Promise(NamedTuple):
    """measured = promised, or measured <= promised, up to ``tolerance``, where it applies."""

    measured: float
    promised: float
    tolerance: float
    applies: bool = True
    scale: float | None = None


class Rise(NamedTuple):
    """f(x') - f(x), a bound on its part that is not linear, and how far the two may be off."""

    f: float
    curvature: float
    error: float


def equal(q: SummedStep, measured: Estimate, promised: Estimate, error: float) -> Promise:
    """An equality; its scale is the size of the sums that would be off as much by rounding."""
    summed = measured.error + promised.error
    scale = summed / (SUM_UNITS[q.rule.unit] * q.rule.unit)
    return Promise(measured.value, promised.value, summed + error, True, scale)


def subgradient(q: SummedStep) -> Promise:
    """Eq. (8) for u = dK(m_tilde), m' being a mean: K(m') - FY(m', u) = mean of K - FY(., u).

    (1 - theta) [K(m) - FY(m, u)] + theta K(m_tilde), as FY(m_tilde, u) = 0.
    """
    theta = q.rule.theta
    mean = (1 - theta) * (q.K - q.fy_m_u) + theta * q.K_tilde
    error = theta * q.pairing + _turned(q, q.with_u)
    return equal(q, q.K_next - q.fy_m_next_u, mean, error)


def position(q: SummedStep) -> Promise:
    """Eq. (15), times m': (1 + h) <x', m'> = <x, (1 - theta) m + theta m_tilde> + lr <u, m'>."""
    theta = q.rule.theta
    x_m_next = (1 - theta) * q.x_m + theta * q.tilde_x
    u_m_next = q.lr * (q.K_next - q.fy_m_next_u) + (1 / q.rule.lam) * q.h_star_u
    error = (1 + q.h) * q.rounding_of_x_next(q.sums.K_m_next) + _turned(q, q.with_x)
    return equal(q, (1 + q.h) * q.x_m_next, x_m_next + u_m_next, error)


def change(q: SummedStep) -> Estimate:
    """H(x', m') - H(x, m), without f' - f."""
    c, lam = float(q.constants.c), q.rule.lam
    star = (1 / lam + c) * (q.star_next - q.star)
    return star + c * (q.K_next - q.K) - c * lam * (q.x_m_next - q.x_m)


def dissipated(q: SummedStep) -> Estimate:
    """(1/lam + c) [FY(m_tilde, lam x) - FY(m_tilde, lam x')] + c [FY(m, u) - FY(m', u)]."""
    c = float(q.constants.c)
    first = (1 / q.rule.lam + c) * (q.fy_tilde_x - q.fy_tilde_x_next)
    return first + c * (q.fy_m_u - q.fy_m_next_u)


def energy_balance(q: SummedStep) -> Promise:
    """H' - H - (f' - f) = -<g, x' - x> - dissipated: the balance, from both sides of which f fell.

    c is such that c <m' - m, x' - x>/lr cancels what is left: the rounding of m' and of x' in it.
    """
    c, lam = q.constants.c, q.rule.lam
    turned = c * _turned(q, lambda value: q.with_u(value) + lam * q.with_x_next(value))
    moved = q.rounding_of_x_next(q.before.K) + q.rounding_of_x_next(q.sums.K_m_tilde)
    share = c * q.rule.theta * (1 + q.h) / q.lr
    error = turned + share * moved + q.rounding_of_g
    return equal(q, change(q), -q.g_dx - dissipated(q), error)


def smoothness(q: SummedStep, rise: Rise) -> Promise:
    """f' - f - <g, x' - x> <= L |x' - x|^2/2."""
    return Promise(rise.f - q.g_dx.value, rise.curvature, q.g_dx.error + rise.error)


def fenchel_young(q: SummedStep, rise: Rise, balance: Promise, inside: bool) -> Promise:
    """H' - H <= L |x' - x|^2/2 - dissipated: the balance with its curvature bounded."""
    measured = rise.f + change(q).value
    promised = rise.curvature - dissipated(q).value
    return Promise(measured, promised, balance.tolerance + rise.error, inside)


def first_bracket(q: SummedStep, e: Extent, inside: bool, drift: float) -> Promise:
    """h/(1 + h) FY(m_tilde, lam x) <= FY(m_tilde, lam x) - FY(m_tilde, lam x').

    K* may rise by the edge of its domain as x' is rounded; beyond the edge it is that of the
    nearest point, which <m_tilde, lam x> is not.
    """
    share, value = q.h / (1 + q.h), q.sums.K_m_tilde
    promised = q.fy_tilde_x - q.fy_tilde_x_next
    tolerance = promised.error + share * (q.fy_tilde_x.error + q.pairing)
    tolerance += q.rule.lam * q.rounding_of_x_next(value)
    if not q.rule.positively_homogeneous:
        tolerance += e.edge + drift * q.rule.lam * (q.with_x(value) + q.with_x_next(value))
    applies = inside and not math.isnan(e.edge)
    return Promise(share * q.fy_tilde_x.value, promised.value, tolerance, applies)


def second_bracket(q: SummedStep, e: Extent) -> Promise:
    """Theta FY(m, u) <= FY(m, u) - FY(m', u); K may rise by sup <m' rounded, y>, y in dom K*."""
    theta = q.rule.theta
    promised = q.fy_m_u - q.fy_m_next_u
    rise = _turned(q, lambda value: q.rule.spread * (value + e.sup) + q.with_u(value))
    tolerance = promised.error + theta * (q.fy_m_u.error + q.pairing) + rise
    applies = not math.isnan(e.sup)
    return Promise(theta * q.fy_m_u.value, promised.value, tolerance, applies)


def delta(q: StepSizes) -> float:
    """A FY(m_tilde, lam x') + b FY(m', u), the part of a Delta1 + b Delta2 that the sums hold.

    Delta1 exceeds the first by FY(dK*(lam x'), u), which is 0 for a positively homogeneous K, and
    Delta2 the second by FY(m_tilde, dK(m')).
    """
    _, a, b = q.constants
    return float(a * q.sums.fy_tilde_x_next + b * q.sums.fy_m_next_u)


def theorem_4_1(
    q: SummedStep, rise: Rise, general: Promise, first: Promise, second: Promise
) -> Promise:
    """H' - H <= -lr Delta + L |x' - x|^2/2, with as much of Delta as the sums hold."""
    c = q.constants.c
    brackets = (1 / q.rule.lam + c) * (1 + q.h) * first.tolerance
    if q.rule.beta1 < q.rule.beta2:
        brackets += c * second.tolerance / (1 - q.rule.theta)
    applies = first.applies and second.applies
    promised = rise.curvature - q.lr * delta(q)
    return Promise(general.measured, promised, general.tolerance + brackets, applies)


def _turned(q: SummedStep, size: Callable[[float], float]) -> float:
    weight, weight_tilde = q.weights_of_m_next
    return weight * size(q.before.K) + weight_tilde * size(q.sums.K_m_tilde)
