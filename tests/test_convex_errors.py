"""What is refused, and that the message says in one line what was asked, got, and what to do."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import pytest

from convex_probe import SIZE, Probe, derived, label
from helpers import MAKERS
from lionk_ref.convex import (
    CATALOGUE,
    L1,
    DeadZone,
    Dilated,
    Ellipsoid,
    GroupL2,
    HalfSquare,
    Huber,
    Lp,
    Power,
    Schatten,
    TopK,
    WeightedL1,
)
from test_convex_fenchel_young import check_equality, check_normalised

ONE_ARRAY = (
    *("value", "subgradient", "conjugate", "conjugate_subgradient", "project_domain"),
    *("distance_to_domain", "projected_conjugate", "argmin_support"),
)
PLAIN = [cls.examples((SIZE,))[0] for cls in CATALOGUE.values()]

NO_ARRAYS = {
    "int": np.arange(1, SIZE + 1),
    "bool": np.ones(SIZE, dtype=bool),
    "complex": np.ones(SIZE, dtype=complex),
    "float16": np.ones(SIZE, dtype="float16"),
    "object": np.ones(SIZE, dtype=object),
    "list": [1.0] * SIZE,
    "float": 1.0,
    "none": None,
    "text": "1.0",
}


def one_line(caught: pytest.ExceptionInfo[Exception]) -> str:
    """The message, if it is one sentence or two on one line."""
    text = str(caught.value)
    assert text.endswith(".")
    assert "\n" not in text
    assert len(text) < 200
    return text


@pytest.mark.parametrize("z", NO_ARRAYS.values(), ids=list(NO_ARRAYS))
@pytest.mark.parametrize("K", [*PLAIN, Dilated(L1(), 2.0), Dilated(HalfSquare(), 2.0)], ids=label)
def test_no_array(K: Any, z: Any) -> None:
    """Anything but float32 and float64 is refused by every method, and named."""
    for method in ONE_ARRAY:
        with pytest.raises(TypeError) as caught:
            getattr(K, method)(z)
        kind = str(z.dtype) if isinstance(z, np.ndarray) else type(z).__name__
        assert f"got {kind}" in one_line(caught), method


def pairs() -> dict[str, tuple[Any, Any, type[Exception], str]]:
    """Two arrays that do not belong together, and what is said of them."""
    z, other = np.ones(SIZE), MAKERS["strict"]().make(np.ones(SIZE))
    return {
        "dtypes": (z, z.astype("float32"), TypeError, "float64 and float32"),
        "libraries": (z, other, TypeError, "array_api_strict and numpy"),
        "shapes": (z, np.ones((SIZE, 1)), ValueError, "a (6,), b (6, 1)"),
    }


@pytest.mark.parametrize(("z", "y", "error", "text"), pairs().values(), ids=list(pairs()))
@pytest.mark.parametrize("K", PLAIN, ids=label)
def test_mixed(K: Any, z: Any, y: Any, error: type[Exception], text: str) -> None:
    """Both sides are named."""
    with pytest.raises(error) as caught:
        K.fenchel_young_gap(z, 0.01 * y)
    assert text in one_line(caught)


BAD = (-1, -0.5, 0, float("nan"), float("inf"), "a", None, True, 1j, (), [1.0], np.ones(2))
NUMERIC = [(cls, f.name) for cls in CATALOGUE.values() for f in fields(cls)]  # type: ignore[arg-type]


def outcome(cls: Any, name: str, value: Any) -> Any:
    """A K that has been used with this parameter, or the error on the way."""
    try:
        K = cls(**{name: value})
        check_normalised(Probe(K))
        check_equality(Probe(K))
    except (ValueError, TypeError) as error:
        return error
    return K


@pytest.mark.parametrize("bad", BAD, ids=repr)
@pytest.mark.parametrize(("cls", "name"), NUMERIC, ids=[f"{c.key}-{n}" for c, n in NUMERIC])
def test_bad_parameter(cls: Any, name: str, bad: Any) -> None:
    """A parameter is refused, by its name or value, or K can live with it and is still a K."""
    got = outcome(cls, name, bad)
    if isinstance(got, Exception):
        text = str(got)
        assert text.startswith(f"{cls.__name__} ")
        assert f"got {bad!r}" in text or f"{name}=" in text or f"0 {name}" in text
        assert "\n" not in text


def test_a_parameter_that_is_not_refused_is_seen() -> None:
    """A dead zone of negative width is no K: it is not 0 at 0."""

    @dataclass(frozen=True)
    class Lax(DeadZone):
        def __post_init__(self) -> None:
            pass

    with pytest.raises(AssertionError):
        outcome(Lax, "e", -1)


SPECIFIC = [
    (lambda: Lp(p=1), "For p = 1 use L1()"),
    (lambda: Lp(p=1e9), "for p = inf LInf()"),
    (lambda: Lp(p=0.5), "got p=0.5"),
    (lambda: TopK(k=1.0), "whole number k >= 1, got k=1.0"),
    (lambda: GroupL2(size=0), "whole number size >= 1, got size=0"),
    (lambda: Huber(e=0), "Huber needs a finite e > 0, got e=0"),
    (lambda: WeightedL1(weights=(1.0, -2.0)), "weights > 0, got weights=-2.0"),
    (lambda: WeightedL1(np.ones(2)), "a number > 0, or a tuple of them such as (1.0, 0.5), got"),
    (lambda: WeightedL1([1, 2]), "or a tuple of them such as (1.0, 0.5), got weights=[1, 2]"),
    (lambda: GroupL2(weights=np.ones(99)), "GroupL2 needs a number > 0, or a tuple of them"),
    (lambda: Ellipsoid(np.eye(2)), "got A=array([[1., 0.], [0., 1.]])"),
    (lambda: Ellipsoid(([1.0],)), "A as a number, a tuple for the diagonal, or a tuple of rows"),
    (lambda: Ellipsoid(A=((1.0, 2.0), (2.0, 1.0))), "Ellipsoid needs a symmetric, positive def"),
    (lambda: Lp(p="a"), "Lp needs a number 1.0001 <= p <= 1000, got p='a'"),
    (lambda: Power(p="a"), "Power needs a number 1 < p < inf, got p='a'"),
    (lambda: Schatten(p=True), "Schatten needs a number 1.0001 <= p <= 1000, got p=True"),
    (lambda: Schatten(p=1.00001), "<= 1000, got p=1.00001. p = 1 is Nuclear(), p = inf Spectral"),
    (lambda: Schatten(p=5e3), "needs a number 1.0001 <= p <= 1000, got p=5000.0."),
    (lambda: WeightedL1(weights=(1.0, 2.0)).value(np.ones(3)), "2 weights, got an array of shape"),
    (lambda: GroupL2(weights=(1.0,)).value(np.ones(6)), "1 weights, got 3 groups"),
]


@pytest.mark.parametrize(("call", "text"), SPECIFIC, ids=[text for _, text in SPECIFIC])
def test_wrong_parameters_say_what_to_do(call: Any, text: str) -> None:
    """By name and value."""
    with pytest.raises(ValueError, match=re.escape(text)) as caught:
        call()
    one_line(caught)


@pytest.mark.parametrize("K", derived(), ids=label)
def test_derived_refuse_too(K: Any) -> None:
    """Through every wrapping."""
    for method in ONE_ARRAY:
        with pytest.raises(TypeError):
            getattr(K, method)(NO_ARRAYS["int"])


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize(("cls", "name"), NUMERIC, ids=[f"{c.key}-{n}" for c, n in NUMERIC])
def test_numpy_scalars_do_not_widen(cls: Any, name: str, dtype: str) -> None:
    """A parameter that is a NumPy number leaves float32 what it is."""
    for K in cls.examples((SIZE,)):
        value = getattr(K, name)
        if isinstance(value, float):
            kept = {f.name: getattr(K, f.name) for f in fields(K)}
            again = cls(**{**kept, name: np.float64(value)})
            z = np.ones(SIZE, dtype=dtype)
            assert again == K
            assert again.subgradient(z).dtype == again.value(z).dtype == z.dtype


def test_a_long_diagonal() -> None:
    """A diagonal is checked entry by entry: n^2 numbers for n = 100,000 would not fit."""
    assert len(Ellipsoid(A=(2.0,) * 100_000).A) == 100_000  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="Ellipsoid needs"):
        Ellipsoid(A=(1.0, 1.0, -1.0))
