"""Singular values that float32 cannot tell apart, or from 0, and such as it can."""

from __future__ import annotations

from typing import Any

import numpy as np

from lionk_ref.convex import Nuclear, SpectralNorm

REACH = 2.0**-22
"""r = 2 max(m, n) u sigma_max for a 2 x 2 matrix of norm 1 in float32, where u = 2^-24."""


def steps_of(K: Any, second: float) -> Any:
    """The diagonal of dK at diag(1, second), which float32 holds exactly."""
    assert np.float32(second) == second
    return np.diag(K.subgradient(np.diag([1.0, second]).astype(np.float32)))


def check_ties() -> None:
    """At most 2 r apart are tied, and share the step of the spectral norm; 2.5 r apart are not."""
    for units, wanted in ((0.5, [0.5, 0.5]), (1.5, [0.5, 0.5]), (2.5, [1.0, 0.0])):
        assert np.allclose(steps_of(SpectralNorm(), 1 - units * REACH), wanted, atol=1e-6), units


def check_zeros() -> None:
    """At most r counts as 0; 1.25 r is a direction of the nuclear norm like any other."""
    for units, wanted in ((0.75, [1.0, 0.0]), (1.25, [1.0, 1.0])):
        assert np.allclose(steps_of(Nuclear(), units * REACH), wanted, atol=1e-6), units


def test_ties() -> None:
    """Each of two singular values may be off by r."""
    check_ties()


def test_zeros() -> None:
    """One may be."""
    check_zeros()
