"""What a certificate says of dom K*: u is in it, lam x enters it and stays, each up to rounding."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from lionk_ref import L1, GroupL2, Huber, LionK, Lp, Nuclear, certify
from lionk_ref.arrays import precise
from lionk_ref.convex import ConvexFunction, LogSumExp, Schatten
from lionk_ref.discrete import State
from lionk_ref.problems import MatrixSensing, Quadratic
from test_certificates import Tilt


class Jumps(L1):
    """sign(0) = 5."""

    def subgradient(self, z: Any) -> Any:
        return np.where(z == 0, 5.0, np.sign(z))


class Completes(GroupL2):
    """Ones for a group of zeros."""

    def subgradient(self, z: Any) -> Any:
        u = super().subgradient(z)
        return np.where((u == 0) & (z == 0), 1.0, u)

    def project_domain(self, y: Any) -> Any:
        return GroupL2(self.size).project_domain(y)


class Invents(Nuclear):
    """U V' of all singular pairs, those of 0 three times as long."""

    def subgradient(self, z: Any) -> Any:
        U, s, V = np.linalg.svd(z, full_matrices=False)
        return (U * np.where(s > 1e-12 * max(s.max(), 1e-300), 1.0, 3.0)) @ V

    def project_domain(self, y: Any) -> Any:
        return Nuclear().project_domain(y)


def blind_to_some() -> dict[str, tuple[Any, ConvexFunction]]:
    """Problems with a gradient that is 0 in some directions, and K that are wrong there only."""
    flat = Quadratic(np.diag([2.0, 2.0, 0.0, 0.0]), 0.5 * np.ones(4), np.zeros(4))
    rng = np.random.default_rng(0)
    A = rng.normal(size=(20, 3, 3)) * np.array([1.0, 1.0, 0.0]) * np.array([[1.0], [1.0], [0.0]])
    sensing = MatrixSensing(A, rng.normal(size=20))
    return {
        "L1": (flat, Jumps()),
        "GroupL2": (flat, Completes(size=2)),
        "Nuclear": (sensing, Invents()),
    }


@pytest.mark.parametrize("name", ["L1", "GroupL2", "Nuclear"])
def test_a_subgradient_outside_the_domain(name: str) -> None:
    """Where the momentum is 0 eq. (8) holds for every u: only the domain tells it is wrong."""
    problem, K = blind_to_some()[name]
    c = certify(problem, LionK(K, lr=0.01, lam=1.0), steps=30)
    assert not next(v for v in c.verdicts if v.name == "u in dom K*").holds


class Overshoots(L1):
    """A sign that is too large by one part in 10^10."""

    def subgradient(self, z: Any) -> Any:
        return (1 + 1e-10) * super().subgradient(z)


def test_a_subgradient_a_little_outside() -> None:
    """In float64 the domain tells 10^-10 from rounding."""
    c = certify(Tilt.along_one(), LionK(Overshoots(), lr=0.01, lam=1.0), steps=5)
    assert not next(v for v in c.verdicts if v.name == "u in dom K*").holds


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("K", [Lp(p=30.0), Lp(p=1000.0), Schatten(p=100.0)], ids=repr)
def test_large_powers_round(K: ConvexFunction, dtype: str) -> None:
    """An l_p takes powers p - 1 of rounded ratios, and u rounds as often."""
    for size, steps in ((6, 30), (100, 5)):
        rng = np.random.default_rng(size)
        Q, center = np.diag(np.linspace(0.1, 1, size)), rng.normal(size=size)
        x0 = rng.normal(size=size).astype(dtype)
        c = certify(Quadratic(Q, center, center), LionK(K, lr=0.05, lam=1.0), x0, steps)
        assert c.ok, [v for v in c.verdicts if not v.holds]


@pytest.mark.parametrize("p", [1.0001, 100.0, 1000.0])
def test_a_point_of_the_sphere_is_its_own_projection(p: float) -> None:
    """Of a thousand entries, most of them so small that a power of theirs is no float."""
    u = precise(Lp(p).subgradient(np.random.default_rng(0).normal(size=1000)))
    assert float(Lp(p).distance_to_domain((1 + 2.0**-45) * u)) < 2.0**-40


def test_a_run_that_starts_just_outside() -> None:
    """Ten times as far out as rounding can hold lam x, a step is not yet inside."""
    lr, lam, unit = 0.125, 1.0, 2.0**-53
    drift = 4 * unit * (1 + 1 / (lr * lam))
    for times, inside in ((10.0, False), (0.5, True)):
        lion = LionK(Huber(), lr, lam=lam, scheme="implicit")
        c = certify(Tilt.along_one(), lion, np.array([1 + times * drift]), steps=1)
        assert c.ok
        assert bool(c.promises["Theorem 4.1"].applies[0]) == inside  # type: ignore[union-attr]


def test_distances_round_too() -> None:
    """Where lam x is small and far from dom K*, the nearest point rounds, and the distance."""
    for seed in range(10):
        rng = np.random.default_rng(seed)
        lion = LionK(LogSumExp(), 1e-3, 0.5, 0.9, lam=0.001)
        flat = Quadratic(1e-3 * np.eye(6), np.zeros(6), np.zeros(6))
        c = certify(flat, lion, 1e-3 * rng.normal(size=6), steps=12)
        assert next(v for v in c.verdicts if v.name == "phase 1").holds


class Oozes(LionK):
    """A wrong optimizer: x' is too large by one part in 10^11."""

    def step(self, s: State, g: Any, t: int | None = None) -> State:
        after = super().step(s, g, t)
        return State((1 + 1e-11) * after.x, after.m)


def test_a_small_exit_is_reported() -> None:
    """In float64 phase 1 tells 10^-11 from rounding."""
    c = certify(Tilt.along_one(), Oozes(L1(), 0.01, lam=1.0), np.array([1.0]), steps=20)
    assert not next(v for v in c.verdicts if v.name == "phase 1").holds
