"""The nearest point of dom K*: what defines it, and slow twins of the fast ones."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from convex_probe import SIZE, Probe, each_probe, every_probe
from lionk_ref.convex import LInf, Lp, TopK
from test_convex_fenchel_young import C, domain_points


def questions(probe: Probe) -> list[Any]:
    """Points inside, on and outside the domain, near it and far away."""
    rng = np.random.default_rng(11)
    near = [probe.round(s * rng.normal(size=SIZE)) for s in (0.05, 0.3, 1.0, 3.0)]
    return [*domain_points(probe)[::8], *near, *probe.points[::4]]


def magnitude(z: Any) -> float:
    """The Euclidean norm, in float64, without overflow."""
    largest = np.abs(z).max()
    return float(largest * np.linalg.norm(z / (largest or 1.0)))


def check_in_domain(probe: Probe) -> None:
    """A projection is in dom K*: a hair closer to 0, which is inside, K* is finite."""
    for y in questions(probe):
        p = probe.vector("project_domain", y)
        if magnitude(p) < 1e30:
            assert np.isfinite(probe.scalar("conjugate", (1 - C * probe.u) * p)), f"{p} of {y}"
        assert magnitude(p) <= magnitude(y) * (1 + C * probe.u)


def check_idempotent(probe: Probe) -> None:
    """A projection stays where it is."""
    for y in questions(probe):
        p = probe.vector("project_domain", y)
        again = probe.vector("project_domain", p)
        assert np.allclose(again, p, rtol=C * probe.u, atol=C * probe.u), f"{again} of {p}"


def check_inside_stays(probe: Probe) -> None:
    """A point of the domain is its own projection, and at distance 0."""
    for y in domain_points(probe, shrink=0.9375)[::2]:
        assert np.allclose(probe.vector("project_domain", y), y, rtol=C * probe.u, atol=0)
        assert probe.scalar("distance_to_domain", y) <= C * probe.u * magnitude(y)


def check_nearest(probe: Probe) -> None:
    """<y - p, v - p> <= 0 for all v in the domain: the inequality that defines p."""
    vs = np.array(domain_points(probe))
    for y in questions(probe):
        p = probe.vector("project_domain", y)
        size = np.abs(vs - p).sum(axis=1).max() * np.abs(y).sum()
        assert ((vs - p) @ (y - p)).max() <= C * probe.u * (size + 1), f"{p} of {y}"


def check_distance(probe: Probe) -> None:
    """distance_to_domain is |y - p|; positive exactly where K* is infinite."""
    for y in questions(probe):
        distance, off = probe.scalar("distance_to_domain", y), y - probe.vector("project_domain", y)
        assert abs(distance - magnitude(off)) <= C * probe.u * magnitude(y)
        if distance > C * probe.u * magnitude(y):
            assert probe.scalar("conjugate", y) == np.inf
        assert np.isfinite(probe.scalar("projected_conjugate", y)) or magnitude(y) > 1e30


def check_nonexpansive(probe: Probe) -> None:
    """Projections of two points are no further apart than the points."""
    ys = questions(probe)
    ps = probe.vectors("project_domain", ys)
    for y, p in zip(ys, ps, strict=True):
        apart, were = np.abs(ps - p).max(axis=1), [magnitude(y - other) for other in ys]
        rounding = C * probe.u * (np.abs(ps).sum(axis=1) + np.abs(p).sum())
        assert (apart <= were + rounding).all()


@every_probe
def test_in_domain(probe: Probe) -> None:
    """And no larger than the point that it is of."""
    check_in_domain(probe)


@each_probe
def test_idempotent(probe: Probe) -> None:
    """Twice is once."""
    check_idempotent(probe)


@each_probe
def test_inside_stays(probe: Probe) -> None:
    """Inside nothing happens."""
    check_inside_stays(probe)


@every_probe
def test_nearest(probe: Probe) -> None:
    """The variational inequality."""
    check_nearest(probe)


@each_probe
def test_distance(probe: Probe) -> None:
    """It agrees with the projection and with K*."""
    check_distance(probe)


@each_probe
def test_nonexpansive(probe: Probe) -> None:
    """All pairs."""
    check_nonexpansive(probe)


def capped_l1(y: Any, k: int) -> list[Fraction]:
    """Slow twin: clip(|y| - tau, 0, 1), tau exact, from the sum at every breakpoint."""
    a = [abs(Fraction(float(v))) for v in y]
    corners = sorted({Fraction(0), *a, *(max(v - 1, Fraction(0)) for v in a)})

    def clipped(tau: Fraction) -> list[Fraction]:
        return [min(max(v - tau, Fraction(0)), Fraction(1)) for v in a]

    sums = [sum(clipped(t)) for t in corners]
    if sums[0] <= k:
        return clipped(Fraction(0))
    i = max(j for j, s in enumerate(sums) if s >= k)
    t = corners[i] + (sums[i] - k) * (corners[i + 1] - corners[i]) / (sums[i] - sums[i + 1])
    return clipped(t)


def check_capped_l1(K: LInf | TopK, dtype: str = "float64") -> None:
    """`LInf` and `TopK` against exact rational arithmetic."""
    probe, rng = Probe(K, dtype=dtype), np.random.default_rng(12)
    ties = [rng.integers(-3, 4, SIZE) / 2 for _ in range(20)]
    scaled = [rng.normal(size=SIZE) * s for s in (0.2, 0.5, 1, 2, 1e3, 1e17) for _ in range(4)]
    mixed = [np.array([1e17, 0.7, -0.7, 0.25, 0, 0]), np.array([1e17, 1e17, 1, 1, 1, -1e9])]
    for y in map(probe.round, [*ties, *scaled, *mixed]):
        p, exact = probe.vector("project_domain", y), capped_l1(y, getattr(K, "k", 1))
        assert np.abs(np.abs(p) - np.array([float(v) for v in exact])).max() <= 2 * probe.u
        assert (p * y >= 0).all()


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("K", [LInf(), *TopK.examples(), TopK(k=5), TopK(k=6)], ids=str)
def test_capped_l1(K: LInf | TopK, dtype: str) -> None:
    """Ties, steps, and entries so large that adding them to others loses those."""
    check_capped_l1(K, dtype)


def lq_ball(y: Any, q: float) -> list[float]:
    """Slow twin: bisection on mu, and for each mu bisection on s + mu s^(q-1) = |y|."""

    def entry(a: float, mu: float) -> float:
        return bisect(lambda s: a - s - mu * s ** (q - 1), 0.0, a)

    def excess(mu: float) -> float:
        return sum(entry(abs(v), mu) ** q for v in y) - 1

    mu = bisect(excess, 0.0, sum(map(abs, y))) if excess(0.0) > 0 else 0.0
    return [entry(abs(v), mu) for v in y]


def bisect(f: Any, low: float, high: float) -> float:
    """The root of a decreasing function."""
    for _ in range(70):
        middle = (low + high) / 2
        low, high = (middle, high) if f(middle) > 0 else (low, middle)
    return (low + high) / 2


def check_lq_ball(K: Lp) -> None:
    """`Lp` against bisection within bisection."""
    rng = np.random.default_rng(13)
    for y in [rng.normal(size=4) * s for s in (0.3, 1.0, 10.0)] + [np.array([2.0, 2, 0, 1e-3])]:
        p = Probe(K, shape=(4,)).vector("project_domain", y)
        assert np.allclose(np.abs(p), lq_ball(y, K.q), rtol=0, atol=1e-13), f"{p} of {y}"


@pytest.mark.parametrize("p", [1.1, 1.25, 1.5, 2.0, 3.0, 8.0])
def test_lq_ball(p: float) -> None:
    """Seventy halvings leave nothing but rounding."""
    check_lq_ball(Lp(p=p))
