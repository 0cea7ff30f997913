"""Where two K meet: limits in a parameter, and special values of it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from convex_probe import SIZE, Probe, moderate_points
from lionk_ref.convex import (
    L1,
    L2,
    Blocks,
    DeadZone,
    Dilated,
    Ellipsoid,
    GroupL2,
    HalfSquare,
    HalfSquaredNorm,
    Huber,
    LInf,
    LogCosh,
    Lp,
    PseudoHuber,
    Scaled,
    TopK,
    WeightedL1,
)
from test_convex_fenchel_young import C

SAME = [
    (TopK(k=1), LInf()),
    (TopK(k=SIZE), L1()),
    (TopK(k=SIZE + 5), L1()),
    (GroupL2(size=1), L1()),
    (GroupL2(size=SIZE), L2()),
    (GroupL2(size=SIZE + 5), L2()),
    (GroupL2(size=1, weights=0.5), WeightedL1(weights=0.5)),
    (WeightedL1(weights=1.0), L1()),
    (WeightedL1(weights=(1.0,) * SIZE), L1()),
    (Lp(p=2.0), L2()),
    (HalfSquaredNorm(Ellipsoid(A=4.0), dual=Ellipsoid(A=0.25)), HalfSquare(c=4.0)),
    (Scaled(L1(), 0.5), WeightedL1(weights=0.5)),
    (Dilated(L2(), 0.5), Scaled(L2(), 0.5)),
    (Scaled(HalfSquare(), 0.25), HalfSquare(c=0.25)),
    (Dilated(HalfSquare(), 0.5), HalfSquare(c=0.25)),
    (Scaled(Dilated(Huber(e=1.0), 10.0), 0.1), Huber(e=0.1)),
    (Scaled(Dilated(PseudoHuber(e=1.0), 10.0), 0.1), PseudoHuber(e=0.1)),
    (Scaled(Dilated(LogCosh(e=1.0), 10.0), 0.1), LogCosh(e=0.1)),
    (Scaled(Dilated(DeadZone(e=0.5), 2.0), 0.5), DeadZone(e=0.25)),
]
"""Pairs that are one function. The last four hold as e k(z/e) is the K of width e."""

LIMITS = [
    *((K(e=1e-9), L1()) for K in (Huber, DeadZone, PseudoHuber, LogCosh)),
    (Lp(p=1.0001), L1()),
    (Lp(p=1000.0), LInf()),
]


def check_same(a: Any, b: Any, rounding: float = C * 2.0**-52) -> None:
    """Value, subgradient, conjugate, projection and distance agree."""
    a, b = Probe(a), Probe(b)
    for z in a.moderate:
        for method in ("value", "projected_conjugate", "distance_to_domain"):
            ours, theirs = a.scalar(method, z), b.scalar(method, z)
            assert abs(ours - theirs) <= rounding * (1 + abs(theirs)), f"{method} at {z}"
        for method in ("subgradient", "project_domain"):
            ours, theirs = a.vector(method, z), b.vector(method, z)
            assert np.allclose(ours, theirs, rtol=rounding, atol=rounding), f"{method} at {z}"


def check_limit(a: Any, b: Any, apart: float) -> None:
    """Value and projection agree everywhere, subgradients away from kinks, up to ``apart``."""
    a, b = Probe(a), Probe(b)
    for z in moderate_points(b.K):
        assert abs(a.scalar("value", z) - b.scalar("value", z)) <= apart
        ours, theirs = a.vector("project_domain", z), b.vector("project_domain", z)
        assert np.allclose(ours, theirs, rtol=0, atol=apart)
    z = np.array([3.0, -1.0, 0.5, -0.25, 2.0, 1.5])
    assert np.allclose(a.vector("subgradient", z), b.vector("subgradient", z), atol=apart)


@pytest.mark.parametrize(("a", "b"), SAME, ids=str)
def test_same(a: Any, b: Any) -> None:
    """Two names for one function."""
    check_same(a, b)


def check_same_claims(a: Any, b: Any) -> None:
    """What the one says of itself the other says, too."""
    for claim in ("positively_homogeneous", "strictly_convex", "differentiable"):
        assert getattr(a, claim) == getattr(b, claim), claim


@pytest.mark.parametrize(("a", "b"), SAME, ids=str)
def test_same_claims(a: Any, b: Any) -> None:
    """One function has one set of properties."""
    check_same_claims(a, b)


@pytest.mark.parametrize(("a", "b"), LIMITS, ids=str)
def test_limit(a: Any, b: Any) -> None:
    """|z|_p is within a factor 6^(1/p) of its limits; the others within 6 e."""
    check_limit(a, b, apart=0.02 if isinstance(a, Lp) else 1e-8)


def test_the_limit_must_be_taken() -> None:
    """A width of 0.1 is not yet a limit: the comparison can fail."""
    with pytest.raises(AssertionError):
        check_limit(Huber(e=0.1), L1(), apart=1e-8)
    with pytest.raises(AssertionError):
        check_same(TopK(k=2), LInf())


@pytest.mark.parametrize("parts", [{"w": L1(), "b": L1()}, {"b": L1(), "w": L1()}], ids=str)
def test_blocks_of_one_separable_k(parts: Any) -> None:
    """They are that K over everything."""
    check_same(Blocks(parts), L1())


def check_envelope(e: float) -> None:
    """Huber_e(z) = min_w |w| + (z - w)^2/(2e), the minimum taken over a fine grid."""
    w = np.linspace(-6, 6, 240_001)
    h = w[1] - w[0]
    for z in np.concatenate([np.linspace(-4, 4, 33), [e, -e, e / 2, 0.0]]):
        least = (np.abs(w) + (z - w) ** 2 / (2 * e)).min()
        value = Probe(Huber(e=e), shape=(1,)).scalar("value", np.array([z]))
        assert -1e-12 <= least - value <= h + h * h / (2 * e), f"at {z}"
        nearest = w[np.argmin(np.abs(w) + (z - w) ** 2 / (2 * e))]
        u = Probe(Huber(e=e), shape=(1,)).vector("subgradient", np.array([z]))
        assert abs(u[0] - (z - nearest) / e) <= h / e


@pytest.mark.parametrize("e", [5e-324, 1e-300, 1e-30])
def test_a_narrow_huber_is_l1(e: float) -> None:
    """Up to n e/2, with no product that underflows."""
    z = np.array([3.0, -1.0, 0.0, 1e-3])
    assert float(Huber(e).value(z)) == float(L1().value(z))


@pytest.mark.parametrize("e", [0.1, 1.0, 3.0])
def test_huber_is_the_moreau_envelope_of_l1(e: float) -> None:
    """By brute force; the gradient of the envelope is (z - prox)/e."""
    check_envelope(e)


def check_matrix_is_flat(K: Any) -> None:
    """On a matrix K is what it is on the entries in C order."""
    matrix = Probe(K, shape=(2, 3))
    for z in Probe(K).moderate:
        for method in ("value", "conjugate"):
            assert matrix.scalar(method, z) == Probe(K).scalar(method, z)
        for method in ("subgradient", "project_domain"):
            assert np.array_equal(matrix.vector(method, z), Probe(K).vector(method, z))


@pytest.mark.parametrize("K", [L1(), LInf(), TopK(), Lp(), GroupL2(size=4), Huber()], ids=str)
def test_matrix_is_flat(K: Any) -> None:
    """Groups run through the rows."""
    check_matrix_is_flat(K)
