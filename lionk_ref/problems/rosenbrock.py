"""Section 2. Rosenbrock's valley: neither convex nor smooth with any global constant."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np

from lionk_ref.arrays import Array, array_namespace, require_same_shape, total
from lionk_ref.problems.base import Problem


@dataclass(frozen=True, eq=False)
class Rosenbrock(Problem):
    r"""f(x) = sum_i 100 (x_{i+1} - x_i^2)^2 + (1 - x_i)^2, least at (1, ..., 1).

    No global L exists, so that Theorem 4.1 promises nothing; its energy balance still holds, for
    which D_f is known exactly. H. H. Rosenbrock, The Computer Journal 3 (1960).

    Parameters
    ----------
    start : array, shape (d,), d >= 2
        The default starting point; it fixes the dimension.

    Examples
    --------
    >>> import numpy as np
    >>> f = Rosenbrock.of_dimension(2)
    >>> f.f(np.zeros(2)), f.gradient(np.ones(2))
    (np.float64(1.0), array([0., 0.]))
    """

    key = "rosenbrock"
    title = "Rosenbrock function"
    formula = "sum 100 (x_{i+1} - x_i^2)^2 + (1 - x_i)^2"

    start: Array

    def __post_init__(self) -> None:
        if len(self.start.shape) != 1 or self.start.shape[0] < 2:
            raise ValueError(f"Rosenbrock needs a start (d,) with d >= 2, got {self.start.shape}.")

    @classmethod
    def of_dimension(cls, d: int = 2) -> Self:
        """Section 2's f in ``d`` dimensions, from the customary (-1.2, 1, -1.2, 1, ...)."""
        return cls(np.where(np.arange(d) % 2 == 0, -1.2, 1.0))

    @classmethod
    def named(cls) -> Mapping[str, Callable[[], Problem]]:
        return {"rosenbrock": cls.of_dimension}

    def f(self, x: Array) -> Array:
        require_same_shape(x=x, start=self.start)
        valley, slope = _valley(x), 1 - x[:-1]
        return total(100 * valley * valley + slope * slope)

    def gradient(self, x: Array) -> Array:
        require_same_shape(x=x, start=self.start)
        valley = 200 * _valley(x)
        return _first(-2 * x[:-1] * valley - 2 * (1 - x[:-1])) + _last(valley)

    def hessian_vector(self, x: Array, v: Array) -> Array:
        require_same_shape(x=x, v=v, start=self.start)
        a, b = v[:-1], v[1:]
        turn = 200 * (b - 2 * x[:-1] * a)
        return _first(2 * a - 400 * a * _valley(x) - 2 * x[:-1] * turn) + _last(turn)

    def x0(self) -> Array:
        return array_namespace(self.start).asarray(self.start, copy=True)

    @property
    def smoothness(self) -> float:
        return math.inf

    def bregman(self, x_next: Array, x: Array) -> Array:
        """D_f(x', x) = sum 100 (e^2 - 2 r a^2) + a^2, with no cancellation between values of f.

        Here a = x'_i - x_i, r = x_{i+1} - x_i^2, and e is the change of r.
        """
        require_same_shape(x_next=x_next, x=x, start=self.start)
        step = x_next - x
        a = step[:-1]
        e = step[1:] - a * (x_next[:-1] + x[:-1])
        return total(100 * (e * e - 2 * _valley(x) * a * a) + a * a)


def _valley(x: Array) -> Array:
    return x[1:] - x[:-1] * x[:-1]


def _first(z: Array) -> Array:
    xp = array_namespace(z)
    return xp.concat([z, xp.zeros_like(z[:1])])


def _last(z: Array) -> Array:
    xp = array_namespace(z)
    return xp.concat([xp.zeros_like(z[:1]), z])
