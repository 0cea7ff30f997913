"""Section 3, eq. (4) and (6): what the flow minimises, and what falls along the way.

K*(lam x)/lam is its limit where lam = 0, so that no case stands apart; the forms that Section 3.1
displays for the special cases are in `special_energies`.
"""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol

from lionk_ref.arrays import Array, Arrays, dot, each
from lionk_ref.continuous.coefficients import Rates
from lionk_ref.continuous.flow import Phase
from lionk_ref.convex import ConvexFunction


class Objective(Protocol):
    """What the formulas ask of a problem."""

    def f(self, x: Arrays) -> Array: ...
    def gradient(self, x: Arrays) -> Arrays: ...


class Weights(NamedTuple):
    """Theorem 3.1: eta, the weight of Delta2, and eta', that of Delta1."""

    eta: Any
    eta_prime: Any


def weights(r: Rates) -> Weights:
    """Below eq. (11): eta = (1 - vareps gamma)/(1 + vareps lam), eta' likewise from gamma + lam.

    They are rational in the rates, which may be floats, Fractions or symbols.

    Examples
    --------
    >>> from fractions import Fraction as F
    >>> weights(Rates(alpha=1, gamma=1, lam=1, vareps=F(1, 10)))
    Weights(eta=Fraction(9, 11), eta_prime=Fraction(20, 11))
    """
    growth = 1 + r.vareps * r.lam
    return Weights((1 - r.vareps * r.gamma) / growth, (r.gamma + r.lam) / growth)


def penalty(K: ConvexFunction, x: Arrays, lam: float) -> Array:
    """Eq. (4): K*(lam x)/lam; at lam = 0 its limit. inf outside the domain."""
    if lam == 0:
        return K.argmin_support(x)
    return K.conjugate(each(lambda a: lam * a, x)) / lam


def objective(K: ConvexFunction, problem: Objective, x: Arrays, r: Rates) -> Array:
    """Eq. (4): F(x) = alpha f(x) + (gamma/lam) K*(lam x), which the flow minimises."""
    return r.alpha * problem.f(x) + r.gamma * penalty(K, x, r.lam)


def lyapunov(K: ConvexFunction, problem: Objective, s: Phase, r: Rates) -> Array:
    """Eq. (6): H(x, m) = F(x) + eta [K*(lam x) + K(m) - lam <m, x>].

    Examples
    --------
    >>> import numpy as np
    >>> from lionk_ref.convex import HalfSquare
    >>> from lionk_ref.problems import Quadratic
    >>> s = Phase(np.array([1.5, 0.5]), np.array([1.0, 0.0]))
    >>> r = Rates(alpha=1.0, gamma=1.0, lam=1.0, vareps=0.0)
    >>> float(lyapunov(HalfSquare(), Quadratic.toy(), s, r))
    1.75
    """
    return energy(problem.f(s.x), penalty(K, s.x, r.lam), K.value(s.m), s, r)


def energy(f: Array, penalty: Array, k: Array, s: Phase, r: Rates) -> Array:
    """Eq. (6), from the values f(x), K*(lam x)/lam and K(m)."""
    pairing = r.lam * penalty + k - r.lam * dot(s.m, s.x)
    return r.alpha * f + r.gamma * penalty + weights(r).eta * pairing


def best_momentum(K: ConvexFunction, x: Arrays, lam: float) -> Arrays:
    """Below eq. (6): m = dK*(lam x), for which H(x, m) is least and equals F(x)."""
    return K.conjugate_subgradient(each(lambda a: lam * a, x))
