"""Separable K: the fused step is the core's, bit for bit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numba_backend import FLOATS, SCHEMES, fused

from lionk_ref.convex import ConvexFunction, Cosh, LogCosh, Power
from step_cases import (
    AWKWARD,
    SETTINGS,
    SIZES,
    Setting,
    awkward,
    core_step,
    examples,
    ordinary,
    same_bits,
)

RATIONAL = (
    "asymmetric_box", "dead_zone", "elastic_net", "half_square", "huber", "l1", "power",
    "pseudo_huber", "weighted_l1",
)  # fmt: skip


@FLOATS
@SCHEMES
@pytest.mark.parametrize("key", RATIONAL)
def test_bit_for_bit(key: str, scheme: str, dtype: Any) -> None:
    """NaN, infinities, zeros, subnormals and thresholds, at all sizes and settings."""
    for n in SIZES:
        for K in examples(n, key):
            for k, setting in enumerate(SETTINGS):
                a = awkward(n, dtype, seed=k) if k % 2 else ordinary(n, dtype, seed=k)
                wanted, got = core_step(K, scheme, a, setting), fused(K, scheme, a, setting)
                assert same_bits(got.x, wanted.x), (K, n, setting)
                assert same_bits(got.m, wanted.m), (K, n, setting)


@FLOATS
def test_the_hyperbolic_tangent_is_within_two_ulp(dtype: Any) -> None:
    """Of that of NumPy, over its whole range; the momentum is exact."""
    rng = np.random.default_rng(0)
    size = np.concatenate([10.0 ** rng.uniform(-30, 2, 40_000), rng.uniform(0, 30, 40_000)])
    finite = np.array([v for v in AWKWARD if abs(v) < 3e38], dtype)
    m = np.concatenate([(size * rng.choice([-1, 1], size.size)).astype(dtype), finite])
    a = ordinary(m.size, dtype)._replace(x=np.zeros_like(m), m=m, g=np.zeros_like(m))
    unit = Setting(lr=1.0, beta1=0.5, beta2=0.5, lam=0.0)
    for e in (1.0, 0.1):
        got, wanted = fused(LogCosh(e), "explicit", a, unit), np.tanh(dtype(0.5) * m / dtype(e))
        assert np.all(np.abs(got.x - wanted) <= 2 * np.spacing(np.abs(wanted)))
        assert same_bits(got.m, dtype(0.5) * m)


@FLOATS
def test_the_square_root_is_exact(dtype: Any) -> None:
    """|z|^(1/2) is a root, which is rounded correctly."""
    for setting in SETTINGS:
        a = awkward(1000, dtype)
        wanted, got = (
            core_step(Power(), "explicit", a, setting),
            fused(Power(), "explicit", a, setting),
        )
        assert same_bits(got.x, wanted.x)


CURVED = [Cosh(), Power(p=1.1), Power(p=2.5), Power(p=9.3), Power(p=60.0)]


@FLOATS
@pytest.mark.parametrize("K", CURVED, ids=repr)
def test_curves_are_within_two_ulp(K: ConvexFunction, dtype: Any) -> None:
    """Of those of NumPy, over the whole range, where they overflow and beyond; NaN stays NaN."""
    rng = np.random.default_rng(0)
    size = np.concatenate([
        10.0 ** rng.uniform(-30, 2.9, 40_000), rng.uniform(0, 100, 40_000),
        rng.uniform(80, 95, 5000), rng.uniform(700, 715, 5000),
    ])  # fmt: skip
    with np.errstate(over="ignore"):
        special = np.array(AWKWARD).astype(dtype)
    m = np.concatenate([(size * rng.choice([-1, 1], size.size)).astype(dtype), special])
    a = ordinary(m.size, dtype)._replace(x=np.zeros_like(m), m=m, g=np.zeros_like(m))
    unit = Setting(lr=1.0, beta1=0.5, beta2=0.5, lam=0.0)
    got, wanted = fused(K, "explicit", a, unit).x, core_step(K, "explicit", a, unit).x
    with np.errstate(invalid="ignore"):
        near = np.abs(got - wanted) <= 2 * np.spacing(np.abs(wanted))
    assert np.all(near | (got == wanted) | (np.isnan(got) & np.isnan(wanted)))


def test_the_hyperbolic_tangent_at_the_edges() -> None:
    """Infinities give 1, NaN gives NaN, and zeros keep their sign."""
    m = np.array([np.inf, -np.inf, np.nan, 0.0, -0.0])
    a = ordinary(5, np.float64)._replace(x=np.full(5, -0.0), m=m, g=np.zeros(5))
    got = fused(LogCosh(), "explicit", a, Setting(1.0, 0.5, 0.5, 0.0))
    assert same_bits(got.x, np.array([1.0, -1.0, np.nan, 0.0, 0.0]))
