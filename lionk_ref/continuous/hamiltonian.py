"""Table 1, rows 5 and 6: Hamiltonian descent, for f alone and for composite objectives."""

from __future__ import annotations

from typing import Any

from lionk_ref.arrays import Array, Arrays, array_namespace, combine, each
from lionk_ref.continuous.case import SpecialCase
from lionk_ref.continuous.coefficients import Coefficients
from lionk_ref.continuous.trajectory import Field
from lionk_ref.convex import Huber, PseudoHuber


def damped(problem: Any, damping: float, mass: float) -> Field:
    """Maddison et al. (2018): x' = Dk(p), p' = -Df(x) - damping p.

    The kinetic energy is relativistic in each coordinate: k(p) = sum sqrt(p_i^2 + mass^2) - mass.
    """

    def speed(p: Array) -> Array:
        return p / array_namespace(p).sqrt(p * p + mass * mass)

    def field(t: float, y: tuple[Arrays, Arrays]) -> tuple[Arrays, Arrays]:
        x, p = y
        return each(speed, p), combine(-1, problem.gradient(x), -damping, p)

    return field


def hamiltonian_descent_case(problem: Any, damping: float = 0.5, mass: float = 1.0) -> SpecialCase:
    """Table 1, row 5: lam = 0, vareps = 0; K is the kinetic energy, gamma the damping."""
    return SpecialCase(
        name="Hamiltonian descent",
        setting="lam = 0, vareps = 0",
        source="C. Maddison, D. Paulin, Y. W. Teh, B. O'Donoghue, A. Doucet, 2018",
        problem=problem,
        K=PseudoHuber(e=mass),
        coefficients=Coefficients(alpha=1.0, gamma=damping, lam=0.0, vareps=0.0),
        textbook=damped(problem, damping, mass),
        enter=lambda s: (s.x, s.m),
    )


def primal_dual(problem: Any, ridge: float) -> Field:
    """O'Donoghue, Maddison (2019) for f(x) + h(x): x' = z - x, p' = Df(x) - p.

    z = argmin h(z) + <p, z>, for which h must be strictly convex. Here h(z) = ridge/2 |z|^2 in
    the box |z_i| <= 1, so that z = clip(-p/ridge).
    """

    def least(p: Array) -> Array:
        return array_namespace(p).clip(-p / ridge, -1.0, 1.0)

    def field(t: float, y: tuple[Arrays, Arrays]) -> tuple[Arrays, Arrays]:
        x, p = y
        return combine(1, each(least, p), -1, x), combine(1, problem.gradient(x), -1, p)

    return field


def composite(problem: Any, ridge: float = 0.5) -> SpecialCase:
    """Table 1, row 6: lam > 0, vareps = 0; K* is the second part of the objective, p is -m.

    Their equation has alpha = gamma = lam = 1.
    """
    return SpecialCase(
        name="Hamiltonian descent for composite objectives",
        setting="lam > 0, vareps = 0",
        source="B. O'Donoghue, C. Maddison, 2019",
        problem=problem,
        K=Huber(e=ridge),
        coefficients=Coefficients(alpha=1.0, gamma=1.0, lam=1.0, vareps=0.0),
        textbook=primal_dual(problem, ridge),
        enter=lambda s: (s.x, each(lambda m: -m, s.m)),
    )
