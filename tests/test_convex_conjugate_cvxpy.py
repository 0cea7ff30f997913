"""K*, the projections and the subgradients of least norm against a conic solver.

The solver is told only what K is, in its own words (`conic_models`). Every K of the catalogue is
judged, or there is a reason on file why it cannot be.
"""

from __future__ import annotations

from typing import Any

import cvxpy as cp
import numpy as np
import pytest

from conic_models import DOMAINS, MODELS, NEAREST, NO_MODEL, model, polar, probe, without_model
from convex_probe import SIZE, label
from lionk_ref.convex import (
    CATALOGUE,
    GroupL2,
    HalfSquare,
    HalfSquaredNorm,
    Huber,
    LogSumExp,
    MoreauEnvelope,
    Nuclear,
    Scaled,
    Sum,
    TopK,
    Translated,
)

TOLERANCE = 2e-6
"""Clarabel stops at a duality gap of 1e-8; an optimal point is as good as the root of a few."""

MODELLED = [K for key, cls in CATALOGUE.items() if key in MODELS for K in cls.examples((SIZE,))]
MODELLED += [Scaled(K, 2.5) for K in MODELLED if K.key in ("lp", "log_cosh", "dead_zone")]
MODELLED += [
    *(Sum(GroupL2(size=3), HalfSquare(c=0.5)), MoreauEnvelope(TopK(k=2), mu=0.5)),
    HalfSquaredNorm(Nuclear()),
    Translated(Huber(e=0.5), np.linspace(-1, 1, SIZE)),
]


def test_every_k_is_judged() -> None:
    """A K of the catalogue has a model or a reason why it has none, never both."""
    assert without_model(CATALOGUE) == []
    assert NO_MODEL.keys() <= CATALOGUE.keys() - MODELS.keys()
    norms = {key for key, K in CATALOGUE.items() if K.examples()[0].positively_homogeneous}
    assert DOMAINS.keys() == norms - NO_MODEL.keys()


def test_a_k_that_nobody_judges_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """A new key is listed until it has a model or a reason; an empty reason is none."""
    assert without_model(["l1", "new"]) == ["new"]
    monkeypatch.setitem(NO_MODEL, "new", "")
    assert without_model(["new"]) == ["new"]
    monkeypatch.setitem(NO_MODEL, "new", "not convex in the cones of the solver")
    assert without_model(["new"]) == []


def supremum(K: Any, ys: list[Any]) -> list[float]:
    """sup_z <y, z> - K(z) at each y, by the solver; inf where it finds no bound."""
    z, y = cp.Variable(SIZE), cp.Parameter(SIZE)
    problem = cp.Problem(cp.Maximize(y @ z - model(K, z)))
    found = []
    for y.value in ys:
        problem.solve(solver=cp.CLARABEL)
        found.append(float(problem.value))
    return found


def dual_points(K: Any) -> tuple[list[Any], list[Any]]:
    """Points well inside dom K*, and points well outside where there are any."""
    asked, rng = probe(K), np.random.default_rng(41)
    ys = [rng.normal(size=SIZE), np.resize([1.0, -0.25, 0.0], SIZE), np.eye(SIZE)[0]]
    edge = [asked.vector("project_domain", 4 * y) for y in ys]
    inside = [0.5 * p for p in edge] + [0.9 * p for p in edge]
    outside = [1.5 * p for p in edge if asked.scalar("distance_to_domain", 1.5 * p) > 0.1]
    return inside, outside


def check_conjugate(K: Any) -> None:
    """K* is the supremum inside the domain; outside both are infinite."""
    inside, outside = dual_points(K)
    for y, supremal in zip(inside, supremum(K, inside), strict=True):
        ours = probe(K).scalar("conjugate", y)
        assert np.isfinite(supremal)
        assert np.isclose(ours, supremal, TOLERANCE, TOLERANCE), f"{ours}, solver {supremal}"
    assert np.isinf(supremum(K, outside)).all()
    assert np.isinf(probe(K).values("conjugate", outside)).all()


@pytest.mark.parametrize("K", MODELLED, ids=label)
def test_conjugate(K: Any) -> None:
    """Inside and outside of the domain."""
    check_conjugate(K)


@pytest.mark.parametrize("K", MODELLED, ids=label)
def test_value(K: Any) -> None:
    """The solver's K is ours: its expression has our value."""
    tolerance = TOLERANCE if K.key in NEAREST else 1e-9
    for z in probe(K).moderate:
        ours = probe(K).scalar("value", z)
        assert abs(model(K, cp.Constant(z)).value - ours) <= tolerance * (1 + ours)


def check_simplex() -> None:
    """The softmax, whose K* is finite on the simplex only: on it, at its edge, and off it."""
    K, z, y = LogSumExp(e=0.5), cp.Variable(SIZE), cp.Parameter(SIZE)
    ours = K.e * (cp.log_sum_exp(z / K.e) - np.log(SIZE))
    program = cp.Problem(cp.Maximize(y @ z - ours), [cp.sum(z) == 0])
    on = [np.full(SIZE, 1 / SIZE), np.arange(1.0, SIZE + 1) / 21, np.eye(SIZE)[2]]
    off = [np.array([1.25, -0.25, 0, 0, 0, 0]), np.array([0.5, 0.5, 0.5, -0.5, 0, 0])]
    for y.value in on + off:
        supremal = program.solve(solver=cp.CLARABEL)
        assert np.isclose(K.conjugate(y.value), supremal, rtol=0, atol=TOLERANCE)


def test_simplex() -> None:
    """K(z + t) = K(z) + t, so that the sum of z is free where that of y is 1."""
    check_simplex()


HOMOGENEOUS = [K for K in MODELLED if K.key in DOMAINS]


def check_projection(K: Any) -> None:
    """The projection is the nearest point that the solver finds."""
    v, y = cp.Variable(SIZE), cp.Parameter(SIZE)
    problem = cp.Problem(cp.Minimize(cp.sum_squares(v - y)), polar(K, v))
    for y.value in [np.random.default_rng(42).normal(size=SIZE), np.resize([2.0, -2.0, 0.1], SIZE)]:
        problem.solve(solver=cp.CLARABEL)
        assert np.allclose(probe(K).vector("project_domain", y.value), v.value, atol=1e-4)


@pytest.mark.parametrize("K", HOMOGENEOUS, ids=label)
def test_projection(K: Any) -> None:
    """A quadratic program for each."""
    check_projection(K)


FACES = [np.array([1.0, -1, 1, 0, 0, 0.5]), np.array([1.0, 0, 0, -1, 0, 0])]
"""Directions with ties and zeros; as matrices, of rank 2 and 1."""


def check_least_norm(K: Any) -> None:
    """subgradient(z) is the shortest v in dom K* with <v, z> = K(z)."""
    v, z, k = cp.Variable(SIZE), cp.Parameter(SIZE), cp.Parameter()
    problem = cp.Problem(cp.Minimize(cp.sum_squares(v)), [*polar(K, v), v @ z >= k])
    for z.value in FACES:
        k.value = probe(K).scalar("value", z.value) * (1 - 1e-9)
        problem.solve(solver=cp.CLARABEL)
        u = probe(K).vector("subgradient", z.value)
        assert np.allclose(u, v.value, atol=1e-3), f"{u}, solver {v.value}"


@pytest.mark.parametrize("K", [K for K in HOMOGENEOUS if K.key != "ellipsoid"], ids=label)
def test_least_norm(K: Any) -> None:
    """With ties and zeros. Along a curved edge the solver's slack 1e-9 moves v by its root.

    In what that slack leaves of an ellipsoid the solver finds no interior: `test_only_maximiser`.
    """
    check_least_norm(K)


def check_only_maximiser(K: Any) -> None:
    """subgradient(z) is where <v, z> is largest in dom K*: its one point where dom K* is round."""
    v, z = cp.Variable(SIZE), cp.Parameter(SIZE)
    problem = cp.Problem(cp.Maximize(v @ z), polar(K, v))
    for z.value in FACES:
        problem.solve(solver=cp.CLARABEL)
        u = probe(K).vector("subgradient", z.value)
        assert np.allclose(u, v.value, atol=1e-3), f"{u}, solver {v.value}"


@pytest.mark.parametrize(
    "K", [K for K in HOMOGENEOUS if K.key in ("ellipsoid", "l2", "lp", "schatten")], ids=label
)
def test_only_maximiser(K: Any) -> None:
    """For the norms that are differentiable away from 0."""
    check_only_maximiser(K)
