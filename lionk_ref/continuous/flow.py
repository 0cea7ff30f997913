"""Section 3, eq. (3). The Lion-K dynamics in continuous time.

Where K is not differentiable the field jumps, and its solutions are Filippov's: they slide along
the set where it jumps, which no selection of a subgradient can follow. `Flow` then carries a
caveat. For a field without jumps choose a smooth K that stands in for it, and name it:
`LogCosh(e)`, `PseudoHuber(e)`, or `MoreauEnvelope(L1(), mu)`, which is `Huber(mu)`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from lionk_ref.arrays import Arrays, array_namespace, combine, each
from lionk_ref.continuous.coefficients import Coefficients, Rates
from lionk_ref.convex import ConvexFunction


class Phase(NamedTuple):
    """A pair (x, m): a point of the phase space, or a velocity or a gradient there."""

    x: Arrays
    m: Arrays


class HasGradient(Protocol):
    """What the flow asks of a problem."""

    def gradient(self, x: Arrays) -> Arrays: ...


def momentum_velocity(m: Arrays, g: Arrays, r: Rates) -> Arrays:
    """Eq. (3), line 1: V_m = -alpha g - gamma m."""
    return combine(-r.alpha, g, -r.gamma, m)


def look_ahead(m: Arrays, v_m: Arrays, r: Rates) -> Arrays:
    """Theorem 3.1: m_tilde = m + vareps V_m, the momentum with the current gradient enhanced."""
    return combine(1, m, r.vareps, v_m)


def position_velocity(K: ConvexFunction, x: Arrays, m_tilde: Arrays, r: Rates) -> Arrays:
    """Eq. (3), line 2: V_x = dK(m_tilde) - lam x."""
    return combine(1, K.subgradient(m_tilde), -r.lam, x)


def velocity(K: ConvexFunction, s: Phase, g: Arrays, r: Rates) -> Phase:
    """Eq. (3): (V_x, V_m) at the point s, where the gradient of f is g.

    Examples
    --------
    >>> import numpy as np
    >>> from lionk_ref.convex import HalfSquare
    >>> s, g = Phase(np.array([2.0]), np.array([1.0])), np.array([3.0])
    >>> velocity(HalfSquare(), s, g, Rates(alpha=1.0, gamma=1.0, lam=0.5, vareps=0.25))
    Phase(x=array([-1.]), m=array([-4.]))
    """
    v_m = momentum_velocity(s.m, g, r)
    return Phase(position_velocity(K, s.x, look_ahead(s.m, v_m, r), r), v_m)


@dataclass(frozen=True)
class Flow:
    """Eq. (3) as a field: called with a time and a point, it gives the velocity there.

    Parameters
    ----------
    K : ConvexFunction
        For a dict of arrays, `Blocks`.
    problem : Problem
        f, of which only the gradient is asked for.
    coefficients : Coefficients
        alpha, gamma, lam and vareps.

    Raises
    ------
    TypeError
        If K is no ConvexFunction.

    Examples
    --------
    >>> from lionk_ref.convex import L1, LogCosh
    >>> from lionk_ref.problems import PROBLEMS
    >>> toy = PROBLEMS["toy"]()
    >>> flow = Flow(LogCosh(), toy, Coefficients(lam=1.5))
    >>> flow(0.0, flow.start(toy.x0())).x
    array([ 2.7, -2.4])
    >>> print(Flow(L1(), toy).caveat)
    L1() is not differentiable: ...
    """

    K: ConvexFunction
    problem: HasGradient
    coefficients: Coefficients = field(default_factory=Coefficients)

    def __post_init__(self) -> None:
        if not isinstance(self.K, ConvexFunction):
            raise TypeError(f"Flow needs a ConvexFunction such as LogCosh(), got {self.K!r}.")

    def __call__(self, t: float, s: Phase) -> Phase:
        return velocity(self.K, s, self.problem.gradient(s.x), self.coefficients.at(t))

    def start(self, x: Arrays) -> Phase:
        """The point x with zero momentum."""
        return Phase(x, each(lambda a: array_namespace(a).zeros_like(a), x))

    @property
    def caveat(self) -> str:
        """What to know of a trajectory of this field; empty where K is differentiable."""
        if self.K.differentiable:
            return ""
        return (
            f"{self.K!r} is not differentiable: the field jumps, its solutions slide (Filippov), "
            "and this trajectory follows one subgradient. Name a smooth K: LogCosh, MoreauEnvelope"
        )
