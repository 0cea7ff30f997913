"""Each misprint fails, each correction holds; the numbers of the errata are derived again here."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import exact_k
from lionk_ref.certificates import certify, constants, printed_constants
from lionk_ref.certificates.judgement import Inequality
from lionk_ref.certificates.quantities import point, quantities
from lionk_ref.certificates.theorem_4_1 import theorem_4_1
from lionk_ref.convex import L1, L2, ConvexFunction, HalfSquare, Huber, Lp, TopK
from lionk_ref.discrete import InverseSquareRoot, LionK, State, Step, implicit, look_ahead
from lionk_ref.paper import ERRATA, Claim, Erratum, errata_theorem_4_1
from lionk_ref.paper.errata_table_2 import printed_lp, printed_top_k
from lionk_ref.paper.exact_lion import ExactStep
from lionk_ref.problems import Quadratic

F = Fraction
USERS = ("quantities", "theorem_4_1", "telescope", "smooth_descent")
"""The modules of ``certificates`` that take ``constants``."""


@pytest.mark.parametrize("erratum", ERRATA, ids=lambda e: f"erratum-{e.number}")
def test_evidence(erratum: Erratum) -> None:
    """No printed claim holds, every corrected one does, and there are some of both."""
    printed, correct = erratum.evidence()
    assert [str(c) for c in printed if c.holds] == []
    assert [str(c) for c in correct if not c.holds] == []
    assert printed
    assert correct


def test_numbers() -> None:
    """The errata are numbered without a gap."""
    assert [e.number for e in ERRATA] == list(range(1, len(ERRATA) + 1))


@pytest.mark.parametrize("relation", ["=", "<=", "<", ">=", ">"])
def test_claims_can_fail(relation: str) -> None:
    """A claim holds for the right order of its sides only, and never for NaN."""
    orders = {"=": {0}, "<=": {-1, 0}, "<": {-1}, ">=": {0, 1}, ">": {1}}[relation]
    for left in (-1, 0, 1):
        assert Claim("", F(left), relation, F(0)).holds == (left in orders)
    assert not Claim("", float("nan"), relation, 0.0).holds


# Errata 1 to 3.


def test_the_counterexample_of_theorem_4_1() -> None:
    """H at both ends, written out with the numbers of the step and nothing else."""
    x, m, x_next, m_next = F(1, 2), F(1, 20), F(49, 101), F(89, 2000)
    assert x_next * (1 + F(1, 100)) == x - F(1, 100)

    def change(c: Fraction) -> Fraction:
        return x_next**2 / 2 + c * m_next * (1 - x_next) - x**2 / 2 - c * m * (1 - x)

    delta_1 = (-1 - x_next) * F(-1, 200)
    delta_2 = (-1 - 1) * (F(-1, 200) - m_next)
    curvature = F(1, 100) ** 2 * (-1 - x_next) ** 2 / 2
    sides = {
        how: (change(k.c), -F(1, 100) * (k.a * delta_1 + k.b * delta_2) + curvature)
        for how, k in (("right", constants(F(1, 100), F(9, 10), F(99, 100), 1)),
                       ("printed", printed_constants(F(1, 100), F(9, 10), F(99, 100), 1)))
    }  # fmt: skip
    assert sides["right"] == (F(-506337, 56105500), F(-506337, 56105500))
    assert sides["printed"] == (F(-800031, 4488440), F(-40667043, 44884400))
    step = errata_theorem_4_1.COUNTEREXAMPLE
    printed = printed_constants(*step.settings)
    assert (step.change(printed.c), step.bound(printed.a, printed.b)) == sides["printed"]


def rational_steps(n: int, seed: int = 0) -> Iterator[ExactStep]:
    """Random steps of Lion in one dimension, inside the box, beta1 < beta2."""
    rng = random.Random(seed)
    for _ in range(n):
        beta1, beta2 = sorted(rng.sample(range(1, 100), 2))
        lr, lam = F(rng.randint(1, 40), 100), F(rng.randint(1, 30), 10)
        x, m = F(rng.randint(-20, 20), 20) / lam, F(rng.randint(-20, 20), 20)
        L = F(rng.randint(0, 30), 10)
        yield ExactStep(x, m, lr, F(beta1, 100), F(beta2, 100), lam, L)


def test_exact_steps_are_the_librarys() -> None:
    """The hand-written step lands where eq. (15) of the library does, on Fractions."""
    for s in rational_steps(50):
        lr, beta1, beta2, lam = s.settings
        x, g = exact_k.vector([s.x]), exact_k.vector([s.L * s.x])
        before: Any = State(x, exact_k.vector([s.m]))
        K: Any = exact_k.L1()
        after = implicit(K, before, g, lr=lr, beta1=beta1, beta2=beta2, lam=lam)  # type: ignore[arg-type]
        assert (after.x[0], after.m[0]) == (s.x_next, s.m_next)


def test_theorem_4_1_in_fractions() -> None:
    """Corrected it holds on every step; as printed, or with one misprint only, it fails on many."""
    steps = list(rational_steps(200))
    failed = dict.fromkeys(["", "c", "a", "b", "cab"], 0)
    for s, wrong in itertools.product(steps, failed):
        right, printed = constants(*s.settings), printed_constants(*s.settings)
        c, a, b = (getattr(printed if n in wrong else right, n) for n in "cab")
        failed[wrong] += s.change(c) > s.bound(a, b)
    assert failed.pop("") == 0
    assert failed.pop("cab") > 100
    assert min(failed.values()) > 20


def random_step(rng: Any) -> Inequality:
    """Theorem 4.1 as the library judges it, for one random step of some smooth or kinked K."""
    K = rng.choice([L1(), Huber(), TopK(k=2), L2(), HalfSquare()])
    f = Quadratic.of_spectrum(rng.uniform(-0.5, 2, 3).tolist(), seed=int(rng.integers(1000)))
    lr, lam, beta2 = 10 ** rng.uniform(-3, -0.5), 10 ** rng.uniform(-1, 0.5), rng.uniform(0.3, 1)
    lion = LionK(K, float(lr), float(beta2 * rng.uniform()), float(beta2), float(lam), "implicit")
    before = State(K.project_domain(rng.standard_normal(3)) / lam, rng.standard_normal(3))
    g = f.gradient(before.x)
    step = Step(0, lion.lr_at(0), before, g, lion.step(before, g))
    start, end = (point(K, f, s, lion.lam) for s in (before, step.after))
    return theorem_4_1(quantities(lion, f, step, start, end))


def violations(n: int = 100) -> tuple[float, float]:
    """The share of random steps beyond their tolerance, and the worst slack relative to size."""
    rng = np.random.default_rng(0)
    steps = [random_step(rng) for _ in range(n)]
    beyond = [bool(s.slack < -s.tolerance) for s in steps]
    worst = min(float(s.slack / (abs(s.measured) + abs(s.promised))) for s in steps)
    return sum(beyond) / n, worst


def print_constants(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the library use the constants as printed."""
    for name in USERS:
        monkeypatch.setattr(f"lionk_ref.certificates.{name}.constants", printed_constants)


def test_random_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the printed constants most random steps break the theorem, and by far."""
    assert violations()[0] == 0
    print_constants(monkeypatch)
    share, worst = violations()
    assert share > 0.5
    assert worst < -1e-2


@pytest.mark.parametrize("K", [L1(), Lp(p=3.0), TopK(k=1), Huber()], ids=repr)
def test_certify(monkeypatch: pytest.MonkeyPatch, K: ConvexFunction) -> None:
    """A run from within the domain is certified, and refused with the printed constants."""
    lion = LionK(K, lr=0.01, lam=0.25)
    assert certify(Quadratic.toy(), lion, steps=20).ok
    print_constants(monkeypatch)
    verdicts = {v.name: v.holds for v in certify(Quadratic.toy(), lion, steps=20).verdicts}
    assert not verdicts["energy balance"]
    assert not verdicts["Theorem 4.1"]


# Errata 4 and 5.


def test_phase_1_exponent() -> None:
    """Pushed outwards from outside, dist(lam x_t) = dist(lam x_s)/(1 + lr lam)^(t - s) exactly."""
    lr, lam = F(1, 7), F(2, 3)
    x, xs = F(5), []
    for _ in range(6):
        xs.append(lam * x - 1)
        x = (x + lr) / (1 + lr * lam)
    for (s, before), (t, after) in itertools.combinations(enumerate(xs), 2):
        assert after == before * (1 / (1 + lr * lam)) ** (t - s)
        assert (1 / (1 + lr * lam)) ** (s - t) > 1


def test_telescoped_range() -> None:
    """Summed over t = 0..T-1 the drifts bound Delta on every run; over 1..T not on all."""
    failed = 0
    for s in rational_steps(60, seed=1):
        run = [s, s.next(), s.next().next(), s.next().next().next()]
        c, a, b = constants(*s.settings)
        delta = sum(a * s.delta_1 + b * s.delta_2 for s in run[:-1]) / 3
        fallen = -sum(s.change(c) for s in run[:-1]) / (3 * s.lr)
        right, wrong = (s.L * s.lr / 6 * sum(s.drift**2 for s in p) for p in (run[:-1], run[1:]))
        assert delta <= fallen + right
        failed += delta > fallen + wrong
    assert failed > 0


# Errata 6, 10 and 12: Table 2.


GRID = np.array(list(itertools.product((-6.0, -1.0, -0.5, 0.0, 0.5, 1.0, 6.0), repeat=3)))


def sum_of_largest(z: Any, k: int) -> Any:
    """Table 2, line 4, by sorting; of each row."""
    return np.sum(np.sort(np.abs(z))[..., -k:], axis=-1)


def is_subgradient(u: Any, z: Any, k: int) -> bool:
    """K(y) >= K(z) + <u, y - z> at every y of the grid, which reaches further than any z."""
    return bool(np.all(sum_of_largest(GRID, k) >= sum_of_largest(z, k) + (GRID - z) @ u))


def test_top_k() -> None:
    """Erratum 6: the printed direction is never a subgradient; >= is none at ties; ours is one."""
    for z in map(np.array, itertools.product((-2.0, -1.0, 0.0, 1.0, 3.0), repeat=3)):
        for k in (1, 2):
            largest = np.sort(np.abs(z))[-k]
            assert is_subgradient(TopK(k).subgradient(z), z, k)
            assert is_subgradient(printed_top_k(z, k), z, k) == (largest == 0)
            kept = np.sign(z) * (np.abs(z) >= largest)
            assert is_subgradient(kept, z, k) == (np.count_nonzero(kept) <= k)


def test_huber_box_is_closed() -> None:
    """Erratum 10: sup_z z y - huber_e(z) stays at e/2 on the edge y = 1, and grows beyond it."""
    e, far = 3.0, [np.array([10.0**k]) for k in range(1, 6)]
    gains = [[float(z[0] * y - Huber(e).value(z)) for z in far] for y in (1.0, 1.5)]
    assert gains[0] == pytest.approx([e / 2] * 5, rel=1e-10)
    assert np.all(np.diff(gains[1]) > 0.4 * np.diff(np.concatenate(far)))
    assert float(Huber(e).conjugate(np.array([1.0]))) == e / 2


@pytest.mark.parametrize("p", [1.25, 2.0, 3.0])
def test_lp_agrees_where_the_print_is_defined(p: float) -> None:
    """Erratum 12: of ordinary size the two formulas are one, at any scale ours stays the same."""
    z = np.array([3.0, -1.0, 0.0, 0.5])
    u = Lp(p).subgradient(z)
    assert u == pytest.approx(printed_lp(z, p), rel=1e-14)
    for scale in (2.0**-1000, 2.0**1000):
        assert np.array_equal(Lp(p).subgradient(scale * z), u)
        assert p == 1.25 or not np.allclose(printed_lp(scale * z, p), u)
    assert np.array_equal(Lp(p).subgradient(0 * z), 0 * z)
    assert np.all(np.isnan(printed_lp(0 * z, p)))


# Errata 7, 11 and 14: Sections 1, 2 and 5.


def test_euler_step_of_the_flow() -> None:
    """Erratum 7: one Euler step of eq. (3), alpha = gamma, is eq. (2) with two different betas."""
    lr, gamma, vareps = F(1, 50), F(3, 2), F(1, 5)
    x, m, g = F(1), F(-2), F(4)
    dm = -gamma * g - gamma * m
    m_tilde, m_next = m + vareps * dm, m + lr * dm
    beta1, beta2 = 1 - vareps * gamma, 1 - lr * gamma
    s: Any = State(x, m)
    assert look_ahead(s, g, beta1=beta1) == m_tilde  # type: ignore[arg-type]
    assert beta2 * m - (1 - beta2) * g == m_next
    assert look_ahead(s, g, beta1=beta2) != m_tilde  # type: ignore[arg-type]


def test_example_2_2() -> None:
    """Erratum 11: K*(lam x) is finite for |x| <= 1/lam, and min over m of H is alpha f there."""
    for lam, x in itertools.product((0.5, 1.0, 2.0), (0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 4.0)):
        finite = np.isfinite(L1().conjugate(np.array([lam * x])))
        assert finite == (x <= 1 / lam)
    lam, eta, alpha, ms = 0.5, 0.75, 3.0, np.linspace(-4, 4, 65)
    for x in (-2.0, -1.0, 0.5, 2.0):
        H = alpha * x**2 + eta * (np.abs(ms) - lam * x * ms)
        assert H.min() == alpha * x**2 != x**2


@pytest.mark.parametrize(("lam", "loss"), [(0.65, 0.0), (0.7, 1 / 196), (1.5, 25 / 36)])
def test_figure_1(lam: float, loss: float) -> None:
    """Erratum 14: Lion's own loss on the toy is 0 at lam = 0.65 > 0.6, and rises beyond 2/3."""
    lion = LionK(L1(), InverseSquareRoot(0.05, warmup=4), lam=lam)
    toy = Quadratic.toy()
    x = lion.minimize(toy, toy.x0(), 3000).x
    assert float(toy.f(x)) == pytest.approx(loss, abs=lion.lr_at(3000))


@pytest.mark.parametrize(("p", "convex"), [(0.5, False), (0.9, False), (1.0, True), (1.5, True)])
def test_small_p_is_not_convex(p: float, convex: bool) -> None:
    """Erratum 14: for p < 1 the middle of two unit vectors is longer than they are."""
    assert (2 * 0.5**p) ** (1 / p) <= 1 if convex else (2 * 0.5**p) ** (1 / p) > 1.05


# Errata 8, 9, 13, 15 and 16: Section 3.


def test_argument_of_the_conjugate() -> None:
    """Erratum 8: the least value of K*(y) + K(m) - lam x m over m is 0 for y = lam x, not y = x."""
    K, lam, x, ms = HalfSquare(), 2.0, 1.5, np.linspace(-4, 4, 65)
    K_star = {y: float(K.conjugate(np.array([y]))) for y in (x, lam * x)}
    coupling = min(float(K.value(np.array([m]))) - lam * x * m for m in ms)
    assert K_star[lam * x] + coupling == 0
    assert K_star[x] + coupling < -1


def test_slope_without_weight() -> None:
    """Erratum 16: the energy of accelerated mirror descent has its rate with r/t before both terms.

    For f = x^2/2 and K = z^2/2 it is t^2/r f + r z^2/2, and its rate (2 t/r - 2 t) f.
    """
    t, r, x, z = F(3), F(2), F(1, 2), F(-2, 3)

    def rate(velocity: Fraction) -> Fraction:
        return t * x * x / r + t * t / r * x * velocity + r * z * (-t / r * x)

    assert rate(r / t * (z - x)) == (t / r - t) * x * x
    assert rate(z - r / t * x) != (t / r - t) * x * x


def test_limit_without_decay() -> None:
    """Errata 8 and 13: sup_z x z - K(z)/lam tends to <dK*(0), x> if min K = 0, else to infinity."""
    zs = np.linspace(-3, 3, 6001)

    def quotient(lam: float, least: float) -> float:
        return float(np.max(zs - ((zs - 1) ** 2 / 2 + least) / lam))

    assert [quotient(lam, 0) for lam in (0.1, 0.01)] == pytest.approx([1.05, 1.005], abs=1e-3)
    assert [quotient(lam, 1) for lam in (0.1, 0.01)] == pytest.approx([-8.95, -98.995], abs=1e-3)


def test_equation_14_is_the_flow() -> None:
    """Erratum 9: for f = h x^2/2, K = m^2/2 the matrix of (3) has (14) as its own polynomial."""
    alpha, gamma, lam, vareps, h = F(7, 5), F(3, 5), F(2, 5), F(1, 5), F(3)
    (p, q), (r, s) = (-lam - vareps * alpha * h, 1 - vareps * gamma), (-alpha * h, -gamma)
    assert -(p + s) == lam + gamma + vareps * alpha * h
    assert p * s - q * r == gamma * lam + alpha * h


@pytest.mark.parametrize(
    ("K", "strict"),
    [(L1(), False), (TopK(), False), (Huber(), True), (HalfSquare(), True)],
    ids=repr,
)
def test_strictly_monotone(K: ConvexFunction, strict: bool) -> None:
    """Erratum 15: dK* increases strictly inside dom K* where K is smooth, and not for Lion."""
    rng = np.random.default_rng(2)
    ys = 0.3 * rng.uniform(-1, 1, (20, 2, 3))
    turns = [(K.conjugate_subgradient(y) - K.conjugate_subgradient(z)) @ (y - z) for y, z in ys]
    assert (min(turns) > 0) == strict
    assert min(turns) >= 0
