"""Table 1, rows 1 and 2: the momentum of Polyak and of Nesterov. K = |.|^2/2, gamma lam = 0.

With K = |.|^2/2 eq. (3) is the second-order ODE (14), in which gamma and lam may change places.
Either may thus be the friction; the other is 0.
"""

from __future__ import annotations

import math
from typing import Any

from lionk_ref.arrays import Arrays, combine
from lionk_ref.continuous.case import SpecialCase
from lionk_ref.continuous.coefficients import Coefficients, Rates
from lionk_ref.continuous.flow import Phase, velocity
from lionk_ref.continuous.trajectory import Field
from lionk_ref.convex import HalfSquare


def second_order(problem: Any, r: Rates) -> Field:
    """Eq. (14): x'' + (lam + gamma) x' + vareps alpha D^2f(x) x' + gamma lam x + alpha Df(x) = 0.

    A field on (x, x'). The problem has a ``hessian_vector``.
    """

    def field(t: float, y: tuple[Arrays, Arrays]) -> tuple[Arrays, Arrays]:
        x, v = y
        hessian = problem.hessian_vector(x, v)
        friction = combine(-(r.lam + r.gamma), v, -r.vareps * r.alpha, hessian)
        force = combine(-r.gamma * r.lam, x, -r.alpha, problem.gradient(x))
        return v, combine(1, friction, 1, force)

    return field


def heavy_ball(problem: Any, friction: float, force: float) -> Field:
    """Polyak (1964): x'' + friction x' + force Df(x) = 0, as a field on (x, v)."""

    def field(t: float, y: tuple[Arrays, Arrays]) -> tuple[Arrays, Arrays]:
        x, v = y
        return v, combine(-friction, v, -force, problem.gradient(x))

    return field


def polyak(
    problem: Any, friction: float = 0.5, force: float = 1.0, *, decay: bool = False
) -> SpecialCase:
    """Table 1, row 1. With ``decay`` the friction is lam, else it is gamma."""
    coefficients = Coefficients(
        alpha=force,
        gamma=0.0 if decay else friction,
        lam=friction if decay else 0.0,
        vareps=0.0,
    )
    return SpecialCase(
        name="Polyak momentum",
        setting="K = |.|^2/2, gamma lam = 0, vareps = 0",
        source="B. T. Polyak, 1964: the heavy ball with friction",
        problem=problem,
        K=HalfSquare(),
        coefficients=coefficients,
        textbook=heavy_ball(problem, friction, force),
        enter=lambda s: (s.x, combine(1, s.m, -coefficients.at(0).lam, s.x)),
    )


def high_resolution(problem: Any, mu: float, step: float) -> Field:
    """Shi, Du, Jordan, Su (2021), NAG-SC for a mu-strongly convex f and the step size ``step``.

    x'' + 2 sqrt(mu) x' + sqrt(step) D^2f(x) x' + (1 + sqrt(mu step)) Df(x) = 0, on (x, x').
    """
    root_mu, root_step = math.sqrt(mu), math.sqrt(step)

    def field(t: float, y: tuple[Arrays, Arrays]) -> tuple[Arrays, Arrays]:
        x, v = y
        damping = combine(2 * root_mu, v, root_step, problem.hessian_vector(x, v))
        return v, combine(-1, damping, -(1 + root_mu * root_step), problem.gradient(x))

    return field


def nesterov(problem: Any, mu: float = 0.25, step: float = 0.25) -> SpecialCase:
    """Table 1, row 2: gamma = 2 sqrt(mu), alpha = 1 + sqrt(mu step), vareps alpha = sqrt(step)."""
    alpha = 1 + math.sqrt(mu * step)
    K = HalfSquare()
    coefficients = Coefficients(
        alpha=alpha, gamma=2 * math.sqrt(mu), lam=0.0, vareps=math.sqrt(step) / alpha
    )

    def enter(s: Phase) -> tuple[Arrays, Arrays]:
        return s.x, velocity(K, s, problem.gradient(s.x), coefficients.at(0)).x

    return SpecialCase(
        name="Nesterov momentum",
        setting="K = |.|^2/2, gamma lam = 0",
        source="B. Shi, S. Du, M. Jordan, W. Su, 2021: the high-resolution ODE of NAG-SC",
        problem=problem,
        K=K,
        coefficients=coefficients,
        textbook=high_resolution(problem, mu, step),
        enter=enter,
    )
