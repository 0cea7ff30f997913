"""The helpers that every formula stands on, on every library."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import MAKERS, Library, to_numpy
from lionk_ref import arrays

DTYPES = ("float64", "float32")
MIXED = [3.0, -0.0, 0.0, -4.0, np.inf, -np.inf, np.nan, 5e-324, -1e-40]


def spacing(dtype: str) -> float:
    """Twice the unit roundoff."""
    return float(np.finfo(dtype).eps)


def check_sign(library: Library, dtype: str = "float64") -> None:
    """Against a loop, and the sign of its zeros."""
    z = library.make(MIXED, dtype)
    held = np.array(MIXED, dtype=dtype)
    slow = [v if math.isnan(v) else float(v > 0) - float(v < 0) for v in held.tolist()]
    ours = to_numpy(arrays.sign(z))
    assert np.array_equal(ours, slow, equal_nan=True)
    assert not np.signbit(ours[ours == 0]).any()
    assert arrays.sign(z).dtype == z.dtype


@pytest.mark.parametrize("dtype", DTYPES)
def test_sign(library: Library, dtype: str) -> None:
    """Zeros of both signs, infinities, NaN, subnormal numbers."""
    check_sign(library, dtype)


NORMS = [
    [3.0, -4.0],
    [0.0, 0.0],
    [3e300, -4e300],
    [3e-320, 4e-320],
    [1e200, 1e-200],
    [np.inf, 1.0],
    [np.inf, -np.inf],
    [1.0, np.nan],
    [],
]


def check_norm(library: Library) -> None:
    """Against `math.hypot`, which neither overflows nor underflows."""
    for entries in NORMS:
        ours = float(to_numpy(arrays.norm(library.make(entries))))
        assert np.allclose(ours, math.hypot(*entries), rtol=4e-16, atol=0, equal_nan=True), entries


def test_norm(library: Library) -> None:
    """As large and as small as numbers go."""
    check_norm(library)


@given(
    st.lists(st.floats(allow_nan=False, allow_infinity=False, max_value=1e300, min_value=-1e300))
)
def test_norm_search(entries: list[float]) -> None:
    """Hypothesis finds no vector where it is off by more than a few roundings."""
    ours = float(arrays.norm(np.array(entries, dtype=float)))
    assert math.isclose(ours, math.hypot(*entries), rel_tol=1e-15, abs_tol=1e-323)


def check_total(library: Library) -> None:
    """A float32 sum is rounded once, from float64: exactly as with fractions."""
    z = np.random.default_rng(61).normal(size=1000).astype("float32")
    exact = sum(Fraction(float(v)) for v in z)
    ours = arrays.total(library.make(z, "float32"))
    assert float(to_numpy(ours)) == float(np.float32(float(exact)))
    assert ours.dtype == library.make(z, "float32").dtype


def test_total(library: Library) -> None:
    """A thousand terms that cancel."""
    check_total(library)


def check_max_abs(library: Library) -> None:
    """Of nothing it is 0; NaN stays NaN."""
    for entries, largest in (([], 0), ([-3.0, 2.0], 3), ([-0.0], 0), ([-np.inf], np.inf)):
        assert float(to_numpy(arrays.max_abs(library.make(entries)))) == largest
    assert np.isnan(to_numpy(arrays.max_abs(library.make([1.0, np.nan]))))
    assert arrays.max_abs(library.make(np.zeros((2, 0)))).shape == ()


def test_max_abs(library: Library) -> None:
    """And a 0-d array."""
    check_max_abs(library)


SCALED = [
    ([2.0, -4.0, 0.0], [0.5, -1.0, 0.0]),
    ([0.0, -0.0], [0.0, 0.0]),
    ([np.inf, 1e300, -np.inf], [1.0, 0.0, -1.0]),
    ([5e-324, -5e-324], [1.0, -1.0]),
    ([np.nan, 1.0], [np.nan, np.nan]),
]


def check_scaled(library: Library) -> None:
    """The largest magnitude becomes 1; infinities are the limit, NaN spreads."""
    for entries, expected in SCALED:
        z = library.make(entries)
        ours = to_numpy(arrays.scaled(z, arrays.max_abs(z)))
        assert np.array_equal(ours, expected, equal_nan=True), entries


def test_scaled(library: Library) -> None:
    """No warning either: warnings are errors here."""
    check_scaled(library)


def test_dot_norm_over_blocks(library: Library) -> None:
    """The inner product and the norm of the whole."""
    tree = {"w": library.make([[3.0, 0.0]]), "b": library.make([-4.0, 12.0])}
    assert float(to_numpy(arrays.dot(tree, tree))) == 169.0
    assert float(to_numpy(arrays.norm(tree))) == 13.0
    assert arrays.dot(tree, tree).shape == arrays.norm(tree).shape == ()


@pytest.mark.parametrize("dtype", DTYPES)
def test_nonzero_precise_checked(library: Library, dtype: str) -> None:
    """Zeros become ones; float32 becomes float64 exactly; what is accepted is itself."""
    z = library.make([0.0, -0.0, 0.1, -2.0], dtype)
    held = np.array([1.0, 1.0, 0.1, -2.0], dtype=dtype)
    assert np.array_equal(to_numpy(arrays.nonzero(z)), held)
    wide = arrays.precise({"w": z})["w"]
    assert wide.dtype == library.make([0.0]).dtype
    assert np.array_equal(to_numpy(wide), to_numpy(z).astype("float64"))
    assert arrays.checked(z) is z


def test_namespace(library: Library) -> None:
    """Each library is itself, whichever was asked for before."""
    z = library.make([1.0])
    for other in (make() for make in MAKERS.values()):
        arrays.array_namespace(other.make([1.0]))
        assert arrays.array_namespace(z, z).__name__ == library.xp.__name__


WRONG: list[tuple[tuple[Any, ...], str]] = [
    (([1.0],), "got list. Convert it first"),
    ((np.ones(2), 1.0), "got float. Convert it first"),
    ((np.ones(2, dtype=int),), "Expected float32 or float64, got int64"),
    ((np.ones(2, dtype=complex),), "got complex128"),
    ((np.ones(2), np.ones(2, dtype="float32")), "different dtypes: float64 and float32"),
    ((np.ones(2, dtype="float32"), np.ones(2)), "different dtypes: float32 and float64"),
    ((np.ones(2), MAKERS["strict"]().make([1.0])), "different libraries: array_api_strict and nu"),
    ((MAKERS["strict"]().make([1.0]), np.ones(2)), "different libraries: array_api_strict and nu"),
]


@pytest.mark.parametrize(("asked", "text"), WRONG, ids=[text for _, text in WRONG])
def test_wrong_arrays(asked: tuple[Any, ...], text: str) -> None:
    """Both sides are named, in one line; the order does not matter."""
    with pytest.raises(TypeError, match=text) as caught:
        arrays.array_namespace(*asked)
    assert "\n" not in str(caught.value)


def test_shapes_must_agree(library: Library) -> None:
    """By the names that the caller gave."""
    x, g = library.make([1.0]), library.make([[1.0]])
    with pytest.raises(ValueError, match=r"Shapes must agree, got x \(1,\), g \(1, 1\)\."):
        arrays.require_same_shape(x=x, g=g)
    with pytest.raises(ValueError, match="Shapes must agree"):
        arrays.dot(x, g)
    arrays.require_same_shape(x=x, y=x)


def test_blocks_must_agree() -> None:
    """The names on both sides."""
    one = {"w": 1, "b": 2}
    assert arrays.each(lambda a, b: a - b, one, {"b": 1, "w": 1}) == {"w": 0, "b": 1}
    assert list(arrays.each(abs, one)) == ["w", "b"]
    with pytest.raises(ValueError, match=r"got \['b', 'w'\] and \['w'\]"):
        arrays.each(lambda a, b: a, one, {"w": 1})
    with pytest.raises(ValueError, match=r"got \['b', 'w'\] and int"):
        arrays.each(lambda a, b: a, one, 1)


def test_require(library: Library) -> None:
    """The message, unless all is well."""
    z = library.make([1.0, 2.0])
    arrays.require(z > 0, "not positive")
    with pytest.raises(ValueError, match="not all above one"):
        arrays.require(z > 1, "not all above one")
    assert arrays.as_float(arrays.max_abs(z)) == 2.0


def test_blocks_of_two_dtypes() -> None:
    """A sum of float32 and float64 has no dtype of its own."""
    tree = {"w": np.ones(2), "b": np.ones(2, dtype="float32")}
    for f in (lambda t: arrays.dot(t, t), arrays.norm):
        with pytest.raises(TypeError, match="different dtypes"):
            f(tree)
