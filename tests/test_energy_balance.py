"""The energy balance by other derivations: Bregman divergences, a slow twin, exact optima."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import certified
from lionk_ref import L1, L2, HalfSquare, Huber, LionK, LogCosh, PseudoHuber, TopK, certify
from lionk_ref.certificates import constants, frank_wolfe_gap, printed_constants, telescope
from lionk_ref.certificates import theorem_4_1 as theorem
from lionk_ref.convex import ConvexFunction
from lionk_ref.discrete import InverseSquareRoot, implicit_lr
from lionk_ref.problems import PROBLEMS, Quadratic


def bregman(value: Any, slope: Any, at: Any, base: Any) -> float:
    """B_h(at, base) = h(at) - h(base) - <slope, at - base>, slope in dh(base)."""
    return float(value(at) - value(base) - slope @ (at - base))


@pytest.mark.parametrize(
    "K", [HalfSquare(0.5), Huber(0.5), PseudoHuber(), LogCosh(0.5), L1(), L2(), TopK(2)], ids=repr
)
@pytest.mark.parametrize("scheme", certified.SCHEMES)
def test_bregman_form(K: ConvexFunction, scheme: str) -> None:
    """Theorem 4.1 as an equality in Bregman divergences, which the library does not compute.

    H' - H = -lr (a Delta1 + b Delta2) + B_f(x', x)
             - (1/lam + c) B_K*(lam x, lam x') - c B_K(m, m').
    """
    for run in certified.random_runs(K, scheme):
        o = run.optimizer
        lr = implicit_lr(o.lr, o.lam) if scheme == "explicit" else o.lr
        c, a, b = constants(lr, o.beta1, o.beta2, o.lam)
        quadratic = _problem_of(run)
        for p, q in zip(run.points, run.points[1:], strict=False):
            g = quadratic.gradient(p.x)
            m_tilde = o.beta1 * p.m - (1 - o.beta1) * g
            u, v = K.subgradient(m_tilde), K.subgradient(q.m)
            w = K.conjugate_subgradient(K.project_domain(o.lam * q.x))
            delta_1 = (u - o.lam * q.x) @ (m_tilde - w)
            delta_2 = (u - v) @ (m_tilde - q.m)
            B_star = bregman(K.projected_conjugate, w, o.lam * p.x, o.lam * q.x)
            B_K = bregman(K.value, v, p.m, q.m)
            B_f = float((q.x - p.x) @ quadratic.Q @ (q.x - p.x)) / 2
            causes = B_f - lr * (a * delta_1 + b * delta_2) - (1 / o.lam + c) * B_star - c * B_K
            change = energy(K, quadratic, q, o.lam, c) - energy(K, quadratic, p, o.lam, c)
            scale = 1 + abs(change) + lr * (abs(a * delta_1) + abs(b * delta_2))
            assert abs(change - causes) < 1e-12 * scale
            assert min(B_star, B_K, delta_1, delta_2) > -1e-12 * scale


def energy(K: ConvexFunction, problem: Quadratic, p: Any, lam: float, c: float) -> float:
    """H written out from its display, without the library's own."""
    star = K.projected_conjugate(lam * p.x)
    pairing = star + K.value(p.m) - lam * (p.x @ p.m)
    return float(problem.f(p.x) + star / lam + c * pairing)


def _problem_of(run: Any) -> Quadratic:
    for seed in range(8):
        problem = certified.random_problem(seed)
        if float(problem.f(run.points[0].x)) == float(run.points[0].f):
            return problem
    raise AssertionError("no problem has this value")


def test_the_printed_constants_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    """Errata 1 to 3: with the constants as printed, Theorem 4.1 is violated by far."""
    monkeypatch.setattr("lionk_ref.certificates.quantities.constants", printed_constants)
    monkeypatch.setattr(theorem, "constants", printed_constants)
    monkeypatch.setattr(telescope, "constants", printed_constants)
    worst = []
    for run in certified.random_runs(L1(), "implicit", count=8):
        promise = run.promises["Theorem 4.1"]
        worst.append(np.min(promise.slack / (1 + np.abs(promise.measured))))
    assert min(worst) < -1e-2


@pytest.mark.parametrize("K", [L1(), L2(), Huber(), LogCosh(), TopK(1)], ids=repr)
def test_the_gap_bounds_the_loss(K: ConvexFunction) -> None:
    """F(x) - F(z) <= gap(x) for every z in the constraint set, f convex."""
    rng, lam = np.random.default_rng(5), 0.7
    problem = Quadratic.of_spectrum([2.0, 1.0, 0.1, 0.5], seed=1)
    points = [0.99 * K.project_domain(rng.normal(size=4) * 3) / lam for _ in range(60)]
    F = [float(problem.f(z) + K.projected_conjugate(lam * z) / lam) for z in points]
    for x, value in zip(points, F, strict=True):
        gap = float(frank_wolfe_gap(K, problem.gradient(x), x, lam))
        assert value - min(F) <= gap + 1e-12


def test_the_gap_vanishes_only_at_a_solution() -> None:
    """With lr falling like 1/sqrt(t) the gap on the toy goes to 0, and x to the corner point."""
    problem = PROBLEMS["toy"]()
    lion = LionK(L1(), InverseSquareRoot(0.05, warmup=4), lam=1.0)
    c = certify(problem, lion, steps=800)
    assert 0 <= c.gap < 0.05
    np.testing.assert_allclose(c.final.x, [1.0, 0.0], atol=0.02)
    assert float(frank_wolfe_gap(L1(), problem.gradient(np.zeros(2)), np.zeros(2), 1.0)) > 1
