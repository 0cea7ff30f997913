"""What the vectors are computed with: IEEE formats in integers, and K in ball arithmetic."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import flint
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lionk_ref.convex import CATALOGUE, L1, L2, LInf, TopK, from_text
from lionk_ref.golden.ball_namespace import BallNamespace
from lionk_ref.golden.data import hashed
from lionk_ref.golden.formats import FORMATS, decode, encode, fits
from lionk_ref.golden.reference import reach, subgradient
from lionk_ref.golden.spelling import instances, shape_for, spell
from lionk_ref.peers.storage import to_bfloat16

NUMPY = {"binary64": np.uint64, "binary32": np.uint32, "binary16": np.uint16}
EVERY = [(key, K) for key in CATALOGUE for K in instances(key)]
floats = st.floats(allow_nan=False, width=64)


@pytest.mark.parametrize("name", NUMPY)
@given(value=floats)
def test_encoding_is_ieee_rounding(name: str, value: float) -> None:
    """NumPy's cast, bit for bit: normals, subnormals, overflow, ties and -0."""
    kind = np.dtype(f"f{FORMATS[name].digits // 2}")
    with np.errstate(over="ignore"):
        pattern = int(np.array(value).astype(kind).view(NUMPY[name]))
    assert encode(value, name) == f"{pattern:0{FORMATS[name].digits}x}"
    with np.errstate(over="ignore"):
        assert decode(encode(value, name), name) == float(np.array(value).astype(kind))


@given(value=st.floats(allow_nan=False, width=32))
def test_bfloat16_is_rounded_to_even(value: float) -> None:
    """Against the slow twin of `to_bfloat16`, which works on the bits."""
    assert decode(encode(value, "bfloat16"), "bfloat16") == float(to_bfloat16(np.float32(value)))


def test_special_patterns() -> None:
    """NaN is quiet, inf is inf, 1/3 does not fit and 3/4 does."""
    assert encode(math.nan, "binary32") == "7fc00000"
    assert encode(-math.inf, "binary16") == "fc00"
    assert math.isnan(decode("7ff0000000000001", "binary64"))
    assert not fits(Fraction(1, 3), "binary64")
    assert fits(Fraction(3, 4), "bfloat16")
    assert not fits(Fraction(2) ** 16, "binary16")


@pytest.mark.parametrize(("key", "K"), EVERY, ids=lambda v: str(v)[:40])
def test_the_slope_is_that_of_the_core(key: str, K: Any) -> None:
    """256 bits and float64 agree to a few roundings, on a K that its spelling gives again."""
    assert from_text(spell(K)) == K
    z, shape = hashed(f"{key}/test", 6), shape_for(key)
    core = K.subgradient(np.array([float(v) for v in z]).reshape(shape)).ravel()
    exact = [float(v) for v in subgradient(K, z, shape).u]
    assert core == pytest.approx(exact, rel=1e-14, abs=1e-14)


@pytest.mark.parametrize(("key", "K"), EVERY, ids=lambda v: str(v)[:40])
def test_the_reach_encloses_what_neighbours_do(key: str, K: Any) -> None:
    """dK at random points of the box stays within the reach: a radius too small fails."""
    z, shape, rng = hashed(f"{key}/reach", 6), shape_for(key), np.random.default_rng(0)
    radius = [Fraction(1, 10**4)] * 6
    slope = subgradient(K, z, shape)
    allowed = np.array(reach(K, z, radius, shape, slope.u))
    at, u = (np.array([float(v) for v in a]) for a in (z, slope.u))
    for _ in range(25):
        near = at + 1e-4 * rng.choice([-1.0, 1.0, 0.3], 6)
        moved = K.subgradient(near.reshape(shape)).ravel()
        assert np.all(np.abs(moved - u) <= allowed + 1e-12)


def test_a_jump_within_reach_holds_both_sides() -> None:
    """sign across 0 reaches 1 or 2; a tie within reach leaves TopK and LInf open there."""
    small = [Fraction(1, 8)] * 2
    sides = reach(L1(), [Fraction(0), Fraction(1, 16)], small, (2,), [Fraction(0), Fraction(1)])
    assert sides == pytest.approx([1, 2], rel=1e-6)
    assert min(sides) >= 1
    near = [Fraction(2), Fraction(33, 16)]
    for K in (LInf(), TopK(k=1)):
        u = subgradient(K, near, (2,)).u
        assert u == [0, 1]
        assert min(reach(K, near, small, (2,), u)) >= 1
        assert max(reach(K, [Fraction(1), Fraction(2)], small, (2,), u)) < 1e-30


def test_exactness_is_seen() -> None:
    """3-4-5 gives 0.6, which is no dyadic number; one entry gives 1, which is."""
    assert not subgradient(L2(), [Fraction(3), Fraction(4)], (2,)).exact
    assert subgradient(L2(), [Fraction(3), Fraction(0)], (2,)).exact


def test_what_cannot_be_decided_is_not() -> None:
    """Comparisons of balls that overlap have no answer, and where takes the hull."""
    xp = BallNamespace()
    ball = xp.asarray([flint.arb(0, 1), flint.arb(2), flint.arb(-2)])
    assert list((ball > 0).data) == [None, True, False]
    assert list((ball == ball).data) == [True, True, True]
    hull = xp.where(ball > 0, 1.0, -1.0).data[0]
    assert hull.contains(1)
    assert hull.contains(-1)
    with pytest.raises(ArithmeticError):
        bool(ball[0] > 0)
