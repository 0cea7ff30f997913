"""The problem that each K turns Lion-K into, solved by a conic solver instead."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cvxpy as cp
import numpy as np
import pytest

from lionk_ref import (
    L1,
    L2,
    DeadZone,
    GroupL2,
    HalfSquare,
    Huber,
    LInf,
    LionK,
    LogCosh,
    Lp,
    TopK,
    WeightedL1,
)  # fmt: skip
from lionk_ref.certificates import frank_wolfe_gap
from lionk_ref.convex import ConvexFunction
from lionk_ref.discrete import InverseSquareRoot
from lionk_ref.problems import Quadratic

LAM = 0.8

Model = Callable[[Any], tuple[Any, list[Any]]]

MODELS: list[tuple[ConvexFunction, Model]] = [
    (L1(), lambda y: (0, [cp.norm_inf(y) <= 1])),
    (WeightedL1(0.5), lambda y: (0, [cp.norm_inf(y) <= 0.5])),
    (L2(), lambda y: (0, [cp.norm2(y) <= 1])),
    (LInf(), lambda y: (0, [cp.norm1(y) <= 1])),
    (Lp(3.0), lambda y: (0, [cp.pnorm(y, 1.5) <= 1])),
    (TopK(2), lambda y: (0, [cp.norm_inf(y) <= 1, cp.norm1(y) <= 2])),
    (GroupL2(2), lambda y: (0, [cp.norm2(y[:2]) <= 1, cp.norm2(y[2:]) <= 1])),
    (DeadZone(0.3), lambda y: (0.3 * cp.norm1(y), [cp.norm_inf(y) <= 1])),
    (Huber(0.3), lambda y: (0.15 * cp.sum_squares(y), [cp.norm_inf(y) <= 1])),
    (HalfSquare(2.0), lambda y: (cp.sum_squares(y) / 4, [])),
    (LogCosh(0.3), lambda y: (0.15 * cp.sum(-cp.entr(1 + y) - cp.entr(1 - y)), [])),
]  # fmt: skip


@pytest.mark.parametrize(("K", "model"), MODELS, ids=[repr(K) for K, _ in MODELS])
def test_lion_k_reaches_the_conic_optimum(K: ConvexFunction, model: Model) -> None:
    """F at the end is within its Frank-Wolfe gap of the solver's optimum, and not below it."""
    problem = Quadratic.of_spectrum([2.0, 1.0, 0.5, 0.25], seed=4)
    x = cp.Variable(4)
    penalty, constraints = model(LAM * x)
    f = cp.quad_form(x - problem.center, cp.psd_wrap(problem.Q)) / 2
    best = cp.Problem(cp.Minimize(f + penalty / LAM), constraints).solve(solver="CLARABEL")
    lion = LionK(K, InverseSquareRoot(0.1, warmup=10), lam=LAM, scheme="implicit")
    end = lion.minimize(problem, np.zeros(4), 3000).x
    inside = K.project_domain(LAM * end) / LAM
    F = float(problem.f(inside) + K.conjugate(LAM * inside) / LAM)
    gap = float(frank_wolfe_gap(K, problem.gradient(inside), inside, LAM))
    assert -1e-6 <= F - best <= gap + 1e-6
    assert gap < 0.1
