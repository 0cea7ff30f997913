"""Certificates on line against the full one, on honest runs, and on steps that are wrong."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import summed
from lionk_ref import L1, AsymmetricBox, CertifiedRun, LionK, Nuclear, certify
from lionk_ref.convex import ConvexFunction, Huber, LogSumExp
from lionk_ref.discrete import Cosine, InverseSquareRoot, State
from summed import by, check, honest, run_of

FLOATS = pytest.mark.parametrize("dtype", [np.float32, np.float64], ids=["float32", "float64"])
SCHEMES = pytest.mark.parametrize("scheme", ["explicit", "implicit"])
EVERY_K = pytest.mark.parametrize("K", summed.KINDS, ids=repr)


@FLOATS
@SCHEMES
@EVERY_K
def test_against_the_full_certificate(K: ConvexFunction, scheme: str, dtype: Any) -> None:
    """The same run, certified from its arrays: the same sides, within the derived tolerances."""
    check_against_full(K, scheme, dtype)


def check_against_full(K: ConvexFunction, scheme: str, dtype: Any) -> None:
    """Each side of each promise that both certificates make; Delta2 is larger in the full one."""
    run = run_of(K, scheme, dtype, by(honest))
    lam, promises = run.optimizer.lam, run.promises
    x0 = start(K, dtype)
    exact = summed.problem(24)
    full = certify(exact, run.optimizer, x0=x0, steps=20).promises
    pairs = [
        ("Fenchel-Young", full["energy balance"].measured, "measured", 1.0),
        ("first bracket", full["first bracket"].measured, "measured", lam),
        ("first bracket", full["first bracket"].promised, "promised", lam),
        ("second bracket", full["second bracket"].measured, "measured", 1.0),
        ("second bracket", full["second bracket"].promised, "promised", 1.0),
    ]
    for name, wanted, side, factor in pairs:
        theirs = full.get(name, full["energy balance"]).tolerance
        apart = np.abs(getattr(promises[name], side) - factor * wanted)
        assert np.all(apart <= promises[name].tolerance + factor * theirs), (name, side)
    theorem = promises["Theorem 4.1"]
    room = theorem.tolerance + full["Theorem 4.1"].tolerance
    # The full one takes the curvature of the quadratic itself, which is at most L.
    assert np.all(theorem.promised >= full["Theorem 4.1"].promised - room)
    check(run)


def start(K: ConvexFunction, dtype: Any) -> Any:
    """Where `summed.run_of` begins."""
    rng = np.random.default_rng(24)
    return (0.9 * K.project_domain(3 * rng.normal(size=24)) / 0.5).astype(dtype)


@FLOATS
@SCHEMES
@EVERY_K
def test_honest_runs_hold(K: ConvexFunction, scheme: str, dtype: Any) -> None:
    """Long ones, with lr falling, from inside and from far outside."""
    falling = InverseSquareRoot(0.1, warmup=5)
    for lr, scale in ((0.02, 0.5), (falling, 1.0), (Cosine(0.1, steps=400), 8.0)):
        run = run_of(K, scheme, dtype, by(honest), lr=lr, scale=scale, steps=100, lam=0.7)
        check(run)
        assert run.steps == 100
        assert run.promises["energy balance"].measured.shape == (100,)


@SCHEMES
def test_outside_is_said_to_be_outside(scheme: str) -> None:
    """Nothing infinite, nothing of part 2 held there, and judged as soon as the run is inside."""
    run = run_of(L1(), scheme, np.float64, by(honest), scale=8.0, steps=200)
    first = run.inside.index(True)
    assert 10 < first < 200
    assert run.inside == [t >= first for t in range(200)]
    assert run.promises["Theorem 4.1"].applies.tolist() == run.inside
    assert "200 steps, first at step" in str(run)
    short = run_of(L1(), scheme, np.float64, by(honest), scale=8.0, steps=10)
    assert str(short).startswith("outside dom K* at all 10 steps")
    verdicts = {v.name: v for v in short.verdicts}
    assert verdicts["Theorem 4.1"].steps == verdicts["telescoped"].steps == 0
    assert verdicts["phase 1"].steps == 9
    assert "inf" not in str(short)


def test_a_run_does_not_come_inside_because_lr_falls() -> None:
    """The rounding that a step could hold up grows as 1/lr; what is outside stays outside."""
    check_never_inside()


def check_never_inside() -> None:
    """From far outside, with a step size that is soon too small to get anywhere."""
    run = run_of(
        L1(), "explicit", np.float32, by(honest), scale=8.0, steps=40, lr=lambda t: 0.1 / 4**t
    )
    check(run)
    assert not any(run.inside)
    assert not any(run.promises["Theorem 4.1"].applies)


def test_without_f_what_needs_no_f_is_judged() -> None:
    """And no more; with f at some steps, Theorem 4.1 at these."""
    run = run_of(Huber(), "explicit", np.float64, by(honest), with_f=False)
    names = ["phase 1", "energy balance", "subgradient", "position"]
    assert list(run.promises) == [*names, "first bracket", "second bracket"]
    lion, s = LionK(L1(), 0.1, lam=1.0), State(np.zeros(3), np.zeros(3))
    run = CertifiedRun(lion, s)
    for t, curvature in enumerate((None, 1.0)):
        f, g = float(np.sum(s.x)), np.ones(3)
        sums = by(honest)(lion, s, g, t)
        values = (f, float(np.sum(s.x))) if curvature else ()
        run.add(sums, *values, curvature=curvature)
    assert run.promises["Theorem 4.1"].applies.tolist() == [False, True]
    check(run)


def test_the_telescoped_sum_is_that_of_the_theorem() -> None:
    """H_0 - H_T, with (c_next - c) FY(m', lam x') where lr falls: the slow way, by energies."""
    schedule = InverseSquareRoot(0.1, warmup=2)
    lion = LionK(Huber(), schedule, lam=0.5, scheme="implicit")
    full = certify(summed.problem(24), lion, x0=start(Huber(), np.float64), steps=20)
    run = run_of(Huber(), "implicit", np.float64, by(honest), lr=schedule)
    row = run.promises["telescoped"]
    slack = np.cumsum(run.promises["Theorem 4.1"].slack)
    time = np.cumsum([schedule(t) for t in range(20)])
    np.testing.assert_allclose(row.slack, slack / time, rtol=1e-9)
    assert row.promised[-1] >= full.promises["telescoped"].promised[-1] - 1e-12
    assert row.measured[-1] <= full.promises["telescoped"].measured[-1] + 1e-12


def swaps(lion: LionK, s: State, g: Any, t: int) -> State:
    """A wrong step: beta1 and beta2 change places."""
    wrong = LionK(lion.K, lion.lr, lion.beta2, lion.beta1, lion.lam, lion.scheme)
    return wrong.step(s, g, t)


def decays_more(lion: LionK, s: State, g: Any, t: int) -> State:
    """A wrong step: its decay is off by 1 %."""
    return LionK(lion.K, lion.lr, lam=1.01 * lion.lam, scheme=lion.scheme).step(s, g, t)


def steps_less(lion: LionK, s: State, g: Any, t: int) -> State:
    """A wrong step: its lr is off by 1 %."""
    return LionK(lion.K, 0.99 * lion.lr_at(t), lam=lion.lam, scheme=lion.scheme).step(s, g, t)


def drifts(lion: LionK, s: State, g: Any, t: int) -> State:
    """A wrong step: its momentum is off, by 10^-3 in float32 and 10^-9 in float64."""
    after = lion.step(s, g, t)
    off = s.x.dtype.type(1e-3 if s.x.dtype == np.float32 else 1e-9)
    return State(after.x, after.m + off * after.m)


def looks_from_next(lion: LionK, s: State, g: Any, t: int) -> State:
    """A wrong step: m_tilde is made of the next momentum."""
    after = lion.step(s, g, t)
    return State(lion.step(State(s.x, after.m), g, t).x, after.m)


WRONG = (swaps, decays_more, steps_less, drifts)


@FLOATS
@SCHEMES
@pytest.mark.parametrize("wrong", WRONG, ids=lambda move: move.__name__)
@EVERY_K
def test_wrong_steps_are_caught(K: ConvexFunction, wrong: Any, scheme: str, dtype: Any) -> None:
    """Without f: by the equalities alone."""
    assert not run_of(K, scheme, dtype, by(wrong), with_f=False, steps=25).ok


@SCHEMES
@EVERY_K
def test_a_wrong_look_ahead_is_caught(K: ConvexFunction, scheme: str) -> None:
    """In float64: for a norm like l2 it turns u by less than float32 can tell in the worst case."""
    assert not run_of(K, scheme, np.float64, by(looks_from_next), with_f=False, steps=60).ok


def test_a_wrong_f_is_caught() -> None:
    """f that is not L-smooth, or g that is not its gradient."""
    lion, s = LionK(L1(), 0.1, lam=0.5), State(np.full(3, 0.1), np.zeros(3))
    run = CertifiedRun(lion, s, L=1.0)
    x = s.x.copy()
    sums = by(honest)(lion, s, -x, 0)
    run.add(sums, float(x @ x) / 2, float(s.x @ s.x) / 2)
    assert {v.name for v in run.verdicts if not v.holds} >= {"smoothness", "Theorem 4.1"}


def check_tight() -> None:
    """Steps in one dimension, f = x^2/2: Theorem 4.1 is an equality but for FY(m_tilde, dK(m'))."""
    for x, m, left in ((0.5, 0.0, 0.0), (0.5, 0.05, 0.01)):
        lion = LionK(L1(), 0.01, lam=1.0, scheme="implicit")
        s = State(np.array([x]), np.array([m]))
        run = CertifiedRun(lion, s, L=1.0)
        sums = by(honest)(lion, s, s.x.copy(), 0)
        run.add(sums, x * x / 2, float(s.x[0]) ** 2 / 2)
        slack = float(run.promises["Theorem 4.1"].slack[0])
        assert abs(slack - 0.01 * 100 / 11 * left) < 1e-12
        check(run)


def test_theorem_4_1_is_tight() -> None:
    """So that a and b cannot be larger."""
    check_tight()


def test_what_is_left_of_a_nan() -> None:
    """A NaN fails every promise that it reaches, and so does a run that overflowed."""
    lion, s = LionK(L1(), 0.1, lam=0.5, backend="core"), State(np.zeros(3), np.zeros(3))
    run = CertifiedRun(lion, s)
    sums = by(honest)(lion, s, np.ones(3), 0)
    run.add(sums._replace(K_m_tilde=np.nan, fy_tilde_x=np.nan))
    assert not run.ok
    run = CertifiedRun(lion, s)
    run.add(sums._replace(K_m_next=np.inf, fy_m_next_u=np.inf))
    assert not run.ok
    assert "FAILED" in str(run)
    assert not CertifiedRun(lion, s).ok


def test_what_has_no_certificate_on_line_is_refused() -> None:
    """With the reason and what to do."""
    s = State(np.ones((2, 2)), np.zeros((2, 2)))
    with pytest.raises(ValueError, match=r"beta1 > beta2: got beta1=0.9, beta2=0.5"):
        CertifiedRun(LionK(L1(), 0.1, beta2=0.5, lam=1.0), s)
    with pytest.raises(ValueError, match=r"lam = 0 .* Certify a run with lionk_ref.certify"):
        CertifiedRun(LionK(L1(), 0.1), s)
    for K in (LogSumExp(), AsymmetricBox(low=0.0)):
        with pytest.raises(ValueError, match=r"no rounding for .*lionk_ref.certify"):
            CertifiedRun(LionK(K, 0.1, lam=1.0), s)
    lion = LionK(L1(), lambda t: 0.1 * (t != 1), lam=1.0)
    run, sums = CertifiedRun(lion, s), summed.sums_of(lion, s, s.x, lion.step(s, s.x, 0))
    with pytest.raises(ValueError, match=r"f on both sides or none, got f=1.0, f_next=None"):
        run.add(sums, 1.0)
    with pytest.raises(ValueError, match=r"needs a bound: CertifiedRun\(..., L=...\)"):
        run.add(sums, 1.0, 1.0)
    with pytest.raises(ValueError, match=r"Step 1 has lr = 0"):
        run.add(sums, t=1)
    assert run.steps == 0


@pytest.mark.parametrize("lr", [0.02, 0.2])
def test_other_k(lr: float) -> None:
    """Blocks, singular values, a lopsided box; the gauge of a matrix is its largest one."""
    for K in (Nuclear(), AsymmetricBox()):
        lion, rng = LionK(K, lr, lam=0.5), np.random.default_rng(3)
        b, s = 3 * rng.normal(size=(4, 3)), State(np.zeros((4, 3)), np.zeros((4, 3)))
        run = CertifiedRun(lion, s, L=1.0)
        for t in range(50):
            f = float(np.sum((s.x - b) ** 2)) / 2
            sums = by(honest)(lion, s, s.x - b, t)
            run.add(sums, f, float(np.sum((s.x - b) ** 2)) / 2)
        check(run)
