"""NaN, infinity, empty, 0-d and matrix arrays, scalars: what every K makes of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from convex_probe import SIZE, Probe, derived, each_probe, instances, label
from lionk_ref.convex import CATALOGUE, L1, Huber, TopK
from lionk_ref.convex.base import ConvexFunction
from test_convex_fenchel_young import check_equality

SCALARS = ("value", "conjugate", "projected_conjugate", "distance_to_domain", "argmin_support")
VECTORS = ("subgradient", "conjugate_subgradient", "project_domain")
HUGE = 1e300


def check_nan(probe: Probe) -> None:
    """NaN in, NaN out: in every sum, and at its own place in every vector."""
    for z in ([np.nan, 0.5, -0.25, 0.0, 0.5, 0.1], [0.1, 0.0, 0.2, 0.0, 0.0, np.nan]):
        for method in SCALARS:
            assert np.isnan(probe.scalar(method, np.array(z))), method
        assert np.isnan(probe.scalar("fenchel_young_gap", np.array(z), np.zeros(SIZE)))
        for method in VECTORS:
            answer = probe.vector(method, np.array(z))
            assert np.isnan(answer[np.isnan(z)]).all(), f"{method} hides NaN"
            if probe.K.separable:
                assert not np.isnan(answer[~np.isnan(z)]).any(), f"{method} spreads NaN"


MIXING = ("ellipsoid", "half_squared_norm")
"""K whose answer at one entry takes all others into account: infinity is not settled there."""

INFINITE = ([np.inf, 1.0, -2.0, 0.0, 0.5, 1.0], [np.inf, 1.0, -np.inf, 0.0, 3.0, -1.0])


def check_infinity(probe: Probe) -> None:
    """At an infinite entry the answer is that of a huge one, in the limit."""
    for z in map(np.array, INFINITE):
        huge = np.clip(z, -HUGE, HUGE)
        for method in ("subgradient", "project_domain"):
            expected = probe.vector(method, huge)
            expected[np.abs(expected) > HUGE / 1e10] *= np.inf
            answer = probe.vector(method, z)
            assert np.allclose(answer, expected, rtol=1e-12, atol=1e-12), f"{method} of {z}"
        assert probe.scalar("value", z) > HUGE / 1e10 or probe.scalar("value", -z) > HUGE / 1e10
        assert probe.scalar("conjugate", z) == np.inf
        far = probe.scalar("distance_to_domain", huge) > HUGE / 1e10
        assert probe.scalar("distance_to_domain", z) == (np.inf if far else 0)


@each_probe
def test_nan(probe: Probe) -> None:
    """One entry is enough, wherever it is."""
    check_nan(probe)


@pytest.mark.parametrize("K", [K for K in instances() if K.key not in MIXING], ids=label)
def test_infinity(K: ConvexFunction) -> None:
    """One or two of them, of both signs, in a vector."""
    check_infinity(Probe(K))


SHAPES = [(), (1,), (2, 3), (3, 1, 2), (0,), (2, 0)]


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("cls", CATALOGUE.values(), ids=list(CATALOGUE))
def test_shapes(cls: Any, shape: tuple[int, ...], dtype: str) -> None:
    """Every method keeps the shape; the Fenchel-Young equality holds in it."""
    size = int(np.prod(shape))
    z = np.resize([3.0, -1.0, 1.0, 0.5, 0.0, -3.0], size)
    for K in cls.examples(shape):
        probe = Probe(K, dtype=dtype, shape=shape)
        u = probe.vector("subgradient", z)
        k, dual = probe.scalar("value", z), probe.scalar("projected_conjugate", u)
        assert abs(k + dual - z @ u) <= 64 * probe.u * (k + dual + 1)
        assert probe.scalar("distance_to_domain", u) <= 64 * probe.u
        small = probe.round(0.5 * u)
        assert np.allclose(probe.vector("project_domain", small), small, rtol=64 * probe.u)
        probe.vector("conjugate_subgradient", small)
        for method in SCALARS:
            assert probe.scalar(method, 0 * z) == 0


def test_numpy_scalar() -> None:
    """What a NumPy reduction returns is an array, too."""
    assert L1().value(np.float64(-2.0)) == 2.0
    assert TopK().subgradient(np.float32(-2.0)) == -1.0
    assert Huber().project_domain(np.float32(-2.0)).dtype == np.float32


@pytest.mark.parametrize("K", [*(c() for c in CATALOGUE.values()), *derived()], ids=label)
def test_many_entries(K: ConvexFunction) -> None:
    """More entries than any test of a formula has: nothing depends on there being six."""
    if K in [c.examples((SIZE,))[0] for c in CATALOGUE.values()] + derived():
        z = np.random.default_rng(51).normal(size=96)
        u = Probe(K, shape=(96,)).vector("subgradient", z)
        probe = Probe(K, shape=(96,))
        gap = probe.scalar("value", z) + probe.scalar("projected_conjugate", u) - z @ u
        assert abs(gap) <= 1e-12 * np.abs(z).sum()


def test_the_equality_is_not_vacuous() -> None:
    """A subgradient of another K does not pass."""

    class Wrong(L1):
        def subgradient(self, z: Any) -> Any:
            return 0.5 * super().subgradient(z)

    with pytest.raises(AssertionError, match="gap"):
        check_equality(Probe(Wrong()))
