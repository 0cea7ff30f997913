"""Separable K: the fused step is the core's, bit for bit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from lionk_ref.backend import find
from lionk_ref.convex import CATALOGUE
from step_cases import SETTINGS, SIZES, awkward, core_step, examples, ordinary, same_bits

KEYS = (
    "asymmetric_box", "dead_zone", "elastic_net", "half_square", "huber", "l1", "pseudo_huber",
    "weighted_l1",
)  # fmt: skip

backend = find("numba")
if reason := backend.why_not():
    pytest.skip(f"[numba] {reason}", allow_module_level=True)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("scheme", ["explicit", "implicit"])
@pytest.mark.parametrize("key", KEYS)
def test_bit_for_bit(key: str, scheme: str, dtype: Any) -> None:
    """NaN, infinities, zeros, subnormals and thresholds, at all sizes and settings."""
    for n in SIZES:
        for K in examples(n, key):
            for k, setting in enumerate(SETTINGS):
                a = awkward(n, dtype, seed=k) if k % 2 else ordinary(n, dtype, seed=k)
                wanted = core_step(K, scheme, a, setting)
                got = a.copy()
                backend.step_(K, scheme, *got, **setting._asdict())
                assert same_bits(got.x, wanted.x), (K, n, setting)
                assert same_bits(got.m, wanted.m), (K, n, setting)
