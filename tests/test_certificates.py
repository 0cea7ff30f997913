"""Certified runs: every promise of Theorem 4.1 and its relatives, and what breaks them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

import certified
from helpers import Library
from lionk_ref import L1, L2, DeadZone, HalfSquare, Huber, LionK, LogCosh, Relativistic, certify
from lionk_ref.certificates import Equality, Inequality
from lionk_ref.convex import ConvexFunction
from lionk_ref.discrete import Cosine, State, implicit_lr
from lionk_ref.problems import PROBLEMS, LeastSquares, Minibatch, Quadratic


@pytest.mark.parametrize("scheme", certified.SCHEMES)
@pytest.mark.parametrize("K", certified.KINDS, ids=repr)
def test_every_promise_holds(K: ConvexFunction, scheme: str) -> None:
    """All verdicts hold on indefinite quadratics with random lr, betas and lam."""
    certified.check_certificate(K, scheme)


@pytest.mark.parametrize("wrong", certified.WRONG_OPTIMIZERS)
def test_a_wrong_optimizer_fails(wrong: type[LionK]) -> None:
    """An optimizer that is not eq. (2) breaks the energy balance."""
    with pytest.raises(AssertionError):
        certified.check_certificate(Huber(), "explicit", make=wrong)


def test_the_tolerance_is_rounding() -> None:
    """The energy balance is judged at the level of rounding, not at a comfortable constant."""
    for c in certified.random_runs(Huber(), "implicit"):
        certified.check_equality_is_sharp(c)


def test_float32() -> None:
    """A float32 run: the residual is float32's rounding, at most 1e-5."""
    certified.check_float32()


def test_explicit_and_implicit_agree() -> None:
    """Eq. (15): with the step size converted the two schemes have one certificate."""
    problem, x0, lr, lam = certified.random_problem(1), 0.5 * np.ones(5), 0.125, 1.0
    a = certify(problem, LionK(L2(), lr, lam=lam, scheme="explicit"), x0=x0, steps=20)
    b = certify(problem, LionK(L2(), implicit_lr(lr, lam), lam=lam, scheme="implicit"), x0, 20)
    left, right = a.promises["Theorem 4.1"], b.promises["Theorem 4.1"]
    np.testing.assert_allclose(left.measured, right.measured, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(left.promised, right.promised, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("K", [L1(), HalfSquare(), LogCosh()], ids=repr)
def test_edges_of_the_constants(K: ConvexFunction) -> None:
    """beta1 = beta2, beta1 = 0 and lam = 0 are covered."""
    problem, x0 = certified.random_problem(2), 0.3 * np.ones(5)
    for beta1, beta2, lam in ((0.9, 0.9, 1.0), (0.0, 0.9, 1.0), (0.9, 0.99, 0.0), (0.0, 0.0, 1.0)):
        c = certify(problem, LionK(K, 0.05, beta1, beta2, lam), x0=x0, steps=30)
        assert c.ok, [v for v in c.verdicts if not v.holds]


def test_dead_zone_without_decay() -> None:
    """At lam = 0 DeadZone still has its l1 penalty: argmin K is not the origin alone."""
    from lionk_ref import DeadZone

    c = certify(certified.random_problem(2), LionK(DeadZone(e=0.5), 0.05), np.ones(5), 60)
    assert c.ok, [v for v in c.verdicts if not v.holds]
    assert any(float(p.penalty) > 0.1 for p in c.points)


def test_swapped_betas_are_refused() -> None:
    """beta1 > beta2 has no certificate, and certify says so."""
    with pytest.raises(ValueError, match="no certificate for beta1 > beta2"):
        certify(PROBLEMS["toy"](), LionK(L1(), 0.01, 0.99, 0.9, 1.0))


def test_overshooting_is_refused() -> None:
    """The explicit scheme with lr lam >= 1 has no implicit equal."""
    with pytest.raises(ValueError, match="lr lam < 1"):
        certify(PROBLEMS["toy"](), LionK(L1(), 1.0, lam=1.0))


def test_a_schedule_adds_its_term() -> None:
    """A warm-up raises H between steps, yet the telescoped sum accounts for it."""
    problem = Quadratic.of_spectrum([1.0, 1e-6], seed=0)
    schedule = Cosine(peak=0.2, steps=60, warmup=30)
    c = certify(problem, LionK(L1(), schedule, lam=0.5), x0=np.array([0.1, 1.0]), steps=60)
    assert c.ok, [v for v in c.verdicts if not v.holds]


def test_noise_enters_the_balance() -> None:
    """With minibatches the balance holds only because the noise has a term of its own."""
    problem = LeastSquares.random()
    oracle = Minibatch(problem, batch_size=4, seed=3).gradient
    x0 = problem.x0()
    noisy = certify(problem, LionK(L1(), 0.01, lam=1.0), x0=x0, steps=40, oracle=oracle)
    assert noisy.ok
    assert noisy.residual_max < 1e-12
    change = noisy.promises["Theorem 4.1"].measured
    assert float(np.max(change)) > 0


class Tilt(Quadratic):
    """f(x) = -x, which pushes against one face of the box for ever."""

    @classmethod
    def along_one(cls) -> Tilt:
        return cls(Q=np.zeros((1, 1)), center=np.zeros(1), start=np.zeros(1))

    def f(self, x: Any) -> Any:
        return -x[0]

    def gradient(self, x: Any) -> Any:
        return 0 * x - 1

    def bregman(self, x_next: Any, x: Any) -> Any:
        return 0 * x[0]


def test_a_run_that_never_enters() -> None:
    """f = -x from x = 2 at lam = 1: the distance is (1 + lr)^-t for ever, and H is infinite."""
    c = certify(Tilt.along_one(), LionK(L1(), 0.01, lam=1.0, scheme="implicit"), np.array([2.0]))
    distances = np.array([float(p.distance) for p in c.points])
    np.testing.assert_allclose(distances, 1.01 ** -np.arange(201.0), rtol=1e-12)
    assert c.ok
    huber = certify(Tilt.along_one(), LionK(Huber(), 0.01, lam=1.0), np.array([2.0]), steps=50)
    assert huber.ok
    assert math.isnan(huber.worst("Theorem 4.1"))


def test_rounding_at_the_face_is_no_exit() -> None:
    """Pushed against the face in float32, lam x leaves by an ulp, and phase 1 allows just that."""
    rng = np.random.default_rng(0)
    for _ in range(10):
        lam, lr = 10 ** rng.uniform(-1, 1), 10 ** rng.uniform(-3, -2)
        x0 = np.array([1 / lam], dtype=np.float32)
        c = certify(Tilt.along_one(), LionK(L1(), lr, lam=lam), x0, 150)
        u = 2.0**-24
        assert c.ok
        assert max(float(p.distance) for p in c.points) <= 4 * u * (1 + 1 / (lr * lam))


def test_a_real_exit_is_reported() -> None:
    """A step that leaves the box by more than rounding fails phase 1."""
    c = certify(PROBLEMS["toy"](), certified.NeverDecays(L1(), 0.05, lam=1.0), np.zeros(2), 100)
    assert not next(v for v in c.verdicts if v.name == "phase 1").holds


def test_blocks() -> None:
    """A dict of arrays with a K for each block is certified as one problem."""
    problem, K = certified.blocks_problem()
    c = certify(problem, LionK(K, 0.02, lam=1.0), steps=15)
    assert c.ok
    assert set(c.final.x) == {"W", "b"}


@pytest.mark.parametrize("K", [L1(), L2(), LogCosh()], ids=repr)
def test_every_library(library: Library, K: ConvexFunction) -> None:
    """The certificate is Array API throughout, and writes to nothing that it is given."""
    problem = certified.random_problem(0).to(library.xp, library.xp.float64, library.device)
    x0 = library.make([0.5, -0.25, 0.0, 0.75, -0.5])
    c = certify(problem, LionK(K, 0.0625, lam=1.0), x0=x0, steps=5)
    twin = certify(certified.random_problem(0), LionK(K, 0.0625, lam=1.0),
                   x0=np.array([0.5, -0.25, 0.0, 0.75, -0.5]), steps=5)  # fmt: skip
    assert c.ok
    assert c.gap == pytest.approx(twin.gap, rel=1e-12)


def test_summary_is_the_row_of_the_report() -> None:
    """The row has exactly the promised fields."""
    c = certify(PROBLEMS["toy"](), LionK(L1(), 0.02, lam=1.0), steps=5)
    assert list(c.summary()) == [
        "K", "scheme", "problem", "backend", "dtype", "steps", "residual_max", "slack_min",
        "phase_1_slack_min", "telescoped_slack", "final_gap", "ok",
    ]  # fmt: skip


def test_without_smoothness_no_theorem() -> None:
    """Rosenbrock has no L: the equality is certified, Theorem 4.1 is not claimed."""
    c = certify(PROBLEMS["rosenbrock"](), LionK(L1(), 0.001, lam=0.1), steps=20)
    assert c.ok
    assert "Theorem 4.1" not in c.promises
    assert isinstance(c.promises["energy balance"], Equality)
    assert isinstance(c.promises["phase 1"], Inequality)


def test_steps_and_states_are_handed_over() -> None:
    """The final state is that of minimize; there are steps + 1 points."""
    problem, lion = PROBLEMS["toy"](), LionK(L1(), 0.02, lam=1.0)
    c = certify(problem, lion, steps=7)
    expected: State = lion.minimize(problem, problem.x0(), 7)
    np.testing.assert_array_equal(c.final.x, expected.x)
    assert len(c.points) == 8


def test_a_conjugate_below_zero() -> None:
    """K* may be negative: the tolerances are made of sizes."""
    from lionk_ref.convex import Translated

    K = Translated(L1(), np.array([0.5, -1.0, 0.0, 2.0, 1.0]))
    c = certify(certified.random_problem(4), LionK(K, 0.05, lam=1.0), x0=0.5 * np.ones(5), steps=40)
    assert c.ok, [v for v in c.verdicts if not v.holds]
    assert min(float(p.penalty) for p in c.points) < -0.1


@pytest.mark.parametrize("lam", [0.125, 1.0, 8.0])
def test_the_allowance_outside_is_in_units_of_x(lam: float) -> None:
    """The distance of lam x is divided by lam before it is weighed with |m_tilde|.

    Rescaling x by lam, f and lr with it, leaves lam x alone and multiplies H by 1/lam.
    """
    one = _entering(1.0).promises["first bracket"]
    other = _entering(lam).promises["first bracket"]
    np.testing.assert_allclose(other.measured * lam, one.measured, rtol=1e-9, atol=1e-15)
    np.testing.assert_allclose(other.tolerance * lam, one.tolerance, rtol=1e-2)


def _entering(lam: float) -> Any:
    """A Huber run from just outside the box, with lr lam, lam x and the gradients fixed."""
    center = np.array([0.5, -0.25]) / lam
    problem = Quadratic(Q=lam * np.eye(2), center=center, start=center)
    lion = LionK(Huber(), 0.0625 / lam, lam=lam, scheme="implicit")
    return certify(problem, lion, x0=np.array([1.0 + 2.0**-20, 0.5]) / lam, steps=3)


def test_u_may_round_out_of_the_ball() -> None:
    """In float32 |dK(m_tilde)|_2 may exceed 1, which Delta1 then feels times dK*(lam x')."""
    rng = np.random.default_rng(6)
    far = Quadratic(Q=1e3 * np.eye(7), center=1e2 * rng.normal(size=7), start=np.zeros(7))
    lion = LionK(Relativistic(), 0.09, 0.64, 0.76, lam=4.5)
    c = certify(far, lion, x0=rng.normal(size=7).astype(np.float32), steps=60)
    assert c.ok, [v for v in c.verdicts if not v.holds]


def test_a_run_among_the_subnormals() -> None:
    """Where x decays through the last floats of float32, rounding is absolute."""
    flat = Quadratic(Q=1e-3 * np.eye(3), center=np.zeros(3), start=np.zeros(3))
    lion = LionK(DeadZone(e=0.01), 0.5, 0.07, 0.66, lam=1.0)
    x0 = np.array([3, -1, 2], np.float32) * np.finfo(np.float32).smallest_normal
    c = certify(flat, lion, x0=x0, steps=80)
    assert c.ok, [v for v in c.verdicts if not v.holds]
