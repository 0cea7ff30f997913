"""Table 1, rows 3 and 4: signed momentum and signed gradient descent. K = l1, lam = 0.

The sign jumps. The rows can be set up with it, and then their trajectories carry the caveat of
`Flow`; or, where a ``width`` is given, with tanh(z/width) in its place, that is K = `LogCosh`.
"""

from __future__ import annotations

from typing import Any

from lionk_ref.arrays import Array, Arrays, array_namespace, combine, each, sign
from lionk_ref.continuous.case import SpecialCase
from lionk_ref.continuous.coefficients import Coefficients
from lionk_ref.continuous.trajectory import Field
from lionk_ref.convex import L1, ConvexFunction, LogCosh


def signum(problem: Any, rate: float, width: float | None) -> Field:
    """Bernstein et al. (2018): a running mean a' = rate (Df(x) - a), and x' = -sign(a)."""

    def field(t: float, y: tuple[Arrays, Arrays]) -> tuple[Arrays, Arrays]:
        x, a = y
        step = each(lambda z: -soft_sign(z, width), a)
        return step, combine(rate, problem.gradient(x), -rate, a)

    return field


def signed_momentum(problem: Any, rate: float = 1.0, width: float | None = None) -> SpecialCase:
    """Table 1, row 3: alpha = gamma = rate; then m is minus the running mean of the gradients."""
    return SpecialCase(
        name="signed momentum",
        setting="K = l1, lam = 0, vareps = 0",
        source="J. Bernstein et al., 2018: Signum",
        problem=problem,
        K=sign_or_smooth(width),
        coefficients=Coefficients(alpha=rate, gamma=rate, lam=0.0, vareps=0.0),
        textbook=signum(problem, rate, width),
        enter=lambda s: (s.x, each(lambda m: -m, s.m)),
    )


def sign_descent(problem: Any, width: float | None) -> Field:
    """Bernstein et al. (2018): x' = -sign(Df(x)), a field on x alone."""

    def field(t: float, y: tuple[Arrays]) -> tuple[Arrays]:
        (x,) = y
        return (each(lambda g: -soft_sign(g, width), problem.gradient(x)),)

    return field


def signed_gradient(problem: Any, rate: float = 1.0, width: float | None = None) -> SpecialCase:
    """Table 1, row 4: alpha = gamma = 1/vareps = rate; then m_tilde = -Df(x), whatever m is."""
    return SpecialCase(
        name="signed gradient descent",
        setting="K = l1, lam = 0, vareps gamma = 1",
        source="J. Bernstein et al., 2018: signSGD",
        problem=problem,
        K=sign_or_smooth(width),
        coefficients=Coefficients(alpha=rate, gamma=rate, lam=0.0, vareps=1 / rate),
        textbook=sign_descent(problem, width),
        enter=lambda s: (s.x,),
    )


def soft_sign(z: Array, width: float | None) -> Array:
    """sign(z), or tanh(z/width)."""
    return sign(z) if width is None else array_namespace(z).tanh(z / width)


def sign_or_smooth(width: float | None) -> ConvexFunction:
    """The K of which `soft_sign` is the gradient: `L1`, or `LogCosh`, whose e is the width."""
    return L1() if width is None else LogCosh(e=width)
