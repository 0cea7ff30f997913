"""Checks of the flow, shared by the tests and the mutants."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np

import certified
from exact_k import EXACT, vector
from lionk_ref.arrays import dot
from lionk_ref.certificates import constants
from lionk_ref.continuous import (
    Coefficients,
    Flow,
    Phase,
    Rates,
    betas,
    local,
    march,
    rates,
    solve,
    velocity,
)
from lionk_ref.continuous.descent import Local
from lionk_ref.continuous.lyapunov import weights
from lionk_ref.convex import CATALOGUE, ConvexFunction, HalfSquare
from lionk_ref.discrete import State, explicit
from lionk_ref.problems import Quadratic

F = Fraction
SMOOTH = [K for cls in CATALOGUE.values() for K in cls.examples((5,)) if K.differentiable]
"""The K that Theorem 3.1 is about."""


class Scene(NamedTuple):
    """A K, a problem, a point with lam x inside dom K*, and the coefficients."""

    K: ConvexFunction
    problem: Quadratic
    s: Phase
    r: Rates

    @property
    def p(self) -> Local:
        """The slopes at the point."""
        return local(self.K, self.s, self.problem.gradient(self.s.x), self.r)

    @property
    def v(self) -> Phase:
        """The velocity there."""
        return velocity(self.K, self.s, self.problem.gradient(self.s.x), self.r)


def random_rates(rng: np.random.Generator, **fixed: float) -> Rates:
    """Any coefficients that Theorem 3.1 admits, some of them fixed."""
    alpha, gamma, lam = 10 ** rng.uniform(-0.5, 0.5, 3)
    vareps = rng.uniform(0.05, 0.95) / gamma
    return Rates(alpha, gamma, lam, vareps)._replace(**fixed)


def scenes(K: ConvexFunction, count: int = 5, **fixed: float) -> Iterator[Scene]:
    """Random scenes with this K, on quadratics that need not be convex."""
    for seed in range(count):
        rng = np.random.default_rng([seed, len(repr(K))])
        r = random_rates(rng, **fixed)
        y = 0.9 * K.project_domain(rng.normal(size=5))
        x = y / r.lam if r.lam else rng.normal(size=5)
        problem = certified.random_problem(seed)
        yield Scene(K, problem, Phase(x, rng.normal(size=5)), r)


def close(a: Any, b: Any, tolerance: float = 1e-11) -> bool:
    """|a - b| <= tolerance (1 + |a| + |b|), everywhere, and finite."""
    a, b = np.asarray(a), np.asarray(b)
    near = np.abs(a - b) <= tolerance * (1 + np.abs(a) + np.abs(b))
    return bool(np.all(near & np.isfinite(a) & np.isfinite(b)))


def inner(a: Phase, b: Phase) -> float:
    """The inner product of two pairs."""
    return float(dot(a.x, b.x) + dot(a.m, b.m))


def check_field() -> None:
    """Eq. (3) in exact arithmetic, as the paper prints it, with every exact K."""
    x, m, g = (vector(v) for v in (("1/3", "-1/4"), ("2/5", "-3/2"), ("-7/4", "1/2")))
    alpha, gamma, lam, vareps = r = Rates(F(3, 2), F(1, 2), F(2, 3), F(4, 5))
    for K in EXACT:
        found = velocity(K, Phase(x, m), g, r)
        u = K.subgradient(m - vareps * (alpha * g + gamma * m))
        assert list(found.x) == list(u - lam * x)
        assert list(found.m) == list(-alpha * g - gamma * m)


def check_euler_is_eq_2() -> None:
    """Euler's step is the explicit update, in exact arithmetic, with the betas of the map."""
    x, m = (vector(v) for v in (("1/3", "-1/4"), ("2/5", "-3/2")))
    lr, r = F(1, 50), Rates(F(7, 10), F(7, 10), F(2, 3), F(4, 5))
    for K in EXACT:
        b = betas(r, lr)
        assert (b.beta1, b.beta2) == (1 - F(4, 5) * F(7, 10), 1 - F(7, 500))
        assert rates(b, lr, r.lam) == r
        v = velocity(K, Phase(x, m), 3 * x, r)
        step = explicit(K, State(x, m), 3 * x, lr=lr, beta1=b.beta1, beta2=b.beta2, lam=r.lam)
        assert [list(a) for a in step] == [list(x + lr * v.x), list(m + lr * v.m)]


def linear_flow() -> tuple[Flow, Phase, Any]:
    """Eq. (3) for K = |.|^2/2 and a quadratic is linear: the flow, a start, and its matrix."""
    problem = Quadratic(np.diag([1.0, 3.0]), np.zeros(2), np.array([1.0, -2.0]))
    alpha, gamma, lam, vareps = 1.5, 0.5, 0.75, 0.4
    one, Q = np.eye(2), problem.Q
    rows = [
        [-lam * one - vareps * alpha * Q, (1 - vareps * gamma) * one],
        [-alpha * Q, -gamma * one],
    ]
    coefficients = Coefficients(alpha, gamma, lam, vareps)
    start = Phase(problem.start, np.array([0.5, 1.0]))
    return Flow(HalfSquare(), problem, coefficients), start, np.block(rows)


def exponential(matrix: Any, time: float, start: Phase) -> Any:
    """The matrix exponential times the start, by Taylor's series: the exact trajectory."""
    term = total = np.concatenate(start)
    for n in range(1, 80):
        term = time / n * (matrix @ term)
        total = total + term
    return total


def check_rules(rule: str, order: int) -> None:
    """The error of a rule against the exact trajectory falls with its order."""
    flow, start, matrix = linear_flow()
    exact = exponential(matrix, 2.0, start)
    errors = [
        np.max(np.abs(np.concatenate(march(flow, start, 2.0, steps, rule).end) - exact))
        for steps in (64, 128)
    ]
    assert abs(math.log2(errors[0] / errors[1]) - order) < 0.1


def check_solve() -> None:
    """SciPy's trajectory is the exact one, at every point that it gives."""
    flow, start, matrix = linear_flow()
    path = solve(flow, start, 3.0, rtol=1e-10, atol=1e-12)
    for t, s in zip(path.times, path.points, strict=True):
        assert close(np.concatenate(s), exponential(matrix, t, start), 1e-8)


def check_map_of_energies() -> None:
    """H of Theorem 4.1 times gamma is H of eq. (6), and so are the weights of Delta1."""
    for gamma, lam, vareps, lr in (
        (F(1), F(1), F(1, 10), F(1, 100)),
        (F(2), F(3), F(1, 3), F(1, 7)),
    ):
        r = Rates(gamma, gamma, lam, vareps)
        b = betas(r, lr)
        c, a, _ = constants(lr, b.beta1, b.beta2, lam)
        eta, eta_prime = weights(r)
        assert (gamma * c, gamma * a) == (eta, eta_prime)
