"""The certificate of Theorem 3.1: it holds where the theorem does, and sees what is wrong."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import certified_flows as checks
import flows
from helpers import Library, to_numpy
from lionk_ref.certificates import FlowCertificate, certify_continuous
from lionk_ref.certificates.flow_path import Watched
from lionk_ref.certificates.flow_point import flow_point
from lionk_ref.certificates.judgement import Equality, Inequality
from lionk_ref.certificates.theorem_3_1 import descent, kkt_residual, phase_1
from lionk_ref.continuous import Coefficients, Phase, Rates
from lionk_ref.convex import CATALOGUE, L1, Blocks, ConvexFunction, HalfSquare, Huber, LogCosh
from lionk_ref.problems import PROBLEMS, Quadratic

DIFFERENTIABLE = [
    key for key, cls in CATALOGUE.items() if any(K.differentiable for K in cls.examples((2,)))
]
TOY = Quadratic.toy()


@pytest.mark.parametrize("problem", checks.PROBLEM_NAMES)
@pytest.mark.parametrize("key", DIFFERENTIABLE)
def test_every_k_and_problem(key: str, problem: str) -> None:
    """Every promise holds, most of the trajectory is judged, and the equality is exact."""
    checks.check_case(key, problem)


def test_the_differentiable_k_are_there() -> None:
    """At least these; none with a kink."""
    smooth = {"half_square", "huber", "log_cosh", "pseudo_huber", "relativistic", "cosh", "power"}
    assert smooth <= set(DIFFERENTIABLE)
    assert not {"l1", "l2", "lp", "top_k", "dead_zone", "nuclear"} & set(DIFFERENTIABLE)


@pytest.mark.parametrize("fixed", [{}, {"lam": 0.0}, {"gamma": 0.0}, {"vareps": 0.0}], ids=repr)
def test_random_coefficients(fixed: dict[str, float]) -> None:
    """Any coefficients, with each of lam, gamma and vareps also at 0."""
    checks.check_random(**fixed)


def test_the_edge_of_the_theorem() -> None:
    """vareps gamma = 1: eta = 0, the momentum does not enter H = F."""
    c = certify_continuous(TOY, LogCosh(), Coefficients(1.0, 2.0, 1.0, 0.5), time=4.0)
    assert c.ok
    assert all(flows.close(p.H, p.F) for p in c.points)


def test_it_converges() -> None:
    """Part 3: on the toy the KKT residual of F is gone at the end, and x is the minimiser."""
    c = certify_continuous(TOY, Huber(e=0.5), Coefficients(lam=0.5, vareps=0.1), time=60.0)
    assert c.kkt[0] > 1
    assert c.kkt[1] < 1e-8
    # 2 (x - 1.5) + e lam x = 0
    assert flows.close(c.points[-1].at.x, [3 / 2.25, 0.0], 1e-8)


def test_kkt_residual() -> None:
    """|alpha g + gamma dK*(lam x)| by hand: |2 * 3 + 0.5 * (4 * 0.25)/2|."""
    line = Quadratic(np.eye(1), np.array([-2.75]), np.zeros(1))
    s, r = Phase(np.array([0.25]), np.zeros(1)), Rates(2.0, 0.5, 4.0, 0.1)
    p = flow_point(HalfSquare(c=2.0), line, 0.0, s, r, np.zeros(()))
    assert float(kkt_residual(p)) == 6.25


def test_a_stiff_flow() -> None:
    """An implicit integrator may be named; its steps are judged alike."""
    K, problem = LogCosh(e=0.02), PROBLEMS["rosenbrock"]()
    c = certify_continuous(
        problem, K, Coefficients(vareps=0.1), time=0.5, method="Radau", rtol=1e-6, atol=1e-8,
    )  # fmt: skip
    assert c.ok, c.verdicts


def test_phase_1_is_tight() -> None:
    """Huber, far in its linear part and pushed outward: the distance is exp(-lam t) exactly."""
    away = Quadratic(np.eye(1), np.array([100.0]), np.array([2.0]))
    start = Phase(np.array([2.0]), np.array([50.0]))
    c = certify_continuous(away, Huber(), Coefficients(vareps=0.1), start=start, time=3.0)
    assert c.ok
    measured = float(c.points[-1].values.distance)
    assert abs(measured - math.exp(-3.0)) < 1e-7
    assert c.summary()["steps_inside"] == 0
    assert math.isnan(c.residual_max())


def test_phase_1_fails_for_a_slower_decay() -> None:
    """A distance that falls at the rate lam/2 breaks the promise."""
    r, zero = Rates(1.0, 1.0, 1.0, 0.0), np.zeros(())
    pair = [
        flow_point(
            Huber(), TOY, t, Phase(np.array([1 + math.exp(-t / 2), 0.0]), np.zeros(2)), r, zero
        )
        for t in (0.0, 1.0)
    ]
    error = Watched(np.full(2, 1e-9), np.full(2, 1e-9), zero)
    found = phase_1(*pair, error)
    assert float(found.slack + found.tolerance) < -0.2


@pytest.mark.parametrize("wrong", checks.WRONG, ids=lambda wrong: wrong.__name__)
def test_a_wrong_formula_fails(
    wrong: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each mistake in the field, in H or in Delta breaks a promise."""
    checks.check_sensitive()
    wrong(monkeypatch)
    with pytest.raises(AssertionError):
        checks.check_sensitive()


def test_average() -> None:
    """The average of Delta times the time is H at the start minus H at the end."""
    c = certify_continuous(TOY, LogCosh(), Coefficients(vareps=0.3, lam=0.4), time=6.0)
    average = c.promises["average of Delta"]
    assert isinstance(average, Inequality)
    fallen = float(c.points[0].H - c.points[-1].H)
    assert abs(6.0 * float(average.measured[0]) - fallen) < 1e-8
    assert float(average.promised[0]) >= float(average.measured[0]) - 1e-8


def test_the_average_falls_like_one_over_the_time() -> None:
    """Four times the time: at most about a quarter of the average, and half of it at least."""
    averages = []
    for time in (10.0, 40.0):
        c = certify_continuous(TOY, LogCosh(), Coefficients(vareps=0.3, lam=0.4), time=time)
        averages.append(float(c.promises["average of Delta"].measured[0]))
    assert averages[1] < 0.26 * averages[0]


def test_the_descent_on_every_library(library: Library) -> None:
    """The equality at a point, on arrays of any library."""
    r = Rates(1.5, 0.5, 0.75, 0.4)
    problem = TOY.to(library.xp, library.make([0.0]).dtype, library.device)
    s = Phase(library.make([0.5, -1.0]), library.make([1.0, 0.3]))
    p = flow_point(LogCosh(), problem, 0.0, s, r, library.make(0.0))
    found = descent(p)
    assert isinstance(found, Equality)
    assert float(to_numpy(found.residual)) < 1e-15
    assert float(to_numpy(found.measured)) < -0.1


def test_blocks() -> None:
    """A dict of arrays, a K for each block."""

    class Pair(Quadratic):
        def gradient(self, x: Any) -> Any:
            return {"a": 2 * (x["a"] - 1.5), "b": 2 * x["b"]}

        def f(self, x: Any) -> Any:
            return np.sum((x["a"] - 1.5) ** 2) + np.sum(x["b"] ** 2)

        def to(self, *_: Any) -> Any:
            return self

    K = Blocks({"a": LogCosh(e=0.5), "b": HalfSquare()})
    start = {"a": np.array([-0.8]), "b": np.array([[1.6]])}
    rest = {name: np.zeros_like(a) for name, a in start.items()}
    problem = Pair(TOY.Q, TOY.center, TOY.start)
    c = certify_continuous(problem, K, start=Phase(start, rest), time=3.0, name="pair")
    assert c.ok
    assert c.problem == "pair"


@pytest.mark.parametrize(
    ("K", "coefficients", "message"),
    [
        (L1(), Coefficients(), "needs a differentiable K, got L1().*LogCosh"),
        (Huber(), Coefficients(gamma=2.0, vareps=0.6), "vareps gamma <= 1, got vareps=0.6"),
        (Huber(), Coefficients(alpha=lambda t: t), "constant coefficients"),
    ],
)
def test_errors(K: ConvexFunction, coefficients: Coefficients, message: str) -> None:
    """Where the theorem does not apply the certificate says why."""
    with pytest.raises(ValueError, match=message):
        certify_continuous(TOY, K, coefficients)


def test_summary() -> None:
    """The row of report.json has plain numbers."""
    c: FlowCertificate = certify_continuous(TOY, LogCosh(), time=3.0)
    row = c.summary()
    assert row["scheme"] == "flow"
    assert row["ok"] is True
    assert row["residual_max"] < 1e-12
    assert row["steps_inside"] < row["steps"] == len(c.points) - 1
    assert all(type(value) in (str, float, int, bool) for value in row.values())
    assert "lionk_ref.certificates.certify_continuous" in sys.modules
