"""Section 3.1: the Lyapunov functions of the special cases, each as it is displayed there."""

from __future__ import annotations

from lionk_ref.arrays import Array, combine, dot, each
from lionk_ref.continuous.coefficients import Rates
from lionk_ref.continuous.descent import Local
from lionk_ref.continuous.flow import Phase
from lionk_ref.continuous.lyapunov import Objective
from lionk_ref.convex import ConvexFunction


def without_decay(K: ConvexFunction, problem: Objective, s: Phase, r: Rates) -> Array:
    """lam = 0: H = alpha f(x) + (1 - vareps gamma) K(m)."""
    return r.alpha * problem.f(s.x) + (1 - r.vareps * r.gamma) * K.value(s.m)


def without_decay_rate(p: Local, r: Rates) -> Array:
    """lam = 0: -dH/dt = gamma <dK(m_tilde), m_tilde> + (1 - vareps gamma) Delta2."""
    turned = dot(p.v_m, combine(1, p.u, -1, p.v))
    return r.gamma * dot(p.u, p.m_tilde) + (1 - r.vareps * r.gamma) * turned


def second_without_decay(K: ConvexFunction, problem: Objective, s: Phase, r: Rates) -> Array:
    """Eq. (13), lam = 0: Htilde = alpha f(x) + K((1 - vareps gamma) m)/(1 - vareps gamma).

    Raises
    ------
    ValueError
        If vareps gamma >= 1, where there is no Htilde.
    """
    rest = remainder(r)
    return r.alpha * problem.f(s.x) + K.value(each(lambda a: rest * a, s.m)) / rest


def second_without_decay_rate(K: ConvexFunction, p: Local, r: Rates) -> Array:
    """Below eq. (13): -dHtilde/dt = gamma <u0, m> + <m_tilde0 - m_tilde, u0 - u>/vareps.

    u0 = dK(m_tilde0), m_tilde0 = (1 - vareps gamma) m, and m_tilde0 - m_tilde = vareps alpha g.
    """
    rest = remainder(r)
    u0 = K.subgradient(each(lambda a: rest * a, p.m))
    return r.gamma * dot(u0, p.m) + r.alpha * dot(p.g, combine(1, u0, -1, p.u))


def without_damping(K: ConvexFunction, problem: Objective, s: Phase, r: Rates) -> Array:
    """gamma = 0: H = alpha f(x) + [K*(lam x) + K(m) - lam <x, m>]/(1 + vareps lam).

    The argument of K* is printed x; with that H can rise.
    """
    y = each(lambda a: r.lam * a, s.x)
    pairing = K.conjugate(y) + K.value(s.m) - dot(y, s.m)
    return r.alpha * problem.f(s.x) + pairing / (1 + r.vareps * r.lam)


def without_damping_printed(K: ConvexFunction, problem: Objective, s: Phase, r: Rates) -> Array:
    """gamma = 0, as printed, with K*(x); kept to show that it can rise along the flow."""
    pairing = K.conjugate(s.x) + K.value(s.m) - r.lam * dot(s.x, s.m)
    return r.alpha * problem.f(s.x) + pairing / (1 + r.vareps * r.lam)


def without_enhancement(K: ConvexFunction, problem: Objective, s: Phase, r: Rates) -> Array:
    """vareps = 0: H = alpha f(x) + (gamma/lam) K*(lam x) + [K*(lam x) + K(m) - lam <m, x>]."""
    y = each(lambda a: r.lam * a, s.x)
    k_star = K.conjugate(y)
    pairing = k_star + K.value(s.m) - dot(s.m, y)
    return r.alpha * problem.f(s.x) + r.gamma / r.lam * k_star + pairing


def without_enhancement_rate(p: Local, r: Rates) -> Array:
    """vareps = 0: -dH/dt = (lam + gamma) <m - dK*(lam x), dK(m) - lam x>."""
    return (r.lam + r.gamma) * dot(combine(1, p.m, -1, p.w), combine(1, p.v, -r.lam, p.x))


def remainder(r: Rates) -> float:
    """1 - vareps gamma, which eq. (13) divides by."""
    rest = 1 - float(r.vareps) * float(r.gamma)
    if not rest > 0:
        raise ValueError(f"Eq. (13) needs vareps gamma < 1, got {r.vareps!r} times {r.gamma!r}.")
    return rest
