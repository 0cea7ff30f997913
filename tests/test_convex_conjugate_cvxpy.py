"""K*, the projections and the subgradients of least norm against a conic solver.

The solver is told only what K is, in its own words; a K without an entry in ``MODELS`` is judged
by the other tests alone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cvxpy as cp
import numpy as np
import pytest

from convex_probe import SIZE, Probe, label
from lionk_ref.convex import CATALOGUE, Scaled

TOLERANCE = 2e-6
"""Clarabel stops at a duality gap of 1e-8; an optimal point is as good as the root of a few."""


def groups(K: Any, z: Any) -> list[Any]:
    """The consecutive pieces of z."""
    return [z[i : i + K.size] for i in range(0, SIZE, K.size)]


def weights(K: Any, count: int) -> Any:
    """One weight for each."""
    return np.broadcast_to(np.asarray(K.weights), (count,))


MODELS: dict[str, Callable[[Any, Any], Any]] = {
    "half_square": lambda K, z: K.c / 2 * cp.sum_squares(z),
    "l1": lambda K, z: cp.norm1(z),
    "weighted_l1": lambda K, z: weights(K, SIZE) @ cp.abs(z),
    "l2": lambda K, z: cp.norm2(z),
    "lp": lambda K, z: cp.pnorm(z, K.p),
    "linf": lambda K, z: cp.norm_inf(z),
    "top_k": lambda K, z: cp.sum_largest(cp.abs(z), K.k),
    "group_l2": lambda K, z: sum(
        w * cp.norm2(g) for w, g in zip(weights(K, -(-SIZE // K.size)), groups(K, z), strict=True)
    ),
    "dead_zone": lambda K, z: cp.sum(cp.pos(cp.abs(z) - K.e)),
    "huber": lambda K, z: cp.sum(cp.huber(z, K.e)) / (2 * K.e),
    "pseudo_huber": lambda K, z: (
        sum(cp.norm2(cp.hstack([z[i], K.e])) for i in range(SIZE)) - SIZE * K.e
    ),
    "log_cosh": lambda K, z: (
        K.e * (cp.sum(cp.logistic(2 * z / K.e)) - cp.sum(z) / K.e - SIZE * np.log(2))
    ),
    "elastic_net": lambda K, z: cp.norm1(z) + K.c / 2 * cp.sum_squares(z),
    "relativistic": lambda K, z: cp.norm2(cp.hstack([z, K.e])) - K.e,
    "power": lambda K, z: cp.sum(cp.power(cp.abs(z), K.p)) / K.p,
    "asymmetric_box": lambda K, z: cp.sum(cp.maximum(K.low * z, K.high * z)),
    "cosh": lambda K, z: cp.sum(cp.exp(z) + cp.exp(-z)) / 2 - SIZE,
    "sorted_l1": lambda K, z: sum(
        (w - after) * cp.sum_largest(cp.abs(z), k + 1)
        for k, (w, after) in enumerate(zip(K.weights[:SIZE], (*K.weights[1:SIZE], 0), strict=True))
    ),
    "scaled": lambda K, z: K.c * model(K.K, z),
    "dilated": lambda K, z: model(K.K, K.c * z),
}


def model(K: Any, z: Any) -> Any:
    """K(z) as the solver's expression."""
    return MODELS[K.key](K, z)


MODELLED = [K for key, cls in CATALOGUE.items() if key in MODELS for K in cls.examples((SIZE,))]
MODELLED += [Scaled(K, 2.5) for K in MODELLED if K.key in ("lp", "log_cosh", "dead_zone")]


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
    probe, rng = Probe(K), np.random.default_rng(41)
    ys = [rng.normal(size=SIZE), np.resize([1.0, -0.25, 0.0], SIZE), np.eye(SIZE)[0]]
    edge = [probe.vector("project_domain", 4 * y) for y in ys]
    inside = [0.5 * p for p in edge] + [0.9 * p for p in edge]
    outside = [1.5 * p for p in edge if probe.scalar("distance_to_domain", 1.5 * p) > 0.1]
    return inside, outside


def check_conjugate(K: Any) -> None:
    """K* is the supremum inside the domain; outside both are infinite."""
    inside, outside = dual_points(K)
    for y, supremal in zip(inside, supremum(K, inside), strict=True):
        ours = Probe(K).scalar("conjugate", y)
        assert abs(ours - supremal) <= TOLERANCE * (1 + abs(ours)), f"{ours}, solver {supremal}"
    assert np.isinf(supremum(K, outside)).all()
    assert np.isinf(Probe(K).values("conjugate", outside)).all()


@pytest.mark.parametrize("K", MODELLED, ids=label)
def test_conjugate(K: Any) -> None:
    """Inside and outside of the domain."""
    check_conjugate(K)


@pytest.mark.parametrize("K", MODELLED, ids=label)
def test_value(K: Any) -> None:
    """The solver's K is ours: its expression has our value."""
    for z in Probe(K).moderate:
        ours = Probe(K).scalar("value", z)
        assert abs(model(K, cp.Constant(z)).value - ours) <= 1e-9 * (1 + ours)


def polar(K: Any, v: Any) -> list[Any]:
    """dom K* of a positively homogeneous K, in the solver's words."""
    return DOMAINS[K.key](K, v)


DOMAINS: dict[str, Callable[[Any, Any], list[Any]]] = {
    "l1": lambda K, v: [cp.abs(v) <= 1],
    "weighted_l1": lambda K, v: [cp.abs(v) <= weights(K, SIZE)],
    "l2": lambda K, v: [cp.norm2(v) <= 1],
    "lp": lambda K, v: [cp.pnorm(v, K.q) <= 1],
    "linf": lambda K, v: [cp.norm1(v) <= 1],
    "top_k": lambda K, v: [cp.norm1(v) <= K.k, cp.abs(v) <= 1],
    "group_l2": lambda K, v: [
        cp.norm2(g) <= w for w, g in zip(weights(K, -(-SIZE // K.size)), groups(K, v), strict=True)
    ],
    "asymmetric_box": lambda K, v: [v >= K.low, v <= K.high],
    "sorted_l1": lambda K, v: [
        cp.sum_largest(cp.abs(v), k + 1) <= sum(K.weights[: k + 1]) for k in range(SIZE)
    ],
}
HOMOGENEOUS = [K for K in MODELLED if K.key in DOMAINS]


def check_projection(K: Any) -> None:
    """The projection is the nearest point that the solver finds."""
    v, y = cp.Variable(SIZE), cp.Parameter(SIZE)
    problem = cp.Problem(cp.Minimize(cp.sum_squares(v - y)), polar(K, v))
    for y.value in [np.random.default_rng(42).normal(size=SIZE), np.resize([2.0, -2.0, 0.1], SIZE)]:
        problem.solve(solver=cp.CLARABEL)
        assert np.allclose(Probe(K).vector("project_domain", y.value), v.value, atol=1e-4)


@pytest.mark.parametrize("K", HOMOGENEOUS, ids=label)
def test_projection(K: Any) -> None:
    """A quadratic program for each."""
    check_projection(K)


def check_least_norm(K: Any) -> None:
    """subgradient(z) is the shortest v in dom K* with <v, z> = K(z)."""
    v, z, k = cp.Variable(SIZE), cp.Parameter(SIZE), cp.Parameter()
    problem = cp.Problem(cp.Minimize(cp.sum_squares(v)), [*polar(K, v), v @ z >= k])
    for z.value in [np.array([1.0, -1, 1, 0, 0, 0.5]), np.array([1.0, 0, 0, -1, 0, 0])]:
        k.value = Probe(K).scalar("value", z.value) * (1 - 1e-9)
        problem.solve(solver=cp.CLARABEL)
        u = Probe(K).vector("subgradient", z.value)
        assert np.allclose(u, v.value, atol=1e-3), f"{u}, solver {v.value}"


@pytest.mark.parametrize("K", HOMOGENEOUS, ids=label)
def test_least_norm(K: Any) -> None:
    """With ties and zeros. Along a curved edge the solver's slack 1e-9 moves v by its root."""
    check_least_norm(K)
