"""Theorem 3.1: the flow of eq. (3) with K = log-cosh, and how fast H of eq. (6) falls along it."""

from __future__ import annotations

from typing import Any

import numpy as np

from lionk_ref.continuous.coefficients import Rates
from lionk_ref.continuous.flow import Phase
from lionk_ref.continuous.flow import velocity as library_velocity
from lionk_ref.convex import LogCosh
from lionk_ref.learn.claims import at_most, equal
from lionk_ref.learn.exercise import Exercise, Random

Array = Any
SIZE = 4


def drawn(random: Random) -> tuple[Phase, Array, Rates]:
    """A state with lam x in the open box, the minimiser of f, and coefficients."""
    gamma, lam = random.uniform(0.5, 2, 2)
    r = Rates(random.uniform(0.5, 2), gamma, lam, random.uniform(0.1, 0.8) / gamma)
    x = random.uniform(-0.8, 0.8, SIZE) / lam
    return Phase(x, random.standard_normal(SIZE)), random.uniform(-3, 3, SIZE), r


def K_star(y: Array) -> Any:
    """The conjugate of log-cosh."""
    return np.sum((1 + y) * np.log1p(y) + (1 - y) * np.log1p(-y)) / 2


def K(m: Array) -> Any:
    """log-cosh."""
    return np.sum(np.logaddexp(m, -m) - np.log(2))


def energy_of(ask: Any, s: Phase, a: Array, r: Rates) -> Any:
    """The student's H for f = |x - a|^2/2."""
    f = (s.x - a) @ (s.x - a) / 2
    return ask("energy", float(f), float(K_star(r.lam * s.x) / r.lam), float(K(s.m)), s, r)


def the_momentum(ask: Any, random: Random) -> None:
    """m's velocity is -gamma m without gradient, -alpha g without momentum, and linear."""
    s, g, r = drawn(random)
    zero = np.zeros(SIZE)
    equal(ask("velocity", s, zero, r)[1], -r.gamma * s.m, "m's velocity for g = 0")
    equal(ask("velocity", Phase(s.x, zero), g, r)[1], -r.alpha * g, "m's velocity for m = 0")
    both = -r.gamma * s.m - r.alpha * g
    equal(ask("velocity", s, g, r)[1], both, "m's velocity, the sum of both")


def the_position(ask: Any, random: Random) -> None:
    """u = x's velocity + lam x is the slope of K at m_tilde: K(m_tilde) + K*(u) = <m_tilde, u>."""
    s, g, r = drawn(random)
    v_x, _ = ask("velocity", s, 0.3 * g, r)
    u, m_tilde = v_x + r.lam * s.x, s.m + r.vareps * (-r.alpha * 0.3 * g - r.gamma * s.m)
    at_most(np.abs(u), 1.0, "|x's velocity + lam x|")
    equal(K(m_tilde) + K_star(u), m_tilde @ u, "K(m_tilde) + K*(u)", 1e-8)


def the_weights(ask: Any, random: Random) -> None:
    """eta + vareps eta' = 1; eta is 0 at vareps gamma = 1; at vareps = 0 eta' is gamma + lam."""
    _, _, r = drawn(random)
    eta, eta_prime = ask("weights", r)
    equal(eta + r.vareps * eta_prime, 1.0, "eta + vareps eta'")
    equal(ask("weights", r._replace(vareps=1 / r.gamma))[0], 0.0, "eta at vareps gamma = 1")
    equal(ask("weights", r._replace(vareps=0.0))[1], r.gamma + r.lam, "eta' at vareps = 0")


def least_at_the_slope(ask: Any, random: Random) -> None:
    """Over m, H is least at m = dK*(lam x), where it is F = alpha f + (gamma/lam) K*(lam x)."""
    s, a, r = drawn(random)
    best = Phase(s.x, np.arctanh(r.lam * s.x))
    f, penalty = (s.x - a) @ (s.x - a) / 2, K_star(r.lam * s.x) / r.lam
    least = energy_of(ask, best, a, r)
    equal(least, r.alpha * f + r.gamma * penalty, "H at m = dK*(lam x)")
    at_most(least, energy_of(ask, s, a, r), "H at m = dK*(lam x)")


def how_fast_it_falls(ask: Any, random: Random) -> None:
    """dH/dt = -(eta' Delta1 + eta Delta2), Theorem 3.1: an equality, here by differences."""
    s, a, r = drawn(random)
    g, h = s.x - a, 1e-5
    v_x, v_m = ask("velocity", s, g, r)
    ends = [Phase(s.x + t * v_x, s.m + t * v_m) for t in (h, -h)]
    up, down = (energy_of(ask, end, a, r) for end in ends)
    m_tilde = s.m + r.vareps * (-r.alpha * g - r.gamma * s.m)
    u = np.tanh(m_tilde)
    delta_1 = (m_tilde - np.arctanh(r.lam * s.x)) @ (u - r.lam * s.x)
    delta_2 = (m_tilde - s.m) @ (u - np.tanh(s.m)) / r.vareps
    growth = 1 + r.vareps * r.lam
    falls = (r.gamma + r.lam) * delta_1 + (1 - r.vareps * r.gamma) * delta_2
    equal((up - down) / (2 * h), -falls / growth, "dH/dt", 1e-6)


def uphill(s: Phase, g: Array, r: Rates) -> Any:
    """The gradient drives m downhill: its sign in m's velocity is minus."""
    return library_velocity(LogCosh(), s, -g, r)


def no_enhancement(s: Phase, g: Array, r: Rates) -> Any:
    """vareps is not used: tanh is of m_tilde = m + vareps times m's velocity."""
    return library_velocity(LogCosh(), s, g, r._replace(vareps=0.0))


def no_damping(s: Phase, g: Array, r: Rates) -> Any:
    """The damping -gamma m is missing."""
    return library_velocity(LogCosh(), s, g, r._replace(gamma=0.0))


def decay_inside(s: Phase, g: Array, r: Rates) -> Any:
    """The decay is inside tanh; then it is no longer decoupled, and sets no box."""
    v_m = -r.alpha * g - r.gamma * s.m
    return np.tanh(s.m + r.vareps * v_m - r.lam * s.x), v_m


def sign_for_tanh(s: Phase, g: Array, r: Rates) -> Any:
    """The sign is the slope of the l1 norm; that of log-cosh is tanh."""
    v_m = -r.alpha * g - r.gamma * s.m
    return np.sign(s.m + r.vareps * v_m) - r.lam * s.x, v_m


def no_growth(r: Rates) -> Any:
    """Both weights are divided by 1 + vareps lam."""
    return 1 - r.vareps * r.gamma, r.gamma + r.lam


def exchanged(r: Rates) -> Any:
    """The two weights are returned in the wrong order: eta first."""
    growth = 1 + r.vareps * r.lam
    return (r.gamma + r.lam) / growth, (1 - r.vareps * r.gamma) / growth


def gamma_for_lam(r: Rates) -> Any:
    """gamma and lam have changed places in eta: above is vareps gamma, below vareps lam."""
    growth = 1 + r.vareps * r.gamma
    return (1 - r.vareps * r.lam) / growth, (r.gamma + r.lam) / growth


def no_eta(f: float, penalty: float, k: float, s: Phase, r: Rates) -> Any:
    """The bracket lacks its weight eta: dH/dt then comes out wrong, and H may rise."""
    return r.alpha * f + r.gamma * penalty + r.lam * penalty + k - r.lam * (s.m @ s.x)


def no_lam(f: float, penalty: float, k: float, s: Phase, r: Rates) -> Any:
    """lam is missing before <m, x>: the bracket is a Fenchel-Young gap of m and lam x."""
    eta = (1 - r.vareps * r.gamma) / (1 + r.vareps * r.lam)
    return r.alpha * f + r.gamma * penalty + eta * (r.lam * penalty + k - s.m @ s.x)


def penalty_twice(f: float, penalty: float, k: float, s: Phase, r: Rates) -> Any:
    """In the bracket stands K*(lam x), which is lam times penalty."""
    eta = (1 - r.vareps * r.gamma) / (1 + r.vareps * r.lam)
    return r.alpha * f + r.gamma * penalty + eta * (penalty + k - r.lam * (s.m @ s.x))


def no_gamma(f: float, penalty: float, k: float, s: Phase, r: Rates) -> Any:
    """(gamma/lam) K*(lam x) is gamma times penalty; gamma is missing."""
    eta = (1 - r.vareps * r.gamma) / (1 + r.vareps * r.lam)
    return r.alpha * f + penalty + eta * (r.lam * penalty + k - r.lam * (s.m @ s.x))


EXERCISE = Exercise(
    number=8,
    key="flow_and_energy",
    paper="Eq. (3), (6); Theorem 3.1",
    holes={"velocity": ("g", "g"), "weights": ("scalar", "scalar"), "energy": "scalar"},
    checks=(the_momentum, the_position, the_weights, least_at_the_slope, how_fast_it_falls),
    mutants={
        "velocity": (uphill, no_enhancement, no_damping, decay_inside, sign_for_tanh),
        "weights": (no_growth, exchanged, gamma_for_lam),
        "energy": (no_eta, no_lam, penalty_twice, no_gamma),
    },
    hints=(
        "Compute m's velocity first: m_tilde needs it. Then np.tanh(m_tilde) - r.lam * s.x.",
        "weights returns eta and eta' in this order; both have 1 + r.vareps * r.lam below.",
        "(gamma/lam) K*(lam x) is r.gamma * penalty, and K*(lam x) alone is r.lam * penalty.",
    ),
    originals={"velocity": lambda s, g, r: library_velocity(LogCosh(), s, g, r)},
)
