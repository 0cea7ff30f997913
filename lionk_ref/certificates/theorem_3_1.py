"""Theorem 3.1, as numbers: what holds at a point of a trajectory, and what along it."""

from __future__ import annotations

import math
from typing import Any

from lionk_ref.arrays import (
    Array,
    array_namespace,
    combine,
    dot,
    magnitude,
    norm,
)
from lionk_ref.certificates.flow_path import Watched
from lionk_ref.certificates.flow_point import FlowPoint
from lionk_ref.certificates.judgement import Equality, Inequality
from lionk_ref.continuous.descent import (
    delta_1,
    delta_2,
    lyapunov_gradient,
    v_hat_x,
    v_x,
)
from lionk_ref.continuous.lyapunov import weights


def descent(p: FlowPoint) -> Equality:
    """Theorem 3.1, part 2: dH/dt = -Delta, with dH/dt = <dH/dx, V_x> + <dH/dm, V_m>.

    An identity in g, m and the three slopes, so that only rounding is tolerated.
    """
    eta, eta_prime = weights(p.rates)
    gradient, z = lyapunov_gradient(p.at, p.rates), p.sizes
    along = dot(gradient.x, v_x(p.at, p.rates)) + dot(gradient.m, p.at.v_m)
    promised = -eta_prime * delta_1(p.at, p.rates) - eta * delta_2(p.at)
    turned = dot(z.H_x, z.v_x) + dot(z.H_m, z.v_m)
    scale = turned + eta_prime * dot(z.v_hat_x, z.v_x) + eta * dot(z.v_m, z.v_hat_m)
    return Equality(along, promised, p.evaluation * scale, _where(p.inside, scale))


def first_delta(p: FlowPoint) -> Inequality:
    """Eq. (10): Delta1 >= 0."""
    tolerance = p.evaluation * dot(p.sizes.v_hat_x, p.sizes.v_x)
    return Inequality(-delta_1(p.at, p.rates), 0 * tolerance, tolerance, p.inside)


def second_delta(p: FlowPoint) -> Inequality:
    """Eq. (10): Delta2 >= 0."""
    tolerance = p.evaluation * dot(p.sizes.v_m, p.sizes.v_hat_m)
    return Inequality(-delta_2(p.at), 0 * tolerance, tolerance, True)


def least_energy(p: FlowPoint) -> Inequality:
    """Below eq. (6): F(x) = min_m H(x, m), hence F(x) <= H(x, m)."""
    return Inequality(p.F, p.H, p.evaluation * p.sizes.H, p.inside)


def stationarity(p: FlowPoint) -> Inequality:
    """Theorem 3.1, part 3: the KKT residual of F is at most what still moves.

    alpha g + gamma dK*(lam x) = -(1 - vareps gamma) V_m - gamma Vhat_x, so that it vanishes where
    V_m and Vhat_x do. For K* with a strictly monotone slope that is where Delta does.
    """
    r, z = p.rates, p.sizes
    rest = 1 - r.vareps * r.gamma
    moving = rest * norm(p.at.v_m) + r.gamma * norm(v_hat_x(p.at))
    tolerance = 4 * p.evaluation * (rest * norm(z.v_m) + r.gamma * norm(z.v_hat_x))
    return Inequality(kkt_residual(p), moving, tolerance, p.inside)


def kkt_residual(p: FlowPoint) -> Array:
    """Below eq. (6): |alpha grad f(x) + gamma dK*(lam x)|, 0 at a stationary point of F."""
    return norm(combine(p.rates.alpha, p.at.g, p.rates.gamma, p.at.w))


def phase_1(before: FlowPoint, after: FlowPoint, error: Watched) -> Inequality:
    """Theorem 3.1, part 1: dist(lam x_t, dom K*) <= exp(-lam (t - s)) dist(lam x_s, dom K*)."""
    lam = before.rates.lam
    bound = math.exp(-lam * (after.t - before.t)) * before.values.distance
    rounding = 4 * before.evaluation * lam * (norm(before.at.x) + norm(after.at.x))
    return Inequality(after.values.distance, bound, lam * norm(error.x) + rounding, True)


def finite_difference(before: FlowPoint, after: FlowPoint, error: Watched) -> Equality:
    """Theorem 3.1, part 2, along the trajectory: (H' - H)/(t' - t) = -mean of Delta.

    The integrator carries the integral of Delta along with x and m; ``error`` is that of the step.
    """
    time = after.t - before.t
    spent = after.spent - before.spent
    scale = before.sizes.H + after.sizes.H + abs(spent)
    tolerance = _energy_error(before, after, error) + before.evaluation * scale
    change = (after.H - before.H) / time
    applies = before.inside & after.inside
    return Equality(change, -spent / time, tolerance / time, _where(applies, scale / time))


def _energy_error(before: FlowPoint, after: FlowPoint, error: Watched) -> Array:
    """To first order, what the error of a step does to H and to the integral of Delta."""
    a, b = (lyapunov_gradient(p.at, p.rates) for p in (before, after))
    by_x = dot(combine(1, magnitude(a.x), 1, magnitude(b.x)), error.x)
    by_m = dot(combine(1, magnitude(a.m), 1, magnitude(b.m)), error.m)
    return by_x + by_m + error.spent


def _where(applies: Any, scale: Array) -> Array:
    """The scale where the equality applies, NaN elsewhere."""
    xp = array_namespace(scale)
    return xp.where(xp.asarray(applies, device=scale.device), scale, xp.full_like(scale, xp.nan))
