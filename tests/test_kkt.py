"""The proximal point of K*, and the KKT residual made of it.

p is the proximal point of t K* at v exactly when z = (v - p)/t is in dK*(p), that is when K(z) +
K*(p) = <z, p>, eq. (7). A rounding of p by u |v| moves z by u |v|/t, from some z' with p in dK(z')
to one with another slope w; as K(z) <= K(z') + <w, z - z'>, that opens a gap of <w - p, z - z'> at
most. The rest is the rounding of the three terms, as in `test_convex_fenchel_young`.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

import cvxpy as cp
import numpy as np
import pytest

from convex_probe import SIZE, Probe, each_probe, every_probe, label
from helpers import MAKERS
from lionk_ref.certificates import frank_wolfe_gap, kkt_residual
from lionk_ref.convex import (
    L1,
    L2,
    Blocks,
    Cosh,
    DeadZone,
    ElasticNet,
    HalfSquare,
    HalfSquaredNorm,
    Huber,
    LInf,
    LogCosh,
    LogSumExp,
    Lp,
    MoreauEnvelope,
    Nuclear,
    NuclearHuber,
    Power,
    PseudoHuber,
    Relativistic,
    Spectral,
    Sum,
    SupportFunction,
    TopK,
    Translated,
)
from lionk_ref.convex.base import ConvexFunction
from lionk_ref.problems import Quadratic
from test_optimum_cvxpy import LAM, MODELS, Model

C = 32
TINY = 1e-36

MORE: list[tuple[ConvexFunction, tuple[int, ...]]] = [
    (HalfSquaredNorm(Nuclear()), (2, 3)),
    (Power(p=1.2), (SIZE,)),
    (Power(p=6.0), (SIZE,)),
    (Spectral(TopK(2)), (2, 3)),
    (Spectral(PseudoHuber()), (3, 2)),
    (Spectral(HalfSquaredNorm(LInf())), (2, 3)),
    (MoreauEnvelope(HalfSquare(2.0), 0.5, prox=lambda z, mu: z / (1 + 2 * mu)), (SIZE,)),
    (Sum(L2(), HalfSquare(c=2.0)), (SIZE,)),
    (SupportFunction(lambda y: np.clip(y, -1.0, 2.0)), (SIZE,)),
]
"""What no probe of the catalogue covers."""


def conjugate_prox(probe: Probe, v: Any, step: float) -> Any:
    """What K answers, as a vector, checked for library, dtype, shape and aliasing."""
    stepped = replace(probe, K=AtStep(probe.K, step))
    return stepped.vector("conjugate_prox", v)


class AtStep:
    """A K asked for its proximal points at one step."""

    def __init__(self, K: ConvexFunction, step: float) -> None:
        self.K, self.step = K, step

    def conjugate_prox(self, v: Any) -> Any:
        """K's own."""
        return self.K.conjugate_prox(v, self.step)


def check_proximal(probe: Probe, step: float = 1.0) -> None:
    """K(z) + K*(p) = <z, p> at z = (v - p)/step, and p is in dom K*."""
    for v in probe.points:
        p = conjugate_prox(probe, v, step)
        assert np.isfinite(p).all(), f"p = {p} at v = {v}"
        z = (v - p) / step
        assert abs(gap(probe, z, p)) <= tolerance(probe, v, p, z, step), f"p = {p} at v = {v}"
        assert probe.scalar("distance_to_domain", p) <= C * probe.u * np.abs(v).sum()


def gap(probe: Probe, z: Any, p: Any) -> float:
    """K(z) + K*(p) - <z, p>; 0 where K(z) or K*(p) overflows."""
    terms = probe.scalar("value", z) + probe.scalar("projected_conjugate", p)
    if not np.isfinite(terms):
        assert max(np.abs(z).max(), np.abs(p).max()) > 80, f"{terms} at z = {z}, p = {p}"
        return 0.0
    return float(terms - z @ p)


def tolerance(probe: Probe, v: Any, p: Any, z: Any, step: float) -> float:
    """The rounding of the three terms, and <w - p, z - z'> for the w in dK(z)."""
    terms = probe.scalar("value", z) + probe.scalar("projected_conjugate", p)
    with np.errstate(over="ignore"):
        beside = np.abs(probe.vector("subgradient", z) - p).max() * np.abs(v).sum() / step
    return C * probe.u * (terms + np.abs(z) @ np.abs(p) + beside) + TINY


@every_probe
def test_proximal_point(probe: Probe) -> None:
    """Of every K of the catalogue, in both dtypes."""
    check_proximal(probe)


@each_probe
def test_proximal_point_at_a_step(probe: Probe) -> None:
    """Of a multiple of K*."""
    check_proximal(probe, 0.3)


@pytest.mark.parametrize(("K", "shape"), MORE, ids=[label(K) for K, _ in MORE])
def test_proximal_point_of_combinators(K: ConvexFunction, shape: tuple[int, ...]) -> None:
    """Of those that the catalogue's examples do not reach."""
    check_proximal(Probe(K, shape=shape), 0.7)


FORMS: list[tuple[ConvexFunction, tuple[int, ...]]] = [
    *((K, (SIZE,)) for K in (LogCosh(0.3), Cosh(), Power(p=3.0), Relativistic(), ElasticNet())),
    (HalfSquaredNorm(L1()), (SIZE,)),
    (Blocks({"w": PseudoHuber(), "b": DeadZone(0.3)}), (SIZE,)),
    (NuclearHuber(), (2, 3)),
]
"""One K for each way to find a proximal point."""


@pytest.mark.parametrize(("K", "shape"), FORMS, ids=[label(K) for K, _ in FORMS])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_same_on_every_library(
    K: ConvexFunction, shape: tuple[int, ...], dtype: str, library: Any
) -> None:
    """No host, no writing, the same library and dtype; the values of NumPy."""
    here, there = Probe(K, library, dtype, shape), Probe(K, MAKERS["numpy"](), dtype, shape)
    v = here.round([1.5, -1.5, 0.0, 7.0, 0.25, -0.0])
    a, b = conjugate_prox(here, v, 0.7), conjugate_prox(there, v, 0.7)
    assert np.allclose(a, b, rtol=16 * here.u, atol=16 * here.u)


GRID = np.linspace(-1.5, 1.5, 101)

ON_A_GRID: list[ConvexFunction] = [
    *(PseudoHuber(0.5), HalfSquaredNorm(L1()), LogCosh(), DeadZone(0.3), Power(p=3.0), Cosh()),
    HalfSquaredNorm(Lp(3.0)),
    Translated(Huber(), np.array([0.3, -0.2])),
]


@pytest.mark.parametrize("K", ON_A_GRID, ids=label)
def test_brute_force(K: ConvexFunction) -> None:
    """No point of a grid is better, and the best is near: the objective is 1-strongly convex."""
    v, step = np.array([1.2, -0.45]), 0.4

    def objective(p: Any) -> float:
        return float(np.sum((p - v) ** 2) / 2 + step * K.conjugate(p))

    p = K.conjugate_prox(v, step)
    values = {q: objective(np.array(q)) for q in product(GRID, GRID)}
    best = min(values, key=lambda q: values[q])
    assert objective(p) <= values[best] + 1e-15
    assert np.sum((p - best) ** 2) / 2 <= values[best] - objective(p) + 1e-15
    assert np.abs(p - best).max() < 0.06


def residual(probe: Probe, z: Any, y: Any, lam: float = 0.5) -> float:
    """`kkt_residual` at the gradient -z and lam x = y."""
    return float(kkt_residual(probe.K, probe.ask(-z), probe.ask(y / lam), lam))


def check_zero(probe: Probe) -> None:
    """0 where lam x = dK(-g): the residual moves by 2 |d| at most where lam x moves by d."""
    for z in probe.moderate:
        y = probe.vector("subgradient", z)
        assert residual(probe, z, y) <= C * probe.u * (np.abs(y).sum() + np.abs(z).sum())


def check_against_gap(probe: Probe) -> None:
    """residual^2 <= lam gap, so that the residual vanishes with the gap, and only with it.

    With p = prox(y - g), K*(y) >= K*(p) + <y - g - p, y - p> and K(-g) >= <-g, p> - K*(p).
    """
    zs = probe.moderate
    for z, y in zip(zs, np.roll(probe.vectors("subgradient", zs), 1, axis=0), strict=True):
        lam_gap = 0.5 * float(frank_wolfe_gap(probe.K, probe.ask(-z), probe.ask(y / 0.5), 0.5))
        size = probe.scalar("value", z) + probe.scalar("projected_conjugate", y)
        rounding = C * probe.u * (size + (np.abs(z).sum() + np.abs(y).sum()) ** 2)
        found = residual(probe, z, y)
        assert found**2 <= lam_gap + rounding
        assert found > 0 or lam_gap <= rounding


@every_probe
def test_zero_at_a_kkt_point(probe: Probe) -> None:
    """For every K, in both dtypes."""
    check_zero(probe)


@every_probe
def test_vanishes_with_the_gap(probe: Probe) -> None:
    """And not elsewhere."""
    check_against_gap(probe)


def check_optimum(K: ConvexFunction, model: Model) -> None:
    """mu lam/(lam + L) D <= residual <= (2 lam + L) D at the distance D of the solver's optimum.

    The first follows from <r - (g - g*), y - r - y*> >= 0, the second as prox is nonexpansive. A
    duality gap of 1e-8 leaves D = sqrt(2e-8/mu) < 3e-4.
    """
    problem = Quadratic.of_spectrum([2.0, 1.0, 0.5, 0.25], seed=4)
    x = cp.Variable(4)
    penalty, constraints = model(LAM * x)
    f = cp.quad_form(x - problem.center, cp.psd_wrap(problem.Q)) / 2
    cp.Problem(cp.Minimize(f + penalty / LAM), constraints).solve(solver="CLARABEL")
    directions = np.random.default_rng(3).normal(size=(6, 4))
    for D in (0.0, 0.01, 0.1, 1.0):
        for d in directions:
            at = x.value + D * d / np.linalg.norm(d)
            found = float(kkt_residual(K, problem.gradient(at), at, LAM))
            assert 0.25 * LAM / (LAM + 2) * (D - 3e-4) <= found <= (2 * LAM + 2) * (D + 3e-4)


@pytest.mark.parametrize(("K", "model"), MODELS, ids=[repr(K) for K, _ in MODELS])
def test_conic_optimum(K: ConvexFunction, model: Model) -> None:
    """0 at the optimum and in proportion to the distance from it."""
    check_optimum(K, model)


def test_without_decay() -> None:
    """At lam = 0 it is |prox(-g)|: 0 exactly where -g is a minimum of K, as K(-g) is."""
    x = np.array([3.0, -7.0])
    for K, g, expected in [
        (L1(), np.array([3.0, 0.0]), 1.0),
        (HalfSquare(), np.array([6.0, 8.0]), 5.0),
        (DeadZone(1.0), np.array([0.5, -1.0]), 0.0),
        (DeadZone(1.0), np.array([0.5, -1.5]), 0.5),
    ]:
        assert float(kkt_residual(K, g, x, 0.0)) == expected
        assert (float(frank_wolfe_gap(K, g, x, 0.0)) > 0) == (expected > 0)


def test_outside_of_the_domain() -> None:
    """At least the distance of lam x to dom K*, where the gap cannot see it."""
    x = np.array([3.0, 0.0])
    assert float(kkt_residual(L1(), np.array([-1.0, 0.0]), x, 1.0)) == 2.0
    assert float(frank_wolfe_gap(L1(), np.array([-1.0, 0.0]), x, 1.0)) < 0


def test_unknown_proximal_point() -> None:
    """A K without a formula says so by name."""
    z = np.array([0.5, 0.5])
    with pytest.raises(ValueError, match=r"not known for LogSumExp\(e=1.0\)"):
        kkt_residual(LogSumExp(), z, z, 1.0)
