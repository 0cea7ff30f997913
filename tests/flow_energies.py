"""Checks of the Lyapunov functions and of the decompositions, shared by tests and mutants."""

from __future__ import annotations

from typing import Any

import numpy as np

from flows import Scene, close, inner, scenes
from lionk_ref.arrays import dot
from lionk_ref.continuous import Coefficients, Flow, Phase, Rates, delta, lyapunov, march, objective
from lionk_ref.continuous import decompositions as split
from lionk_ref.continuous import special_energies as special
from lionk_ref.continuous.descent import delta_1, delta_2, lyapunov_gradient
from lionk_ref.continuous.lyapunov import best_momentum, weights
from lionk_ref.convex import ConvexFunction, HalfSquare
from lionk_ref.problems import Quadratic

NO_DECAY, NO_DAMPING, NO_ENHANCEMENT = {"lam": 0.0}, {"gamma": 0.0}, {"vareps": 0.0}


def check_minimum(K: ConvexFunction) -> None:
    """F(x) = min_m H(x, m), reached at dK*(lam x): no other momentum is lower."""
    for _, problem, s, r in scenes(K):
        least = objective(K, problem, s.x, r)
        assert close(lyapunov(K, problem, Phase(s.x, best_momentum(K, s.x, r.lam)), r), least)
        assert lyapunov(K, problem, s, r) >= least - 1e-12 * (1 + abs(least))
        assert weights(r).eta > 0


def check_objective() -> None:
    """Eq. (4) and (6) in numbers: K = z^2/2, f = x^2/2 at (3, 5); the rates are 2, 3, 4, 1/6."""
    problem = Quadratic(np.eye(1), np.zeros(1), np.ones(1))
    r, s = Rates(2.0, 3.0, 4.0, 1 / 6), Phase(np.array([3.0]), np.array([5.0]))
    assert close(objective(HalfSquare(), problem, s.x, r), 2 * 4.5 + 0.75 * 72)
    assert close(lyapunov(HalfSquare(), problem, s, r), 63 + 0.3 * (72 + 12.5 - 60))


def check_gradient(K: ConvexFunction) -> None:
    """The gradient of H against central differences of H, extrapolated once."""
    way = Phase(np.array([0.3, -1.0, 0.5, 2.0, -0.7]), np.array([1.1, 0.2, -0.9, 0.4, -1.3]))
    for scene in scenes(K, 3):
        extrapolated = (4 * _slope(scene, way, 5e-5) - _slope(scene, way, 1e-4)) / 3
        assert close(inner(lyapunov_gradient(scene.p, scene.r), way), extrapolated, 1e-6)


def _slope(scene: Scene, way: Phase, h: float) -> float:
    K, problem, s, r = scene

    def H(step: float) -> float:
        moved = Phase(s.x + step * way.x, s.m + step * way.m)
        return float(lyapunov(K, problem, moved, r))

    return (H(h) - H(-h)) / (2 * h)


def gap(K: ConvexFunction, z: Any, y: Any) -> float:
    """FY(z, y), for a y that rounding may have put outside dom K*."""
    return float(K.value(z) + K.projected_conjugate(y) - dot(z, y))


def check_deltas(K: ConvexFunction) -> None:
    """Eq. (10) as sums of Fenchel-Young gaps, which know no inner product of differences."""
    for scene in scenes(K):
        p, r = scene.p, scene.r
        assert close(delta_1(p, r), gap(K, p.m_tilde, r.lam * p.x) + gap(K, p.w, p.u), 1e-9)
        assert close(r.vareps * delta_2(p), gap(K, p.m_tilde, p.v) + gap(K, p.m, p.u), 1e-9)
        growth = 1 + r.vareps * r.lam
        total = (r.lam + r.gamma) * delta_1(p, r) + (1 - r.vareps * r.gamma) * delta_2(p)
        assert close(delta(p, r), total / growth)


def check_implicit_hamiltonian(K: ConvexFunction) -> None:
    """Eq. (11): the parts sum to the gradient; one is orthogonal to V, the other gives -Delta."""
    for scene in scenes(K):
        p, r, v = scene.p, scene.r, scene.v
        parts = split.implicit_hamiltonian(p, r)
        gradient = lyapunov_gradient(p, r)
        assert close(np.concatenate(parts.total), np.concatenate(gradient))
        assert close(inner(parts.hamiltonian, v), 0)
        assert close(inner(parts.descent, v), -delta(p, r))


def check_split(parts: split.Split, v: Phase, gradient: Phase, rate: float) -> None:
    """Eq. (12): the parts sum to the field; one keeps the energy, the other lowers it by rate."""
    assert close(np.concatenate(parts.total), np.concatenate(v))
    assert close(inner(parts.hamiltonian, gradient), 0)
    assert close(inner(parts.descent, gradient), -rate)
    assert rate >= -1e-12


def check_without_decay_split(K: ConvexFunction) -> None:
    """lam = 0: below eq. (13), with the rate that is printed there."""
    for scene in scenes(K, **NO_DECAY):
        p, r = scene.p, scene.r
        parts = split.without_decay_split(K, p, r)
        gradient = split.second_gradient(K, p, r)
        rate = special.second_without_decay_rate(K, p, r)
        check_split(parts, scene.v, gradient, float(rate))
        general = split.hamiltonian_descent(scene.v, gradient)
        assert close(np.concatenate(parts.descent), np.concatenate(general.descent))


def check_without_enhancement_split(K: ConvexFunction) -> None:
    """vareps = 0: Section 3.1, with the rate that is printed there."""
    for scene in scenes(K, **NO_ENHANCEMENT):
        p, r = scene.p, scene.r
        parts = split.without_enhancement_split(p, r)
        rate = special.without_enhancement_rate(p, r)
        check_split(parts, scene.v, lyapunov_gradient(p, r), float(rate))
        assert close(rate, delta(p, r))


def check_special_energies(K: ConvexFunction) -> None:
    """Each form of Section 3.1 is eq. (6) with a coefficient 0."""
    cases = (
        (NO_DECAY, special.without_decay),
        (NO_DAMPING, special.without_damping),
        (NO_ENHANCEMENT, special.without_enhancement),
    )
    for fixed, form in cases:
        for scene in scenes(K, 3, **fixed):
            assert close(form(*scene), lyapunov(*scene))
    for scene in scenes(K, 3, **NO_DECAY):
        assert close(special.without_decay_rate(scene.p, scene.r), delta(scene.p, scene.r))


def falls(energy: Any, scene: Scene, rate: float) -> bool:
    """Whether the energy falls along a short piece of the trajectory at this rate."""
    K, problem, s, r = scene
    flow, h = Flow(K, problem, Coefficients(*r)), 1e-4
    after = march(flow, s, h, 2).end
    slope = (energy(K, problem, after, r) - energy(K, problem, s, r)) / h
    return close(slope, -rate, 1e-2)


def check_second_energy(K: ConvexFunction) -> None:
    """Eq. (13) along the flow: Htilde falls at the rate printed below it."""
    for scene in scenes(K, 3, **NO_DECAY):
        rate = special.second_without_decay_rate(scene.K, scene.p, scene.r)
        assert falls(special.second_without_decay, scene, float(rate))
