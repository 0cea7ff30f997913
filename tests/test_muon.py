"""Muon is Lion-K with the nuclear norm: its constraint, its certificate, and where it parts."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction as F
from itertools import pairwise
from typing import Any

import cvxpy as cp
import numpy as np
import pytest

from lionk_ref import L1, LionK, Nuclear, certify
from lionk_ref.certificates import constants, printed_constants
from lionk_ref.convex import newton_schulz, polar_factor, qdwh
from lionk_ref.convex.newton_schulz import scalar_iteration
from lionk_ref.convex.spectral import SpectralFunction
from lionk_ref.discrete import State, explicit, look_ahead
from lionk_ref.problems import MatrixSensing, Softmax

MU = 0.95
H = {"beta1": MU * MU, "beta2": MU, "lam": 1.0}


def largest(x: Any) -> float:
    """sigma_max."""
    return float(np.linalg.norm(x, 2))


def constrained(problem: MatrixSensing) -> float:
    """min f(X) s.t. sigma_max(X) <= 1, by a conic solver."""
    X = cp.Variable(problem.x0().shape)
    n = len(problem.b)
    residual = problem.A.reshape(n, -1) @ cp.vec(X, order="C") - problem.b
    program = cp.Problem(cp.Minimize(cp.sum_squares(residual) / (2 * n)), [cp.sigma_max(X) <= 1])
    return float(program.solve(solver=cp.CLARABEL))


@pytest.mark.parametrize("scheme", ["explicit", "implicit"])
def test_matrix_sensing_is_certified(scheme: str) -> None:
    """sigma_max(X) <= 1/lam is reached from outside, and f falls to its least there."""
    problem = MatrixSensing.random()
    x0 = 2 * np.random.default_rng(0).normal(size=problem.x0().shape)
    muon = LionK(Nuclear(), lr=0.02, scheme=scheme, **H)
    run = certify(problem, muon, x0=x0, steps=600)
    assert run.ok, [v for v in run.verdicts if not v.holds]
    assert run.residual_max < 1e-12
    assert largest(x0) > 4
    assert largest(run.final.x) <= 1 + 1e-4
    least = constrained(problem)
    assert least - 1e-6 <= problem.f(run.final.x) <= least + run.gap + 1e-6
    assert run.gap < 0.1 * problem.f(x0)


def test_a_linear_layer_is_certified() -> None:
    """Softmax regression with Muon on the weights and Lion on the bias, one K for each block."""
    rng = np.random.default_rng(1)
    X, labels = rng.normal(size=(40, 5)), rng.integers(0, 3, 40)
    problem = Softmax(X, np.eye(3)[labels], blocks=True)
    run = certify(
        problem, LionK({"W": Nuclear(), "b": L1()}, lr=0.02, **(H | {"lam": 4.0})), steps=200
    )
    assert run.ok, [v for v in run.verdicts if not v.holds]
    assert 4 * largest(run.final.x["W"]) <= 1 + 1e-12
    assert 4 * np.abs(run.final.x["b"]).max() <= 1 + 1e-12


@dataclass(frozen=True)
class Jordan(SpectralFunction):
    """A wrong K: the step of five Newton-Schulz iterations under the name of the nuclear norm."""

    key = "jordan"
    formula = solves = solves_text = "none"
    positively_homogeneous = True

    @property
    def vector(self) -> L1:
        return L1()

    def subgradient(self, z: Any) -> Any:
        return newton_schulz(z, "jordan", 5)


def test_newton_schulz_is_no_nuclear_norm() -> None:
    """Its step is no subgradient: the certificate says so at once, and sigma_max passes 1/lam."""
    problem = MatrixSensing.random()
    run = certify(problem, LionK(Jordan(), lr=0.02, **H), steps=300)
    failed = {v.name for v in run.verdicts if not v.holds}
    assert "subgradient" in failed
    assert 1.05 < largest(run.final.x) < 1.21


def check_parting() -> None:
    """One step of Newton-Schulz Muon differs from the exact one by lr U (p(s) - 1) V'."""
    rng = np.random.default_rng(2)
    z = rng.normal(size=(7, 4))
    left, s, right = np.linalg.svd(z, full_matrices=False)
    p = np.array([scalar_iteration(float(t), "jordan", 5) for t in s / np.linalg.norm(s)])
    state, g = State(rng.normal(size=(7, 4)), -z), np.zeros((7, 4))
    h = {"lr": 0.1, "beta1": 0.9, "beta2": 0.95, "lam": 0.1}
    exact, rough = explicit(Nuclear(), state, g, **h), explicit(Jordan(), state, g, **h)
    predicted = -0.1 * (left * (p - 1)) @ right
    assert np.allclose(rough.x - exact.x, predicted, atol=1e-13)
    assert np.linalg.norm(predicted) > 0.01


def test_parting() -> None:
    """Predicted from the singular values alone."""
    check_parting()


def test_qdwh_muon_is_muon() -> None:
    """Well conditioned, the rational iteration gives the same step to rounding."""
    z = np.random.default_rng(3).normal(size=(9, 5))
    assert np.abs(qdwh(z) - polar_factor(z)).max() <= 1e-14


def test_heavy_ball_is_outside_the_theorem() -> None:
    """Without Nesterov's look-ahead beta1 = beta2 = mu, and b of Theorem 4.1 is infinite.

    The energy balance, which needs beta1 <= beta2 only, still holds.
    """
    ratio = [constants(0.01, beta1, MU, 1.0).b for beta1 in (0.94, 0.949, 0.9499)]
    assert ratio[0] < ratio[1] / 9 < ratio[2] / 90
    problem = MatrixSensing.random()
    assert certify(problem, LionK(Nuclear(), 0.02, MU, MU, 1.0), steps=50).ok


def effective_beta1(mu: F, t: int) -> F:
    """beta1 of a Muon whose look-ahead is mu m'/(1 - mu^(t+1)) + (1 - mu) g/(1 - mu^t)."""
    old = mu * mu / (1 - mu ** (t + 1))
    new = mu * (1 - mu) / (1 - mu ** (t + 1)) + (1 - mu) / (1 - mu**t)
    return old / (old + new)


def test_bias_correction_fits_no_constant_beta1() -> None:
    """beta1 rises from below to mu^2 as the correction wears off: it is never twice the same."""
    mu = F(19, 20)
    betas = [effective_beta1(mu, t) for t in range(1, 60)]
    assert all(a < b < mu * mu for a, b in pairwise(betas))
    assert effective_beta1(mu, 1) == mu**2 / (mu**2 + (1 - mu) * (1 + 2 * mu))
    assert mu * mu - effective_beta1(mu, 400) < F(1, 10**9)


def weights_of(mu: F, steps: int, corrected: bool) -> list[F]:
    """How much each gradient counts in a Muon's look-ahead, the newest first: mu m' + (1 - mu) g.

    Each gradient in turn is 1 and the others 0; the corrected Muon divides m', the average of its
    gradients, by what the weights of one average more add up to, and g by those of this one.
    """
    after, now = (1 - mu ** (steps + 1), 1 - mu**steps) if corrected else (F(1), F(1))
    averages = [(1 - mu) * mu**age for age in range(steps)]
    newest = (1 - mu) / now
    return [mu * w / after + (newest if age == 0 else 0) for age, w in enumerate(averages)]


def fitted(weights: list[F]) -> tuple[F, F]:
    """The one pair (beta1, beta2) whose Lion-K weighs the last three gradients in this ratio.

    Eq. (2) weighs them by 1 - beta1, beta1 (1 - beta2) and beta1 (1 - beta2) beta2.
    """
    newest, last, before = weights[:3]
    beta2, enhanced = before / last, last / newest
    return enhanced / (1 - beta2 + enhanced), beta2


def lion_weights(beta1: F, beta2: F, steps: int) -> list[F]:
    """The same by running eq. (2), for the direction -m_tilde."""
    found = []
    for age in range(steps):
        m, g = F(0), F(0)
        for t in range(steps):
            g = F(int(t == steps - 1 - age))
            before, m = m, beta2 * m - (1 - beta2) * g
        found.append(-look_ahead(State(F(0), before), g, beta1=beta1))
    return found


def check_bias_correction() -> None:
    """K sees directions only, so the ratios of the weights are all that a pair must reproduce."""
    for mu in (F(1, 2), F(9, 10), F(19, 20)):
        for t in (3, 4, 9):
            assert fitted(weights_of(mu, t, corrected=False)) == (mu * mu, mu)
            assert fitted(lion_weights(F(2, 7), mu, t)) == (F(2, 7), mu)
        pairs = [fitted(weights_of(mu, t, corrected=True)) for t in range(3, 40)]
        assert len(set(pairs)) == len(pairs)
        assert {beta2 for _, beta2 in pairs} == {mu}


def test_bias_correction_fits_no_pair() -> None:
    """Each step of the corrected Muon wants a pair of its own; the plain one has (mu^2, mu)."""
    check_bias_correction()


def test_heavy_ball_has_no_b() -> None:
    """Theorem 4.1 divides by beta2 - beta1: (beta2 - beta1) b tends to a number that is not 0.

    At beta1 = beta2 the library returns 0, because Delta2 is 0 there: m_tilde is m' itself.
    """
    lr, mu, lam = F(1, 100), F(19, 20), F(1)
    with pytest.raises(ZeroDivisionError):
        printed_constants(lr, mu, mu, lam)
    poles = {gap * constants(lr, mu - gap, mu, lam).b for gap in (F(1, 10**30), F(1, 10**40))}
    assert all(abs(pole - mu / (1 + lr * lam)) < F(1, 10**28) for pole in poles)
    s = State(F(3), F(-2))
    assert look_ahead(s, F(5), beta1=mu) == explicit(Zero(), s, F(5), **HEAVY).m
    assert constants(lr, mu, mu, lam).b == 0


class Zero:
    """K = 0, for a step on numbers."""

    def subgradient(self, z: F) -> F:
        return 0 * z


HEAVY: Any = {"lr": F(1, 100), "beta1": F(19, 20), "beta2": F(19, 20), "lam": F(1)}
