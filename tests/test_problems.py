"""Section 2: f, its derivatives and the curvature of Theorem 4.1, against slow twins."""

from __future__ import annotations

import importlib
import itertools
import math
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import problem_twins as twin
from lionk_ref.arrays import each
from lionk_ref.problems import (
    PROBLEMS,
    LeastSquares,
    Logistic,
    Problem,
    Quadratic,
    Rosenbrock,
    Softmax,
    _collect,
    softmax_digits,
    softmax_from,
)
from lionk_ref.problems.log_sum_exp import divergence
from problem_twins import SMALL, U, close, exact, flat, points, unflat

EVERY = pytest.mark.parametrize("problem", SMALL.values(), ids=SMALL)
SMOOTH = pytest.mark.parametrize(
    "problem", [pytest.param(p, id=name) for name, p in SMALL.items() if p.smoothness < math.inf]
)


def minus(a: Any, b: Any) -> Any:
    """a - b, block by block."""
    return each(lambda p, q: p - q, a, b)


def plus(a: Any, b: Any) -> Any:
    """a + b, block by block."""
    return each(lambda p, q: p + q, a, b)


def matrix(problem: Problem, times: Callable[[Any], Any]) -> Any:
    """The matrix of a linear map of points, column by column."""
    d = flat(problem.x0()).size
    return np.stack([flat(times(unflat(problem, e))) for e in np.eye(d)], axis=1)


@EVERY
def test_value_and_derivatives(problem: Problem) -> None:
    """f, gradient and Hessian times v are those of the formula; kills a wrong 1/n or sign."""
    x, v, other = points(problem, 3)
    assert close(problem.f(x), [twin.f(problem, exact(flat(x)))])
    assert close(problem.gradient(x), twin.gradient(problem, exact(flat(x))))
    expected = twin.hessian_vector(problem, exact(flat(x)), exact(flat(v)))
    assert close(problem.hessian_vector(x, v), expected)
    assert not close(problem.hessian_vector(x, other), expected)


@EVERY
@pytest.mark.parametrize("size", [1.0, 1e-5, 1e-10])
def test_bregman_does_not_cancel(problem: Problem, size: float) -> None:
    """D_f is right to 1e-12 of itself, however near the points; kills the plain difference."""
    x, v = points(problem, 2, seed=3)
    x_next = plus(x, each(lambda a: size * a, v))
    expected = twin.bregman(problem, exact(flat(x_next)), exact(flat(x)))
    assert abs(float(problem.bregman(x_next, x)) / expected - 1) < 1e-12


@EVERY
def test_bregman_is_the_difference(problem: Problem) -> None:
    """The base class's D_f, by its definition, agrees where nothing cancels."""
    x, x_next = points(problem, 2, seed=4)
    plain = Problem.bregman(problem, x_next, x)
    assert float(problem.bregman(x_next, x)) == pytest.approx(float(plain), rel=1e-11)


def test_the_plain_difference_cancels() -> None:
    """The check above has teeth: the definition in floating point is off by far more."""
    x, v = points(SMALL["logistic"], 2)
    x_next = x + 1e-10 * v
    good = float(SMALL["logistic"].bregman(x_next, x))
    assert abs(float(Problem.bregman(SMALL["logistic"], x_next, x)) / good - 1) > 1e-3


scores = st.lists(st.floats(-800, 800), min_size=3, max_size=3)
steps = st.lists(st.floats(-2000, 2000) | st.floats(-1e-6, 1e-6), min_size=3, max_size=3)


@given(z=scores, step=steps)
def test_divergence_of_log_sum_exp(z: list[float], step: list[float]) -> None:
    """log E_p exp(c) to its own rounding, over- and underflow of exp included; never negative."""
    mp, c = twin.mp, exact(step)
    weights = [mp.exp(a) for a in exact(z)]
    tilted = [w * mp.exp(b) for w, b in zip(weights, c, strict=True)]
    mean = mp.fsum(w * b for w, b in zip(weights, c, strict=True)) / mp.fsum(weights)
    expected = mp.log(mp.fsum(tilted) / mp.fsum(weights)) - mean
    got = float(divergence(np.array(z), np.array(step)))
    # p and c are off by a few roundings of z and step; a common shift of c enters squared.
    size = 8 * U * (8 + np.ptp(z) + np.max(np.abs(step)))
    assert got >= 0
    assert abs(got - expected) <= size * expected + size**2


def test_quadratics_in_exact_fractions() -> None:
    """On small integers nothing is rounded, so that f, gradient and D_f are equal to Fractions."""
    Q, c = [[3, -2], [-2, -5]], [1, -4]
    f = Quadratic(np.array(Q, dtype=float), np.array(c, dtype=float), np.zeros(2))

    def value(x: list[Fraction]) -> Fraction:
        d = [a - b for a, b in zip(x, c, strict=True)]
        return sum((d[i] * Q[i][j] * d[j] for i in (0, 1) for j in (0, 1)), Fraction()) / 2

    for values in itertools.product((-3, 0, Fraction(1, 4)), repeat=4):
        x, y = list(map(Fraction, values[:2])), list(map(Fraction, values[2:]))
        slope = [sum(Q[i][j] * (x[j] - c[j]) for j in (0, 1)) for i in (0, 1)]
        at, to = np.array(x, dtype=float), np.array(y, dtype=float)
        assert Fraction(float(f.f(at))) == value(x)
        assert list(map(Fraction, f.gradient(at).tolist())) == slope
        gap = value(y) - value(x) - sum(s * (b - a) for s, a, b in zip(slope, x, y, strict=True))
        assert Fraction(float(f.bregman(to, at))) == gap


@SMOOTH
@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e3])
def test_majorants(problem: Problem, scale: float) -> None:
    """D_f <= <d, M d>/2, which is at most <d, D d>/2 and L |d|^2/2; also for steps of signs."""
    D = flat(problem.diagonal_majorant())
    for x, y in itertools.pairwise(points(problem, 12, scale)):
        for step in (minus(y, x), each(lambda a: scale * np.sign(a), y)):
            x_next = plus(x, step)
            taken = minus(x_next, x)
            d = flat(taken)
            slack = 100 * U * d @ (D * d)
            curvature = d @ flat(problem.majorant(taken))
            assert 2 * float(problem.bregman(x_next, x)) <= curvature + slack
            assert curvature <= d @ (D * d) + slack
            assert curvature <= problem.smoothness * (d @ d) * (1 + 100 * U)


@SMOOTH
def test_majorant_matrix(problem: Problem) -> None:
    """0 <= M <= diag(D) and M <= L I, M symmetric, and M above the Hessian at any point."""
    M, D = matrix(problem, problem.majorant), np.diag(flat(problem.diagonal_majorant()))
    slack = 1e-13 * problem.smoothness
    assert np.allclose(M, M.T, rtol=0, atol=slack)
    above = [M, D - M, problem.smoothness * np.eye(len(M)) - M]
    for x in points(problem, 5, scale=2.0):
        hessian = matrix(problem, lambda v, x=x: problem.hessian_vector(x, v))
        above.append(M - hessian)
    assert min(np.linalg.eigvalsh(a)[0] for a in above) >= -slack


def attaining(name: str) -> tuple[Any, Any]:
    """A point, and a step along which the curvature there is L."""
    problem = SMALL[name]
    step = unflat(problem, np.linalg.eigh(matrix(problem, problem.majorant))[1][:, -1])
    x = problem.x0()
    if name.startswith("softmax"):  # two classes of probability 1/2 and no third
        ones = np.column_stack([problem.A, np.ones(len(problem.A))])
        feature = np.linalg.svd(ones)[2][0]
        x = unflat(problem, [*[0.0] * 9, 0.0, 0.0, -900.0])
        step = unflat(problem, np.outer(feature, [1.0, -1.0, 0.0]).ravel())
    return x, each(lambda a: 1e-4 * a, step)


@pytest.mark.parametrize("name", ["toy", "quadratic", "least_squares", "logistic", "softmax"])
def test_smoothness_is_attained(name: str) -> None:
    """L cannot be lowered by a millionth; kills A'A for A'A/n, the trace for lambda_max."""
    problem, (x, step) = SMALL[name], attaining(name)
    x_next = plus(x, step)
    d = flat(minus(x_next, x))
    curvature = 2 * float(problem.bregman(x_next, x)) / (d @ d)
    assert problem.smoothness * (1 - 1e-6) < curvature <= problem.smoothness * (1 + 1e-12)
    assert d @ flat(problem.majorant(minus(x_next, x))) / (d @ d) == pytest.approx(curvature, 1e-6)


def test_smoothness_of_the_blocks() -> None:
    """The dict of blocks is the same problem as the one array."""
    one, two = SMALL["softmax"], SMALL["softmax-blocks"]
    (x, v), rest = points(one, 2), lambda a: {"W": a[:-1], "b": a[-1]}
    assert one.smoothness == two.smoothness
    assert float(one.f(x)) == float(two.f(rest(x)))
    for name in ("gradient", "majorant"):
        assert flat(getattr(one, name)(x)).tolist() == flat(getattr(two, name)(rest(x))).tolist()
    assert set(two.x0()) == set(two.hessian_vector(rest(x), rest(v))) == {"W", "b"}
    assert two.diagonal_majorant()["b"].shape == (3,)


def test_indefinite_quadratic() -> None:
    """M is the part of Q with positive eigenvalues, and L sees the most negative one."""
    problem = SMALL["indefinite"]
    M = matrix(problem, problem.majorant)
    assert np.linalg.eigvalsh(M) == pytest.approx([0, 0, 0.5, 3], abs=1e-13)
    assert problem.smoothness == pytest.approx(4, rel=1e-13)
    assert SMALL["toy"].majorant(np.array([1.0, 2.0])).tolist() == [2.0, 4.0]


def test_diagonal_majorant_of_pixels() -> None:
    """For features >= 0 and a step of equal coordinates the diagonal form loses nothing."""
    problem = Logistic(np.abs(SMALL["logistic"].A), SMALL["logistic"].labels)
    ones = np.ones(3)
    assert problem.diagonal_majorant().sum() == pytest.approx(ones @ problem.majorant(ones))


def test_rosenbrock_has_no_smoothness() -> None:
    """The curvature grows without bound, and an infinite M gives no NaN where a step stays put."""
    problem = Rosenbrock.of_dimension(3)
    step = np.array([0.0, -1.0, 2.0])
    assert problem.smoothness == math.inf
    assert problem.majorant(step).tolist() == [0.0, -math.inf, math.inf]
    assert problem.diagonal_majorant().tolist() == [math.inf] * 3
    far = [float(problem.bregman(x + step, x)) for x in (np.zeros(3), np.full(3, 1e3))]
    assert far[1] > 1e5 * far[0]


def test_large_margins() -> None:
    """Scores of 10^6 give the hinge's value and slope, with no overflow and no warning."""
    one = Logistic(np.array([[1e6], [-1e6], [2e6]]), np.array([1.0, 1.0, -1.0]))
    x = np.ones(1)
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        assert float(one.f(x)) == 1e6
        assert one.gradient(x).tolist() == [1e6]
        assert one.hessian_vector(x, x).tolist() == [0.0]
        assert float(one.bregman(-x, x)) == 4e6 / 3
        two = Softmax(np.array([[1e6]]), np.array([[0.0, 1.0]]))
        W = np.array([[1.0, -1.0], [0.0, 0.0]])
        assert float(two.f(W)) == 2e6
        assert two.gradient(W).tolist() == [[1e6, -1e6], [1.0, -1.0]]
        assert float(two.bregman(-W, W)) == 2e6


def test_softmax_of_two_classes_is_logistic() -> None:
    """The scores' difference is the logit: f, gradient and D_f agree, and L is twice as large."""
    A, signs = twin.A, twin.SIGNS
    two, one = softmax_from(A, (signs > 0).astype(int)), Logistic(np.c_[A, np.ones(7)], signs)
    W, V = points(two, 2)
    assert float(two.f(W)) == pytest.approx(float(one.f(W[:, 1] - W[:, 0])), rel=1e-14)
    gradient = one.gradient(W[:, 1] - W[:, 0])
    assert np.allclose(two.gradient(W), np.stack([-gradient, gradient], axis=1), rtol=0, atol=1e-15)
    gap = one.bregman(V[:, 1] - V[:, 0], W[:, 1] - W[:, 0])
    assert float(two.bregman(V, W)) == pytest.approx(float(gap), rel=1e-13)
    assert two.smoothness == pytest.approx(2 * one.smoothness, rel=1e-14)
    bent = one.majorant(V[:, 1] - V[:, 0])
    assert np.allclose(two.majorant(V), np.stack([-bent, bent], axis=1), rtol=0, atol=1e-14)


def test_least_squares_is_a_quadratic() -> None:
    """Q = A'A/n: the same D_f, L, M and D, and gradients that differ by none where b = A c."""
    A, center = twin.A, np.array([1.0, -2.0, 0.5])
    gram = A.T @ A / 7
    one, two = LeastSquares(A, A @ center), Quadratic((gram + gram.T) / 2, center, center)
    x, y = points(one, 2)
    for got, expected in [
        (one.f(x), two.f(x)),
        (one.gradient(x), two.gradient(x)),
        (one.bregman(y, x), two.bregman(y, x)),
        (one.diagonal_majorant(), two.diagonal_majorant()),
        (one.smoothness, two.smoothness),
    ]:
        assert np.allclose(got, expected, rtol=1e-13, atol=0)


def test_softmax_from() -> None:
    """Classes are the sorted labels; standardised features have deviation 1, or are 0."""
    X = np.c_[twin.A, np.full(7, 5.0)]
    f = softmax_from(X, [7, -2, 7, 30, 30, -2, 7], standardize=True)
    assert f.targets.argmax(axis=1).tolist() == [1, 0, 1, 2, 2, 0, 1]
    assert np.allclose(f.A.mean(axis=0), 0, atol=1e-15)
    assert f.A.std(axis=0) == pytest.approx([1, 1, 1, 0])
    assert (softmax_from(X, [0, 1] * 3 + [0]).A == X).all()


def test_the_named_problems() -> None:
    """The names of the command line; each builder gives a problem with a finite f at its start."""
    assert sorted(PROBLEMS) == sorted(
        [
            *("toy", "quadratic", "indefinite", "rosenbrock", "least_squares", "logistic"),
            *("softmax", "matrix_sensing"),
        ]
    )
    for build in PROBLEMS.values():
        problem = build()
        assert np.isfinite(problem.f(problem.x0()))
        assert problem.title
        assert problem.formula


def test_the_toy() -> None:
    """Figure 1: f(x) = (x_1 - 1.5)^2 + x_2^2 with L = 2, from outside the box of lam = 1."""
    toy = PROBLEMS["toy"]()
    for x in points(toy, 5):
        assert float(toy.f(x)) == pytest.approx((x[0] - 1.5) ** 2 + x[1] ** 2, rel=1e-15)
    assert toy.smoothness == 2.0
    assert np.abs(toy.x0()).max() > 1


def test_the_spectra() -> None:
    """The ill-conditioned quadratic has condition 10^4, the other one a negative eigenvalue."""
    for name, low, high in [("quadratic", 1e-4, 1.0), ("indefinite", -0.5, 2.0)]:
        values = np.linalg.eigvalsh(PROBLEMS[name]().Q)
        assert len(values) == 20
        assert (values[0], values[-1]) == pytest.approx((low, high), rel=1e-10)
    a, b = Quadratic.of_spectrum([1.0, 2.0], seed=0), Quadratic.of_spectrum([1.0, 2.0], seed=1)
    assert (a.Q != b.Q).all()


def test_softmax_on_the_digits() -> None:
    """From x = 0 f is log 10; L is half the largest eigenvalue, found here by the power method."""
    problem = softmax_digits()
    assert problem.x0().shape == (65, 10)
    assert float(problem.f(problem.x0())) == pytest.approx(math.log(10), rel=1e-14)
    ones, v = np.c_[problem.A, np.ones(1797)], np.ones(65)
    for _ in range(100):
        v = ones.T @ (ones @ v) / 1797
        size, v = np.linalg.norm(v), v / np.linalg.norm(v)
    assert problem.smoothness == pytest.approx(size / 2, rel=1e-12)
    assert softmax_digits(blocks=True).x0()["W"].shape == (64, 10)


def test_logistic_on_the_digits() -> None:
    """Odd digits have label 1: the bias's slope at 0 is half the surplus of even ones."""
    problem = Logistic.digits()
    odd = sum([182, 183, 182, 179, 180])
    slope = float(problem.gradient(problem.x0())[-1])
    assert slope == pytest.approx((1797 - 2 * odd) / 1797 / 2, rel=1e-12)
    assert problem.A.shape == (1797, 65)


def test_one_file_and_one_line() -> None:
    """Every file that defines a problem is imported by the package, and its names are found."""
    folder = Path(importlib.import_module("lionk_ref.problems").__file__ or "").parent
    for path in folder.glob("[a-z]*.py"):
        module = importlib.import_module(f"lionk_ref.problems.{path.stem}")
        for c in vars(module).values():
            own = isinstance(c, type) and issubclass(c, Problem) and c.__module__ == module.__name__
            if own and c is not Problem:
                assert c.key == path.stem, "a problem bears the name of its file"
                assert set(c.named()) <= set(PROBLEMS), "add its line to problems/__init__.py"

    class New(Rosenbrock):
        @classmethod
        def named(cls) -> dict[str, Callable[[], Problem]]:
            return {"new": cls.of_dimension}

    assert set(_collect({"New": New, "Toy": Quadratic, "other": 3})) == {
        "new",
        *Quadratic.named(),
    }
