"""Section 2: the problems on every array library, and the errors for what does not fit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import array_api_compat
import numpy as np
import pytest

from helpers import Library, to_numpy
from lionk_ref.arrays import each
from lionk_ref.problems import (
    LeastSquares,
    Logistic,
    Problem,
    Quadratic,
    Rosenbrock,
    Softmax,
    softmax_from,
)
from problem_twins import SMALL, U, close, flat, on, points

EVERY = pytest.mark.parametrize("problem", SMALL.values(), ids=SMALL)


@EVERY
@pytest.mark.parametrize(("dtype", "u"), [("float64", U), ("float32", 2.0**-24)])
def test_every_library(library: Library, problem: Problem, dtype: str, u: float) -> None:
    """All answers are right, and arrays of the library, device, dtype and shape of x."""
    there = on(library, problem, dtype)
    x, y = points(problem, 2)
    here = each(lambda a: library.make(a, dtype), x)
    next_ = each(lambda a: library.make(a, dtype), y)
    for name, arguments, point in [
        ("gradient", (here,), (x,)),
        ("hessian_vector", (here, next_), (x, y)),
        ("majorant", (next_,), (y,)),
        ("diagonal_majorant", (), ()),
        ("x0", (), ()),
        ("f", (here,), (x,)),
        ("bregman", (next_, here), (y, x)),
    ]:
        got, expected = getattr(there, name)(*arguments), getattr(problem, name)(*point)
        each(lambda a, b: _same_kind(library, a, b, dtype), got, expected)
        finite = np.all(np.isfinite(flat(expected)))
        back = flat(each(to_numpy, got)).astype(float)
        assert close(back, flat(expected).tolist(), u) if finite else (back == flat(expected)).all()
    assert there.smoothness == pytest.approx(problem.smoothness, rel=500 * u)


def _same_kind(library: Library, got: Any, expected: Any, dtype: str) -> None:
    assert array_api_compat.array_namespace(got) == array_api_compat.array_namespace(
        library.make([])
    )
    assert got.dtype == getattr(library.xp, dtype)
    assert array_api_compat.device(got) == library.device
    assert got.shape == np.shape(expected)


@EVERY
def test_to_and_back(library: Library, problem: Problem) -> None:
    """`to` moves every array, rounds once to float32, and leaves the original alone."""
    moved = problem.to(library.xp, library.xp.float32, library.device)
    for name, a in moved._arrays().items():
        _same_kind(library, a, getattr(problem, name), "float32")
        assert (to_numpy(a) == getattr(problem, name).astype("float32")).all()
    back = moved.to(np, np.float64)
    assert {type(a) for a in back._arrays().values()} == {np.ndarray}
    assert type(back) is type(problem)
    assert getattr(back, "blocks", None) == getattr(problem, "blocks", None)
    assert float(back.f(points(back, 1)[0])) == pytest.approx(
        float(problem.f(points(problem, 1)[0])), rel=1e-4
    )


def test_to_reports_a_dtype_that_it_does_not_get() -> None:
    """A library that silently narrows float64, as JAX does by default, is an error."""

    class Narrow:
        @staticmethod
        def asarray(a: Any, dtype: Any, device: Any) -> Any:
            return np.asarray(a, dtype=np.float32)

    with pytest.raises(TypeError, match=r"Asked for .*float64.*, got float32"):
        SMALL["toy"].to(Narrow, np.float64)  # type: ignore[arg-type]


@EVERY
def test_points_that_do_not_fit(problem: Problem) -> None:
    """A wrong shape or dtype is an error wherever a point goes in: broadcasting would hide it."""
    x = points(problem, 1)[0]
    for bad, error in [
        (each(lambda a: a[..., None], x), ValueError),
        (each(lambda a: a[:1], x), ValueError),
        (each(lambda a: a.astype(np.float32), x), TypeError),
        (each(lambda a: a.tolist(), x), TypeError),
    ]:
        for call in (problem.f, problem.gradient, lambda b: problem.hessian_vector(b, x)):
            with pytest.raises(error):
                call(bad)
        for call in (lambda b: problem.hessian_vector(x, b), lambda b: problem.bregman(b, b)):
            with pytest.raises(error):
                call(bad)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Quadratic(np.eye(2), np.zeros(3), np.zeros(3)), r"Q \(d, d\)"),
        (lambda: Quadratic(np.array([[1.0, 2.0], [0.0, 1.0]]), *np.zeros((2, 2))), "symmetric"),
        (lambda: Quadratic(np.eye(2), np.zeros(2), np.zeros(3)), "Shapes must agree"),
        (lambda: Quadratic(np.full((2, 2), np.nan), *np.zeros((2, 2))), "symmetric"),
        (lambda: Rosenbrock(np.zeros(1)), "d >= 2"),
        (lambda: LeastSquares(np.eye(2), np.zeros(3)), "1 axes and 2 rows"),
        (lambda: LeastSquares(np.zeros((0, 2)), np.zeros(0)), "n, d >= 1"),
        (lambda: LeastSquares(np.full((1, 1), np.inf), np.zeros(1)), "A must be finite"),
        (lambda: Logistic(np.eye(2), np.array([0.0, 1.0])), "-1 and 1"),
        (lambda: Logistic(np.eye(2), np.array([[1.0], [1.0]])), "labels must have 1 axes"),
        (lambda: LeastSquares(np.eye(2), np.zeros((2, 1))), "b must have 1 axes"),
        (lambda: Softmax(np.eye(2), np.ones((2, 1))), "2 classes or more"),
        (lambda: Softmax(np.eye(2), np.full((2, 2), 0.5)), "one 1 in each row"),
        (lambda: Softmax(np.eye(2), np.zeros((2, 2))), "one 1 in each row"),
        (lambda: softmax_from(np.eye(2), [1, 1]), "distinct labels"),
    ],
)
def test_data_that_do_not_fit(make: Callable[[], Problem], message: str) -> None:
    """Each wrong argument of a constructor is named in one line."""
    with pytest.raises(ValueError, match=message) as caught:
        make()
    assert "\n" not in str(caught.value)
