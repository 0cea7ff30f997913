"""Section 2. Linear least squares."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np

from lionk_ref.arrays import Array, array_namespace, dot, require_same_shape
from lionk_ref.problems import gram
from lionk_ref.problems.base import Problem


@dataclass(frozen=True, eq=False)
class LeastSquares(Problem):
    r"""f(x) = |A x - b|^2/(2n): a quadratic with Q = A'A/n, of which only A is kept.

    Parameters
    ----------
    A : array, shape (n, d)
        One example a row.
    b : array, shape (n,)
        The values to be fitted.

    Examples
    --------
    >>> import numpy as np
    >>> f = LeastSquares(np.array([[1.0, 0.0], [0.0, 2.0]]), np.array([1.0, 2.0]))
    >>> f.f(f.x0()), f.gradient(f.x0()), f.smoothness
    (np.float64(1.25), array([-0.5, -2. ]), 2.0)
    """

    key = "least_squares"
    title = "linear least squares"
    formula = "|A x - b|^2/(2n)"
    row_fields = ("A", "b")

    A: Array
    b: Array

    def __post_init__(self) -> None:
        gram.require_rows(1, A=self.A, b=self.b)

    @classmethod
    def random(cls, n: int = 60, d: int = 12, seed: int = 0) -> Self:
        """Section 2's f on made-up data: features of scales from 1 to 1/30, and noise."""
        rng = np.random.default_rng(seed)
        A = rng.standard_normal((n, d)) * np.logspace(0, -1.5, d)
        return cls(A, A @ (2 * rng.standard_normal(d)) + 0.1 * rng.standard_normal(n))

    @classmethod
    def named(cls) -> Mapping[str, Callable[[], Problem]]:
        return {"least_squares": cls.random}

    def f(self, x: Array) -> Array:
        residual = self._residual(x)
        return dot(residual, residual) / (2 * self.A.shape[0])

    def gradient(self, x: Array) -> Array:
        return self.A.T @ self._residual(x) / self.A.shape[0]

    def hessian_vector(self, x: Array, v: Array) -> Array:
        require_same_shape(x=x, v=v, x0=self.x0())
        return gram.times(self.A, v)

    def x0(self) -> Array:
        return array_namespace(self.A).zeros_like(self.A[0, :])

    @property
    def smoothness(self) -> float:
        return self._gram_norm

    def majorant(self, v: Array) -> Array:
        return gram.times(self.A, v)

    def diagonal_majorant(self) -> Array:
        return gram.row_sums(self.A)

    def bregman(self, x_next: Array, x: Array) -> Array:
        """D_f(x', x) = |A (x' - x)|^2/(2n): no cancellation."""
        require_same_shape(x_next=x_next, x=x, x0=self.x0())
        change = self.A @ (x_next - x)
        return dot(change, change) / (2 * self.A.shape[0])

    def _residual(self, x: Array) -> Array:
        require_same_shape(x=x, x0=self.x0())
        return self.A @ x - self.b

    @cached_property
    def _gram_norm(self) -> float:
        return gram.largest_eigenvalue(self.A)
