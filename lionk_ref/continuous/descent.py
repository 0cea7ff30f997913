"""Section 3, eq. (10): how fast H falls, and its gradient."""

from __future__ import annotations

from typing import NamedTuple

from lionk_ref.arrays import Array, Arrays, combine, dot
from lionk_ref.continuous.coefficients import Rates
from lionk_ref.continuous.flow import Phase, look_ahead, momentum_velocity
from lionk_ref.continuous.lyapunov import best_momentum, weights
from lionk_ref.convex import ConvexFunction


class Local(NamedTuple):
    """What eq. (10) and (11) need to know of a point (x, m).

    The gradient g of f, V_m, m_tilde, and the slopes u = dK(m_tilde), v = dK(m), w = dK*(lam x).
    """

    x: Arrays
    m: Arrays
    g: Arrays
    v_m: Arrays
    m_tilde: Arrays
    u: Arrays
    v: Arrays
    w: Arrays


def local(K: ConvexFunction, s: Phase, g: Arrays, r: Rates, w: Arrays = None) -> Local:
    """Theorem 3.1: the point s, where f has the gradient g; ``w`` is computed if not given.

    Raises
    ------
    ValueError
        If K* has no subgradient at lam x, on the edge of its domain.
    """
    v_m = momentum_velocity(s.m, g, r)
    m_tilde = look_ahead(s.m, v_m, r)
    w = best_momentum(K, s.x, r.lam) if w is None else w
    return Local(s.x, s.m, g, v_m, m_tilde, K.subgradient(m_tilde), K.subgradient(s.m), w)


def v_x(p: Local, r: Rates) -> Arrays:
    """Below eq. (10): V_x = dK(m_tilde) - lam x."""
    return combine(1, p.u, -r.lam, p.x)


def v_hat_x(p: Local) -> Arrays:
    """Above eq. (11): Vhat_x = m_tilde - dK*(lam x)."""
    return combine(1, p.m_tilde, -1, p.w)


def v_hat_m(p: Local) -> Arrays:
    """Above eq. (11): Vhat_m = dK(m_tilde) - dK(m)."""
    return combine(1, p.u, -1, p.v)


def delta_1(p: Local, r: Rates) -> Array:
    """Eq. (10), line 1: Delta1 = <m_tilde - dK*(lam x), dK(m_tilde) - lam x> >= 0."""
    return dot(v_hat_x(p), v_x(p, r))


def delta_2(p: Local) -> Array:
    """Eq. (10), line 2: Delta2 = <m_tilde - m, dK(m_tilde) - dK(m)>/vareps >= 0.

    As m_tilde - m = vareps V_m there is nothing to divide, and it is 0 where vareps is.
    """
    return dot(p.v_m, v_hat_m(p))


def delta(p: Local, r: Rates) -> Array:
    """Theorem 3.1, part 2: Delta = eta' Delta1 + eta Delta2, the rate at which H falls.

    Examples
    --------
    >>> import numpy as np
    >>> from lionk_ref.convex import HalfSquare
    >>> r = Rates(alpha=1.0, gamma=1.0, lam=1.0, vareps=0.0)
    >>> s, g = Phase(np.array([1.5]), np.array([1.0])), np.array([0.0])
    >>> float(delta(local(HalfSquare(), s, g, r), r))
    0.5
    """
    eta, eta_prime = weights(r)
    return eta_prime * delta_1(p, r) + eta * delta_2(p)


def lyapunov_gradient(p: Local, r: Rates) -> Phase:
    """Eq. (6) differentiated: dH/dx = alpha g + (gamma + eta lam) w - eta lam m.

    dH/dm = eta (v - lam x).
    """
    eta, _ = weights(r)
    by_x = combine(1, combine(r.alpha, p.g, r.gamma + eta * r.lam, p.w), -eta * r.lam, p.m)
    return Phase(by_x, combine(eta, p.v, -eta * r.lam, p.x))
