"""Checks of certified trajectories, shared by the tests and the mutants."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import certified
import flows
from lionk_ref.arrays import combine, each
from lionk_ref.certificates import FlowCertificate, certify_continuous
from lionk_ref.continuous import Coefficients, Phase, Rates
from lionk_ref.continuous.lyapunov import Weights, weights
from lionk_ref.convex import CATALOGUE, LogCosh, PseudoHuber
from lionk_ref.problems import PROBLEMS

PROBLEM_NAMES = ("toy", "quadratic", "indefinite", "logistic")
LAM = {"quadratic": 0.2, "indefinite": 0.2}


def check_holds(c: FlowCertificate) -> None:
    """Every verdict holds, and the equality to 1e-10 where it applies, which is somewhere."""
    assert [v for v in c.verdicts if not v.holds] == []
    assert c.residual_max() <= 1e-10
    assert c.summary()["steps_inside"] >= 3


def check_case(key: str, problem: str, time: float = 4.5) -> None:
    """A K's first smooth example on a problem, as `lionk certify --continuous` has it."""
    f = PROBLEMS[problem]()
    K = next(K for K in CATALOGUE[key].examples(f.x0().shape) if K.differentiable)
    coefficients = Coefficients(lam=LAM.get(problem, 1.0), vareps=0.1)
    check_holds(certify_continuous(f, K, coefficients, time=time))


def check_random(**fixed: float) -> None:
    """Random coefficients, starts and indefinite quadratics, from inside the domain."""
    for K in (LogCosh(e=0.3), PseudoHuber(e=2.0)):
        for _, problem, s, r in flows.scenes(K, 3, **fixed):
            c = certify_continuous(problem, K, Coefficients(*r), start=s, time=2.0)
            check_holds(c)


def check_sensitive() -> None:
    """One certificate in which every term of every formula is at work."""
    r = Rates(1.3, 0.6, 0.8, 0.5)
    problem, K = certified.random_problem(1), LogCosh(e=0.4)
    start = Phase(np.array([0.9, -0.5, 0.2, -1.0, 0.4]), np.array([0.3, -1.0, 0.8, 0.1, -0.6]))
    check_holds(certify_continuous(problem, K, Coefficients(*r), start=start, time=2.0))


def replace(patch: pytest.MonkeyPatch, name: str, new: Any, *modules: str) -> None:
    """Replace a function in these modules of ``lionk_ref``."""
    for module in modules:
        patch.setattr(sys.modules[f"lionk_ref.{module}"], name, new)


CONTINUOUS = "continuous.lyapunov", "continuous.descent"
CERTIFICATE = "certificates.theorem_3_1", "certificates.flow_point"


def eta_without_enhancement(patch: pytest.MonkeyPatch) -> None:
    """Wrong: eta is 1 - vareps gamma, not divided by 1 + vareps lam."""

    def wrong(r: Rates) -> Weights:
        return Weights(1 - r.vareps * r.gamma, weights(r).eta_prime)

    replace(patch, "weights", wrong, *CONTINUOUS, *CERTIFICATE)


def eta_prime_without_decay(patch: pytest.MonkeyPatch) -> None:
    """Wrong: eta' lacks lam."""

    def wrong(r: Rates) -> Weights:
        return Weights(weights(r).eta, r.gamma / (1 + r.vareps * r.lam))

    replace(patch, "weights", wrong, *CONTINUOUS, *CERTIFICATE)


def delta_2_divided(patch: pytest.MonkeyPatch) -> None:
    """Wrong: Delta2 with m_tilde - m for V_m, that is, without its 1/vareps."""
    replace(patch, "delta_2", lambda p: _delta_2(p), *CONTINUOUS[1:], *CERTIFICATE[:1])


def _delta_2(p: Any) -> Any:
    return combine(1, p.m_tilde, -1, p.m) @ combine(1, p.u, -1, p.v)


def slope_of_k_star_at_x(patch: pytest.MonkeyPatch) -> None:
    """Wrong: K* at x, not at lam x, in the gradient of H and in Delta1."""
    from lionk_ref.certificates.flow_point import slope

    def wrong(K: Any, y: Any) -> Any:
        return slope(K, each(lambda a: a / 0.8, y))

    replace(patch, "slope", wrong, "certificates.flow_point", "certificates.flow_path")


def momentum_tracks_plus_the_gradient(patch: pytest.MonkeyPatch) -> None:
    """Wrong: V_m = +alpha g - gamma m."""

    def wrong(m: Any, g: Any, r: Rates) -> Any:
        return combine(r.alpha, g, -r.gamma, m)

    replace(patch, "momentum_velocity", wrong, "continuous.flow", "continuous.descent")


def no_look_ahead(patch: pytest.MonkeyPatch) -> None:
    """Wrong: the field has m in the place of m_tilde, H and Delta do not know."""
    replace(patch, "v_x", lambda p, r: combine(1, p.v, -r.lam, p.x), "certificates.flow_path")


def slightly_more_delta(patch: pytest.MonkeyPatch) -> None:
    """Wrong by one part in 10^6: the integral of Delta."""
    from lionk_ref.continuous import delta

    replace(patch, "delta", lambda p, r: (1 + 1e-6) * delta(p, r), "certificates.flow_path")


WRONG: tuple[Callable[[pytest.MonkeyPatch], None], ...] = (
    eta_without_enhancement,
    eta_prime_without_decay,
    delta_2_divided,
    slope_of_k_star_at_x,
    momentum_tracks_plus_the_gradient,
    no_look_ahead,
    slightly_more_delta,
)
