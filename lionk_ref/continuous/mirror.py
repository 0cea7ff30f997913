"""Table 1, rows 7 to 9: mirror descent, Frank-Wolfe, and accelerated mirror descent."""

from __future__ import annotations

import math
from typing import Any

from lionk_ref.arrays import Array, Arrays, array_namespace, combine, each
from lionk_ref.continuous.case import SpecialCase
from lionk_ref.continuous.coefficients import Coefficients
from lionk_ref.continuous.trajectory import Field
from lionk_ref.convex import Huber, LogCosh, PseudoHuber


def preconditioned(problem: Any, width: float) -> Field:
    """Maddison et al. (2021): x' = -Dk(Df(x)), here with k(p) = sum sqrt(p_i^2 + width^2).

    It is mirror descent with f and k in each other's place: y = Df(x) minimises k, and x is its
    mirror image, for the mirror map Df* that is the inverse of Df.
    """

    def field(t: float, y: tuple[Arrays]) -> tuple[Arrays]:
        (x,) = y
        return (each(lambda g: -g / _root(g, width), problem.gradient(x)),)

    return field


def dual_preconditioning(problem: Any, rate: float = 1.0, width: float = 0.5) -> SpecialCase:
    """Table 1, row 7: lam = 0, vareps gamma = 1, here with alpha = gamma = 1/vareps = rate."""
    return SpecialCase(
        name="dual space preconditioning, mirror descent",
        setting="lam = 0, vareps gamma = 1",
        source="C. Maddison, D. Paulin, Y. W. Teh, A. Doucet, 2021",
        problem=problem,
        K=PseudoHuber(e=width),
        coefficients=Coefficients(alpha=rate, gamma=rate, lam=0.0, vareps=1 / rate),
        textbook=preconditioned(problem, width),
        enter=lambda s: (s.x,),
    )


def conditional_gradient(problem: Any, lam: float, ridge: float) -> Field:
    """Frank, Wolfe (1956), in its generalised form: x' = lam (v - x), the flow of f + h.

    v = argmin <Df(x), v> + h(v), with h(v) = ridge lam/2 |v|^2 in the box |v_i| <= 1/lam.
    """

    def best(g: Array) -> Array:
        return array_namespace(g).clip(-g / (ridge * lam), -1 / lam, 1 / lam)

    def field(t: float, y: tuple[Arrays]) -> tuple[Arrays]:
        (x,) = y
        return (combine(lam, each(best, problem.gradient(x)), -lam, x),)

    return field


def frank_wolfe(
    problem: Any, lam: float = 1.5, ridge: float = 0.5, rate: float = 1.0
) -> SpecialCase:
    """Table 1, row 8: lam > 0, vareps gamma = 1; K*(lam .)/lam is h, whose domain is the set."""
    return SpecialCase(
        name="Frank-Wolfe",
        setting="lam > 0, vareps gamma = 1",
        source="M. Frank, P. Wolfe, 1956; generalised by K. Bredies, D. Lorenz, P. Maass, 2009",
        problem=problem,
        K=Huber(e=ridge),
        coefficients=Coefficients(alpha=rate, gamma=rate, lam=lam, vareps=1 / rate),
        textbook=conditional_gradient(problem, lam, ridge),
        enter=lambda s: (s.x,),
    )


def accelerated(problem: Any, r: float, width: float) -> Field:
    """Krichene, Bayen, Bartlett (2015): x' = (r/t) (Dpsi*(z) - x), z' = -(t/r) Df(x), r >= 2.

    The mirror map has Dpsi*(z) = tanh(z/width), whose values fill the box |x_i| < 1.
    """

    def image(z: Array) -> Array:
        return array_namespace(z).tanh(z / width)

    def field(t: float, y: tuple[Arrays, Arrays]) -> tuple[Arrays, Arrays]:
        x, z = y
        pull = combine(r / t, each(image, z), -r / t, x)
        return pull, each(lambda g: -t / r * g, problem.gradient(x))

    return field


def accelerated_mirror(problem: Any, r: float = 3.0, width: float = 0.5) -> SpecialCase:
    """Table 1, row 9: gamma = vareps = 0, and coefficients that depend on the time.

    In the textbook r/t multiplies dK(m) as well as x. Eq. (3) has nothing before dK(m), so that
    lam = r/t alone would be another flow; but in the time tau = r log t, for which
    dtau = (r/t) dt, the textbook is eq. (3) with lam = 1 and alpha = (t/r)^2 = exp(2 tau/r)/r^2.
    """
    return SpecialCase(
        name="accelerated mirror descent",
        setting="gamma = 0, vareps = 0, lam_t = r/t, alpha_t = t/r, r >= 2",
        source="W. Krichene, A. Bayen, P. Bartlett, 2015",
        problem=problem,
        K=LogCosh(e=width),
        coefficients=Coefficients(
            alpha=lambda tau: math.exp(2 * tau / r) / r**2, gamma=0.0, lam=1.0, vareps=0.0
        ),
        textbook=accelerated(problem, r, width),
        enter=lambda s: (s.x, s.m),
        clock=lambda tau: math.exp(tau / r),
    )


def _root(g: Array, width: float) -> Array:
    return array_namespace(g).sqrt(g * g + width * width)
