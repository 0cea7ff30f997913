"""Section 2. Logistic regression."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np

from lionk_ref.arrays import Array, array_namespace, require, require_same_shape, total
from lionk_ref.problems import data, gram
from lionk_ref.problems.base import Problem
from lionk_ref.problems.log_sum_exp import divergence, softplus


@dataclass(frozen=True, eq=False)
class Logistic(Problem):
    r"""f(x) = mean_i log(1 + exp(-y_i <a_i, x>)) for labels y_i = -1 or 1.

    The second derivative of the loss is p (1 - p) <= 1/4, so that M = A'A/(4n), attained at 0.
    Put a column of ones into A for a bias.

    Parameters
    ----------
    A : array, shape (n, d)
        One example a row.
    labels : array, shape (n,)
        -1 or 1, in the dtype of A.

    Examples
    --------
    >>> import numpy as np
    >>> f = Logistic(np.array([[1.0], [3.0]]), np.array([1.0, -1.0]))
    >>> f.gradient(f.x0()), f.smoothness
    (array([0.5]), 1.25)
    """

    key = "logistic"
    title = "logistic regression"
    formula = "mean log(1 + exp(-y_i <a_i, x>))"
    row_fields = ("A", "labels")

    A: Array
    labels: Array

    def __post_init__(self) -> None:
        gram.require_rows(1, A=self.A, labels=self.labels)
        require(array_namespace(self.A).abs(self.labels) == 1, "Logistic needs labels -1 and 1.")

    @classmethod
    def digits(cls) -> Self:
        """Section 2's f on the bundled digits, odd (1) or even (-1); the bias is the last x."""
        images, labels = data.load_digits()
        return cls(gram.with_ones(images), np.where(labels % 2 == 1, 1.0, -1.0))

    @classmethod
    def named(cls) -> Mapping[str, Callable[[], Problem]]:
        return {"logistic": cls.digits}

    def f(self, x: Array) -> Array:
        return total(softplus(self._scores(x))) / self.A.shape[0]

    def gradient(self, x: Array) -> Array:
        return self._pulled_back(_sigmoid(self._scores(x)))

    def hessian_vector(self, x: Array, v: Array) -> Array:
        s, change = self._scores(x), self._scores(v)
        return self._pulled_back(_sigmoid(s) * _sigmoid(-s) * change)

    def x0(self) -> Array:
        return array_namespace(self.A).zeros_like(self.A[0, :])

    @property
    def smoothness(self) -> float:
        return self._gram_norm / 4

    def majorant(self, v: Array) -> Array:
        return gram.times(self.A, v) / 4

    def diagonal_majorant(self) -> Array:
        return gram.row_sums(self.A) / 4

    def bregman(self, x_next: Array, x: Array) -> Array:
        """D_f(x', x), the mean of the divergences of log(exp(0) + exp(s)): no cancellation."""
        require_same_shape(x_next=x_next, x=x)
        s, change = self._scores(x), self._scores(x_next - x)
        xp = array_namespace(s)
        zero = xp.zeros_like(s)
        terms = divergence(xp.stack([zero, s], axis=-1), xp.stack([zero, change], axis=-1))
        return total(terms) / self.A.shape[0]

    def _scores(self, x: Array) -> Array:
        require_same_shape(x=x, x0=self.x0())
        return -(self.labels * (self.A @ x))

    def _pulled_back(self, r: Array) -> Array:
        return -(self.A.T @ (self.labels * r)) / self.A.shape[0]

    @cached_property
    def _gram_norm(self) -> float:
        return gram.largest_eigenvalue(self.A)


def _sigmoid(s: Array) -> Array:
    return array_namespace(s).exp(-softplus(-s))
