"""Section 3, eq. (4), (6) and (10): what the flow minimises, and what falls along the way.

The formulas take K, the problem, a point s = (x, m) and the coefficients at one time. K*(lam x)/lam
is its limit where lam = 0, so that no case stands apart; the forms that Section 3.1 gives for the
special cases are in `special_energies`.
"""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol

from lionk_ref.arrays import Array, Arrays, combine, dot, each
from lionk_ref.continuous.coefficients import Rates
from lionk_ref.continuous.flow import Phase, look_ahead, momentum_velocity
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
    p = penalty(K, s.x, r.lam)
    pairing = r.lam * p + K.value(s.m) - r.lam * dot(s.m, s.x)
    return r.alpha * problem.f(s.x) + r.gamma * p + weights(r).eta * pairing


def best_momentum(K: ConvexFunction, x: Arrays, lam: float) -> Arrays:
    """Below eq. (6): m = dK*(lam x), for which H(x, m) is least and equals F(x)."""
    return K.conjugate_subgradient(each(lambda a: lam * a, x))


class Descents(NamedTuple):
    """Eq. (11): Vhat_x and Vhat_m, which never point against V_x and V_m."""

    x: Arrays
    m: Arrays


def descents(K: ConvexFunction, s: Phase, g: Arrays, r: Rates) -> Descents:
    """Above eq. (11): Vhat_x = m_tilde - dK*(lam x) and Vhat_m = dK(m_tilde) - dK(m)."""
    m_tilde = look_ahead(s.m, momentum_velocity(s.m, g, r), r)
    v_hat_x = combine(1, m_tilde, -1, best_momentum(K, s.x, r.lam))
    return Descents(v_hat_x, combine(1, K.subgradient(m_tilde), -1, K.subgradient(s.m)))


def delta_1(K: ConvexFunction, s: Phase, g: Arrays, r: Rates) -> Array:
    """Eq. (10), line 1: Delta1 = <m_tilde - dK*(lam x), dK(m_tilde) - lam x> >= 0."""
    m_tilde = look_ahead(s.m, momentum_velocity(s.m, g, r), r)
    drift = combine(1, K.subgradient(m_tilde), -r.lam, s.x)
    return dot(combine(1, m_tilde, -1, best_momentum(K, s.x, r.lam)), drift)


def delta_2(K: ConvexFunction, s: Phase, g: Arrays, r: Rates) -> Array:
    """Eq. (10), line 2: Delta2 = <V_m, dK(m_tilde) - dK(m)> >= 0, where vareps V_m = m_tilde - m.

    Written so it needs no division, and is 0 at vareps = 0.
    """
    v_m = momentum_velocity(s.m, g, r)
    m_tilde = look_ahead(s.m, v_m, r)
    return dot(v_m, combine(1, K.subgradient(m_tilde), -1, K.subgradient(s.m)))


def delta(K: ConvexFunction, s: Phase, g: Arrays, r: Rates) -> Array:
    """Theorem 3.1, part 2: Delta = eta' Delta1 + eta Delta2, the rate at which H falls."""
    eta, eta_prime = weights(r)
    return eta_prime * delta_1(K, s, g, r) + eta * delta_2(K, s, g, r)


def lyapunov_gradient(K: ConvexFunction, s: Phase, g: Arrays, r: Rates) -> Phase:
    """Eq. (6) differentiated: dH/dx = alpha g + (gamma + eta lam) w - eta lam m, w = dK*(lam x).

    dH/dm = eta (dK(m) - lam x).
    """
    eta, _ = weights(r)
    w = best_momentum(K, s.x, r.lam)
    by_x = combine(1, combine(r.alpha, g, r.gamma + eta * r.lam, w), -eta * r.lam, s.m)
    return Phase(by_x, combine(eta, K.subgradient(s.m), -eta * r.lam, s.x))
