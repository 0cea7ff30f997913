"""The later rows of the catalogue against slow twins: exact arithmetic, other formulas, solvers."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise, permutations
from typing import Any

import mpmath
import numpy as np
import pytest
import scipy.linalg
from scipy.optimize import brentq

from convex_probe import SIZE, Probe, moderate_points
from lionk_ref.convex import (
    L1,
    L2,
    AsymmetricBox,
    Cosh,
    ElasticNet,
    Ellipsoid,
    HalfSquare,
    HalfSquaredNorm,
    LInf,
    Lp,
    Nuclear,
    Power,
    PseudoHuber,
    Relativistic,
    Schatten,
    SortedL1,
    SpectralNorm,
    Sum,
    TopK,
    WeightedL1,
)
from lionk_ref.convex.half_squared_norm import dual_norm
from lionk_ref.convex.isotonic import decreasing_fit
from test_convex_coincidences import check_limit, check_same

U = 2.0**-52

SAME = [
    (AsymmetricBox(low=-1.0, high=1.0), L1()),
    (SortedL1(weights=(1.0,)), LInf()),
    (SortedL1(weights=(1.0, 1.0)), TopK(k=2)),
    (SortedL1(weights=(0.5,) * SIZE), WeightedL1(weights=0.5)),
    (SortedL1(weights=(1.0,) * (SIZE + 3)), L1()),
    (Ellipsoid(A=1.0), L2()),
    (Ellipsoid(A=(4.0,) * SIZE), Ellipsoid(A=4.0)),
    (ElasticNet(c=0.5), Sum(L1(), HalfSquare(c=0.5))),
    (Power(p=2.0), HalfSquare()),
    (HalfSquaredNorm(L2()), HalfSquare()),
    (HalfSquaredNorm(Lp(p=2.0)), HalfSquare()),
    (Nuclear(), L2()),
    (SpectralNorm(), L2()),
    (Schatten(p=1.5), L2()),
]
"""Pairs that are one function on vectors; the last three, as a vector is a row."""


@pytest.mark.parametrize(("a", "b"), SAME, ids=str)
def test_same(a: Any, b: Any) -> None:
    """Two names for one function."""
    check_same(a, b)


@pytest.mark.parametrize(
    ("a", "b"), [(Relativistic(e=1e-9), L2()), (ElasticNet(c=1e-9), L1())], ids=str
)
def test_limit(a: Any, b: Any) -> None:
    """Widths and curvatures that vanish; projections only where the domains are the same."""
    if isinstance(a, Relativistic):
        check_limit(a, b, apart=1e-8)
    for z in moderate_points(b):
        assert abs(a.value(z) - b.value(z)) <= 1e-7


def exact_fit(v: list[Fraction]) -> list[Fraction]:
    """Pool adjacent violators one after another, in rational arithmetic."""
    pools: list[list[Fraction]] = []
    for x in v:
        pools.append([x])
        while len(pools) > 1 and mean(pools[-2]) < mean(pools[-1]):
            pools[-2:] = [pools[-2] + pools[-1]]
    return [mean(pool) for pool in pools for _ in pool]


def mean(pool: list[Fraction]) -> Fraction:
    """The mean."""
    return sum(pool, Fraction(0)) / len(pool)


def check_fit() -> None:
    """The merging of runs against sequential pooling, for all lengths up to 20."""
    rng = np.random.default_rng(3)
    for n in [*range(1, 20)] * 3:
        for v in (rng.normal(size=n), rng.integers(-2, 3, n) * 1.0, np.sort(rng.normal(size=n))):
            exact = [float(x) for x in exact_fit([Fraction(x) for x in v])]
            error = np.abs(decreasing_fit(v) - exact).max()
            assert error <= 8 * n * U * (1 + np.abs(v).max()), f"{error} for {v}"


def test_decreasing_fit() -> None:
    """Rounding: sums of n numbers, in a logarithmic number of rounds."""
    check_fit()
    assert decreasing_fit(np.zeros(0)).shape == (0,)


def sorted_subgradient(w: list[Fraction], z: list[int]) -> list[Fraction]:
    """The mean over all orders of the entries in which |z| falls; signs last."""
    fits = [
        p
        for p in permutations(range(len(z)))
        if all(abs(z[a]) >= abs(z[b]) for a, b in pairwise(p))
    ]
    u = [sum(w[p.index(i)] for p in fits) / Fraction(len(fits)) for i in range(len(z))]
    return [a * ((b > 0) - (b < 0)) for a, b in zip(u, z, strict=True)]


def check_sorted_subgradient() -> None:
    """The vertices of the face are all orders of the ties; their mean has the least norm."""
    w = (1.0, 0.75, 0.5, 0.25, 0.125)
    for z in ([3, -3, 3, 1, 0], [1, 1, 1, 1, 1], [0, 0, -2, 2, 5], [4, 3, -2, 1, 0]):
        exact = sorted_subgradient([Fraction(a) for a in w], z)
        u = SortedL1(weights=w).subgradient(np.array(z, dtype=float))
        assert np.abs(u - [float(a) for a in exact]).max() <= 4 * U


def test_sorted_subgradient() -> None:
    """By enumeration, exactly."""
    check_sorted_subgradient()


def check_sorted_projection(w: tuple[float, ...], y: Any) -> None:
    """Moreau: y - P(y) is the prox of K, |y| - w pooled and cut at 0, in rational arithmetic."""
    order = np.argsort(-np.abs(y), kind="stable")
    fit = exact_fit([Fraction(abs(y[i])) - Fraction(a) for i, a in zip(order, w, strict=True)])
    p = np.zeros(len(y))
    p[order] = [
        float(Fraction(abs(y[i])) - max(x, Fraction(0))) for i, x in zip(order, fit, strict=True)
    ]
    ours = SortedL1(weights=w).project_domain(y)
    assert np.abs(ours - np.sign(y) * p).max() <= 64 * U, f"at {y}"


def test_sorted_projection() -> None:
    """The absolute error does not grow with y: nothing large is subtracted from anything large."""
    rng = np.random.default_rng(5)
    for scale in (0.3, 1.0, 3.0, 1e9):
        for _ in range(10):
            w = tuple(float(a) for a in np.sort(rng.uniform(0, 1, 7))[::-1])
            check_sorted_projection(w, scale * rng.normal(size=7))


def matrix(rng: np.random.Generator, n: int) -> Any:
    """A symmetric, positive definite matrix of condition about 100, as NumPy and as a tuple."""
    B = rng.normal(size=(n, n))
    A = B @ B.T + 0.1 * np.eye(n)
    A = (A + A.T) / 2
    return A, tuple(map(tuple, A.tolist()))


def check_ellipsoid() -> None:
    """K(z) = |A^(1/2) z|, and the projection is (1 + mu A^-1)^-1 y with mu found by bisection."""
    rng = np.random.default_rng(11)
    for n in (1, 2, 5):
        A, entries = matrix(rng, n)
        K, root, inverse = Ellipsoid(A=entries), scipy.linalg.sqrtm(A), np.linalg.inv(A)
        for scale in (1e-200, 0.1, 1.0, 1e3, 1e200):
            z = scale * rng.normal(size=n)
            length = np.linalg.norm(root @ (z / scale))
            assert np.isclose(K.value(z), scale * length, rtol=1e-12, atol=0)
            assert np.allclose(K.subgradient(z), A @ (z / scale) / length, rtol=1e-12, atol=0)
        for scale in (1.0, 1e3, 1e6):
            y = scale * rng.normal(size=n)
            if y @ inverse @ y > 1:
                assert np.allclose(K.project_domain(y), bisected(inverse, y), rtol=1e-9, atol=1e-9)


def bisected(inverse: Any, y: Any) -> Any:
    """The nearest point of p' A^-1 p <= 1, by SciPy's root finder on the multiplier."""

    def point(mu: float) -> Any:
        return np.linalg.solve(np.eye(len(y)) + mu * inverse, y)

    def excess(mu: float) -> float:
        p = point(mu)
        return float(p @ inverse @ p) - 1

    return point(brentq(excess, 0, 1e12, xtol=1e-13, rtol=1e-14))


def test_ellipsoid() -> None:
    """From tiny to huge."""
    check_ellipsoid()


@pytest.mark.parametrize("A", [0.0, -1.0, (1.0, 0.0), ((1.0, 2.0), (2.0, 1.0)), (), np.eye(2)])
def test_ellipsoid_refuses(A: Any) -> None:
    """Not positive definite, or no tuple."""
    with pytest.raises(ValueError, match=r"positive definite|needs A as a number"):
        Ellipsoid(A=A)


def test_ellipsoid_refuses_asymmetry_and_other_sizes() -> None:
    """A quadratic form has a symmetric matrix, and as many rows as z has entries."""
    with pytest.raises(ValueError, match="symmetric"):
        Ellipsoid(A=((2.0, 1.0), (0.0, 2.0)))
    with pytest.raises(ValueError, match="A for 2 entries, got shape"):
        Ellipsoid(A=(1.0, 2.0)).value(np.ones(3))


def check_cosh() -> None:
    """K, its gradient, its conjugate against 40 digits, where subtraction would cancel."""
    with mpmath.workdps(40):
        for x in (1e-12, 1e-3, 0.7, 3.0, 40.0, 700.0):
            z, t = np.array([x]), mpmath.mpf(x)
            assert np.isclose(Cosh().value(z), float(mpmath.cosh(t) - 1), rtol=1e-14, atol=0)
            assert np.isclose(Cosh().subgradient(z)[0], float(mpmath.sinh(t)), rtol=1e-14, atol=0)
            star = t * mpmath.asinh(t) - mpmath.sqrt(1 + t * t) + 1
            assert np.isclose(Cosh().conjugate(z), float(star), rtol=1e-14, atol=0)


def test_cosh() -> None:
    """And what does not fit a float is infinite, without a warning."""
    check_cosh()
    for dtype, bound in ((np.float64, 710.0), (np.float32, 89.0)):
        below = Cosh().subgradient(np.array([bound - 1], dtype))
        beyond = Cosh().subgradient(np.array([-bound - 1], dtype))
        assert np.isfinite(below).all()
        assert beyond[0] == -np.inf
        assert Cosh().value(np.array([bound + 1], dtype)) == np.inf


def check_power() -> None:
    """p = 3/2 on perfect squares, and its conjugate exponent 3, exactly."""
    z = np.array([4.0, -9.0, 0.0, 0.25])
    assert Power(p=1.5).subgradient(z).tolist() == [2.0, -3.0, 0.0, 0.5]
    assert Power(p=1.5).value(z) == (8 + 27 + 0.125) / 1.5
    assert Power(p=1.5).conjugate(np.array([2.0, -3.0])) == 35 / 3
    assert Power(p=1.5).conjugate_subgradient(np.array([2.0, -3.0])).tolist() == [4.0, -9.0]


def test_power() -> None:
    """Between the sign and the momentum."""
    check_power()


def test_relativistic_is_pseudo_huber_of_the_length() -> None:
    """In one dimension they are one; in more only the length is bent."""
    check = np.linspace(-3, 3, 13)
    for x in check:
        z, e = np.array([x]), 0.7
        assert np.isclose(Relativistic(e=e).value(z), PseudoHuber(e=e).value(z), rtol=4 * U, atol=0)
    z = np.array([3.0, 4.0])
    assert np.allclose(Relativistic(e=12.0).subgradient(z) * 13, z, rtol=4 * U, atol=0)


@pytest.mark.parametrize("norm", [L1(), L2(), LInf(), Lp(p=3.0), Lp(p=1.25)], ids=str)
def test_dual_norm(norm: Any) -> None:
    """y is on the edge of dom K* where its dual norm is 1; dual twice is the norm."""
    probe, dual = Probe(norm), Probe(dual_norm(norm))
    for z in probe.moderate:
        if np.any(z):
            y = z / dual.scalar("value", z)
            assert probe.scalar("conjugate", (1 - 1e-12) * y) == 0
            assert probe.scalar("conjugate", (1 + 1e-12) * y) == np.inf
            again = Probe(dual_norm(dual_norm(norm))).scalar("value", z)
            assert np.isclose(again, probe.scalar("value", z), rtol=1e-14, atol=0)


def test_dual_norm_of_others_must_be_given() -> None:
    """One line that says what to do."""
    with pytest.raises(ValueError, match="Give it: dual="):
        HalfSquaredNorm(TopK())
    with pytest.raises(ValueError, match="needs a norm such as"):
        HalfSquaredNorm(HalfSquare())
    halves = HalfSquaredNorm(WeightedL1(weights=0.5), dual=WeightedL1(weights=2.0))
    assert halves.dual == WeightedL1(weights=2.0)


@pytest.mark.parametrize("p", [2.5, 3.0, 6.0])
def test_half_squared_smoothness(p: float) -> None:
    """The Hessian of |z|_p^2/2 has the bound as its largest eigenvalue, at two equal entries."""
    L, rng = HalfSquaredNorm(Lp(p=p)).smoothness, np.random.default_rng(2)
    points = [np.array([1.0, 1.0, 0.0]), *(rng.uniform(size=3) ** 3 for _ in range(500))]
    largest = []
    for z in points:
        w = z / (z**p).sum() ** (1 / p)
        H = (p - 1) * np.diag(w ** (p - 2)) - (p - 2) * np.outer(w ** (p - 1), w ** (p - 1))
        largest.append(np.linalg.eigvalsh(H)[-1])
    assert np.isclose(largest[0], L, rtol=1e-14, atol=0)
    assert max(largest) <= L * (1 + 1e-14)


@pytest.mark.parametrize(
    ("low", "high"), [(0.0, 0.0), (0.5, 1.0), (-1.0, -0.5), (-np.inf, 1.0), (True, 1.0)]
)
def test_asymmetric_box_refuses(low: float, high: float) -> None:
    """It must hold 0 and more, and be bounded."""
    with pytest.raises(ValueError, match="AsymmetricBox needs"):
        AsymmetricBox(low=low, high=high)


@pytest.mark.parametrize("weights", [(), (0.0,), (0.5, 1.0), (1.0, -1.0), [1.0], (1.0, np.nan)])
def test_sorted_l1_refuses(weights: Any) -> None:
    """Weights fall and are not all 0."""
    with pytest.raises(ValueError, match="SortedL1 needs"):
        SortedL1(weights=weights)
