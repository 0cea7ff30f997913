"""The problems of Section 2 again: slow, with 100 digits, and from their formulas alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from typing import Any

import mpmath
import numpy as np

from helpers import Library, to_numpy
from lionk_ref.arrays import leaves
from lionk_ref.problems import (
    LeastSquares,
    Logistic,
    Problem,
    Quadratic,
    Rosenbrock,
    Softmax,
    softmax_from,
)

Vector = list[Any]
mp = mpmath.mp.clone()
mp.dps = 100
H = mp.mpf(10) ** -25
"""The step of the difference quotients: their error and their rounding are about 1e-50."""

U = 2.0**-53
RNG = np.random.default_rng(5)
A = RNG.standard_normal((7, 3)) * [1.0, 3.0, 0.2]
SIGNS = np.array([1.0, -1.0, 1.0, 1.0, -1.0, -1.0, 1.0])
CLASSES = [0, 1, 2, 0, 2, 1, 1]

SMALL: dict[str, Problem] = {
    "toy": Quadratic.toy(),
    "quadratic": Quadratic.of_spectrum([1e-3, 0.1, 1.0, 10.0], seed=1),
    "indefinite": Quadratic.of_spectrum([-4.0, -0.2, 0.5, 3.0], seed=2),
    "rosenbrock": Rosenbrock.of_dimension(4),
    "least_squares": LeastSquares(A, RNG.standard_normal(7)),
    "logistic": Logistic(A, SIGNS),
    "softmax": softmax_from(A, CLASSES),
    "softmax-blocks": softmax_from(A, CLASSES, blocks=True),
}
"""Problems small enough for the twins."""


def flat(tree: Any) -> Any:
    """The coordinates of an array, or of all blocks of a dict, in one NumPy array."""
    return np.concatenate([np.ravel(np.asarray(a)) for a in leaves(tree)])


def unflat(problem: Problem, values: Any) -> Any:
    """The point of a problem with these coordinates."""
    start, point, used = problem.x0(), {}, 0
    blocks = start if isinstance(start, dict) else {"": start}
    for name, a in blocks.items():
        point[name] = np.reshape(np.asarray(values)[used : used + a.size], a.shape)
        used += a.size
    return point if isinstance(start, dict) else point[""]


def points(problem: Problem, n: int, scale: float = 1.0, seed: int = 0) -> list[Any]:
    """Random points of a problem's shape."""
    rng = np.random.default_rng(seed)
    d = flat(problem.x0()).size
    return [unflat(problem, scale * rng.standard_normal(d)) for _ in range(n)]


def close(got: Any, expected: list[Any], u: float = U) -> bool:
    """Whether the error is below 500 roundings of the largest term, at most 500 here."""
    scale = 500 + max(abs(float(e)) for e in expected)
    pairs = zip(flat(got).tolist(), expected, strict=True)
    return all(abs(g - e) <= 500 * u * scale for g, e in pairs)


def on(library: Library, problem: Problem, dtype: str = "float64") -> Problem:
    """The same problem on a library's own arrays, read-only ones if it is that."""
    arrays = {k: library.make(to_numpy(a), dtype) for k, a in problem._arrays().items()}
    return replace(problem, **arrays)


def exact(values: Any) -> Any:
    """Nested lists of the same numbers with 100 digits."""
    return [exact(v) for v in values] if np.ndim(values) else mp.mpf(float(values))


def _inner(a: Vector, b: Vector) -> Any:
    return mp.fsum(p * q for p, q in zip(a, b, strict=True))


def _quadratic(problem: Quadratic, x: Vector) -> Any:
    d = [a - b for a, b in zip(x, exact(problem.center), strict=True)]
    return _inner(d, [_inner(row, d) for row in exact(problem.Q)]) / 2


def _rosenbrock(_: Rosenbrock, x: Vector) -> Any:
    return mp.fsum(100 * (b - a**2) ** 2 + (1 - a) ** 2 for a, b in pairwise(x))


def _least_squares(problem: LeastSquares, x: Vector) -> Any:
    residual = [_inner(a, x) - b for a, b in zip(exact(problem.A), exact(problem.b), strict=True)]
    return _inner(residual, residual) / (2 * len(residual))


def _logistic(problem: Logistic, x: Vector) -> Any:
    rows = zip(exact(problem.A), exact(problem.labels), strict=True)
    losses = [mp.log(1 + mp.exp(-y * _inner(a, x))) for a, y in rows]
    return mp.fsum(losses) / len(losses)


def _softmax(problem: Softmax, x: Vector) -> Any:
    classes = problem.targets.shape[1]
    losses = []
    for a, k in zip(exact(problem.A), problem.targets.argmax(axis=1), strict=True):
        s = [_inner([*a, mp.mpf(1)], x[c::classes]) for c in range(classes)]
        losses.append(mp.log(mp.fsum(map(mp.exp, s))) - s[k])
    return mp.fsum(losses) / len(losses)


TWINS: dict[type[Problem], Callable[[Any, Vector], Any]] = {
    Quadratic: _quadratic,
    Rosenbrock: _rosenbrock,
    LeastSquares: _least_squares,
    Logistic: _logistic,
    Softmax: _softmax,
}


def f(problem: Problem, x: Vector) -> Any:
    """f(x)."""
    return TWINS[type(problem)](problem, x)


def moved(x: Vector, t: Any, v: Vector) -> Vector:
    """x + t v."""
    return [a + t * b for a, b in zip(x, v, strict=True)]


def units(d: int) -> list[Vector]:
    """The unit vectors of R^d."""
    return exact(np.eye(d))


def gradient(problem: Problem, x: Vector) -> Vector:
    """The gradient of f at x by central differences."""
    return [
        (f(problem, moved(x, H, e)) - f(problem, moved(x, -H, e))) / (2 * H) for e in units(len(x))
    ]


def hessian_vector(problem: Problem, x: Vector, v: Vector) -> Vector:
    """The Hessian of f at x times v by second differences of f."""
    return [
        mp.fsum(
            s * t * f(problem, moved(moved(x, s * H, v), t * H, e))
            for s in (1, -1)
            for t in (1, -1)
        )
        / (4 * H * H)
        for e in units(len(x))
    ]


def bregman(problem: Problem, x_next: Vector, x: Vector) -> Any:
    """f(x') - f(x) - <grad f(x), x' - x>."""
    slope = _inner(gradient(problem, x), moved(x_next, -1, x))
    return f(problem, x_next) - f(problem, x) - slope
