"""The scenarios of extreme scales, spread spectra and near ties: they are what they say."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from lionk_ref.convex import from_text
from lionk_ref.golden.cases import cases
from lionk_ref.golden.conform import conform
from lionk_ref.golden.data import conditioned
from lionk_ref.golden.formats import decode
from lionk_ref.golden.mutants import MUTANTS
from lionk_ref.golden.read import committed
from lionk_ref.golden.reference import subgradient
from lionk_ref.golden.scenarios_k import ASKED, SPECTRA, extreme_scales, near_ties

U = np.array([[1, -2, -2], [-2, 1, -2], [-2, -2, 1]]) / 3
V = np.array([[13, 4, -16], [4, 19, 8], [-16, 8, -11]]) / 21
SLOPES: dict[str, Callable[[Any], Any]] = {
    "nuclear": np.ones_like,
    "ky_fan": lambda s: np.array([1, 1, 0]),
    "schatten": lambda s: s**2 / np.sum(s**3) ** (2 / 3),
    "spectral_norm": lambda s: np.array([1, 0, 0]),
}


def check_spectra() -> None:
    """Z is 63 U diag(s) V' and dK(Z) is U diag(dk(s)) V', with U and V in whole numbers."""
    for K, names in ASKED.items():
        for name in names:
            z, s = conditioned(SPECTRA[name]), np.array(SPECTRA[name], dtype=float)
            assert np.array(z, dtype=float).reshape(3, 3) == pytest.approx(63 * (U * s) @ V)
            u = np.array(subgradient(from_text(K), z, (3, 3)).u, dtype=float)
            assert u.reshape(3, 3) == pytest.approx((U * SLOPES[K](s)) @ V, rel=0, abs=1e-15)


def steps(script: Any, name: str) -> list[Any]:
    """The arrays of that name, step by step."""
    group = script.group()
    lines = group["tests"][0]["steps"]
    return [np.array([decode(b, group["dtype"]) for b in s[name]["bits"]]) for s in lines]


def check_scales() -> None:
    """The squares of all that is not 0 leave binary32, and the entries themselves do not."""
    for script in extreme_scales():
        for m_tilde in steps(script, "m_tilde"):
            z = m_tilde[m_tilde != 0].astype(np.float32)
            with np.errstate(over="ignore", under="ignore"):
                assert np.all((z * z == 0) | np.isinf(z * z)), script.comment
            assert np.all(np.isfinite(z) & (np.abs(z) >= np.finfo(np.float32).tiny))


LIMITS = {"relativistic": "l2", "pseudo_huber": "l1", "log_cosh": "l1"}


def check_limits() -> None:
    """A K without a scale gives the same u at all; a smoothed one a norm's, or z/e."""
    for script in extreme_scales():
        (z, *_), (u, *_), shape = steps(script, "m_tilde"), steps(script, "u"), script.plan.shape
        near = script.K in LIMITS and np.max(np.abs(z)) < 1
        limit = from_text(LIMITS.get(script.K, script.K))
        plain = [Fraction(v) * Fraction(2) ** (100 if np.max(np.abs(z)) < 1 else -100) for v in z]
        expected = z if near else [float(v) for v in subgradient(limit, plain, shape).u]
        assert u == pytest.approx(np.array(expected, dtype=float), rel=1e-7, abs=0)


def check_near_ties() -> None:
    """The two entries between which K chooses are 2^-10 apart, more or less, at every step."""
    for script in near_ties():
        place = 0 if script.K == "linf" else 1
        for m_tilde in steps(script, "m_tilde"):
            larger, smaller = np.sort(np.abs(m_tilde))[::-1][place : place + 2]
            assert 2.0**-12 < 1 - smaller / larger < 2.0**-9, script.comment


def check_tiny_named() -> None:
    """What is 0 in place of 1e-31 is not taken for right: only mistakes of tanh are named."""
    found = [c for c in cases(committed()) if c.setting.K == "log_cosh" and c.kind != "closed_loop"]
    both = ["tanh by exponentials", "tanh by one exponential"]
    for name in both:
        first, *others = (s.name for s in conform(MUTANTS[name].peer(), found).suspects)
        assert first == name
        assert set(others) <= set(both)


CHECKS = check_spectra, check_scales, check_limits, check_near_ties, check_tiny_named


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_extremes(check: Callable[[], None]) -> None:
    """The scenarios hold what their comments say."""
    check()
