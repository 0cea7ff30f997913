"""Certificates on line against the full one, on honest runs, and on steps that are wrong."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import summed
from lionk_ref import certify
from lionk_ref.convex import ConvexFunction
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
        got = getattr(promises[name], side)
        room = (
            promises[name].tolerance
            + factor * full[name if name in full else "energy balance"].tolerance
        )
        assert np.all(np.abs(got - factor * wanted) <= room), (name, side)
    theorem = promises["Theorem 4.1"]
    room = theorem.tolerance + full["Theorem 4.1"].tolerance
    # The full one takes the curvature of the quadratic itself, which is at most L.
    assert np.all(theorem.promised >= full["Theorem 4.1"].promised - room)
    check(run)


def start(K: ConvexFunction, dtype: Any) -> Any:
    """Where `summed.run_of` begins."""
    rng = np.random.default_rng(24)
    return (0.9 * K.project_domain(3 * rng.normal(size=24)) / 0.5).astype(dtype)
