"""Section 2. Softmax regression, on the bundled digits by default."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import array_api_compat
import numpy as np

from lionk_ref.arrays import (
    Array,
    Arrays,
    array_namespace,
    each,
    require,
    require_same_shape,
    total,
)
from lionk_ref.problems import data, gram
from lionk_ref.problems.base import Problem
from lionk_ref.problems.log_sum_exp import divergence, log_softmax


@dataclass(frozen=True, eq=False)
class Softmax(Problem):
    r"""f(x) = mean_i [log sum_k exp(s_ik) - s_i,y_i] with the scores s = A W + b.

    The Hessian of log-sum-exp is diag(p) - pp' <= (I - 11'/classes)/2 (D. Böhning, Annals of the
    Institute of Statistical Mathematics 44, 1992). With a column of ones added to A for the bias,
    M = A'A/(2n) times this centring of the classes, and L = lambda_max(A'A/n)/2.

    Parameters
    ----------
    A : array, shape (n, features)
        One example a row, without the column of ones.
    targets : array, shape (n, classes)
        1 at the class of the example, 0 elsewhere, in the dtype of A.
    blocks : bool
        False: x is one array of shape (features + 1, classes), its last row the bias b.
        True: x is a dict of "W", shape (features, classes), and "b", shape (classes,).

    Examples
    --------
    >>> import numpy as np
    >>> f = Softmax(np.array([[0.0], [2.0]]), np.eye(2))
    >>> f.gradient(f.x0())
    array([[ 0.5, -0.5],
           [ 0. ,  0. ]])
    """

    key = "softmax"
    title = "softmax regression"
    formula = "mean log sum_k exp(s_ik) - s_i,y_i,  s = A W + b"
    row_fields = ("A", "targets")

    A: Array
    targets: Array
    blocks: bool = False

    def __post_init__(self) -> None:
        gram.require_rows(2, A=self.A, targets=self.targets)
        if self.targets.shape[1] < 2:
            raise ValueError(f"Softmax needs 2 classes or more, got {self.targets.shape[1]}.")
        xp, t = array_namespace(self.targets), self.targets
        one_hot = xp.all((t == 0) | (t == 1)) & xp.all(xp.sum(t, axis=1) == 1)
        require(one_hot, "Softmax needs targets with one 1 in each row and 0 elsewhere.")

    @classmethod
    def named(cls) -> Mapping[str, Callable[[], Problem]]:
        return {"softmax": softmax_digits}

    def f(self, x: Arrays) -> Array:
        losses = -self.targets * log_softmax(self._scores(x))
        return total(losses) / self.A.shape[0]

    def gradient(self, x: Arrays) -> Arrays:
        return self._pulled_back(self._probabilities(x) - self.targets)

    def hessian_vector(self, x: Arrays, v: Arrays) -> Arrays:
        p, change = self._probabilities(x), self._scores(v)
        mean = array_namespace(p).sum(p * change, axis=1, keepdims=True)
        return self._pulled_back(p * (change - mean))

    def x0(self) -> Arrays:
        xp, shape = array_namespace(self.A), (self.A.shape[1] + 1, self.targets.shape[1])
        device = array_api_compat.device(self.A)
        return self._split(xp.zeros(shape, dtype=self.A.dtype, device=device))

    @property
    def smoothness(self) -> float:
        return self._gram_norm / 2

    def majorant(self, v: Arrays) -> Arrays:
        change = self._scores(v)
        mean = array_namespace(change).mean(change, axis=1, keepdims=True)
        return self._pulled_back((change - mean) / 2)

    def diagonal_majorant(self) -> Arrays:
        D = gram.row_sums(self._design)[:, None] / 2
        return self._split(D * array_namespace(D).ones_like(self.targets[:1, :]))

    def bregman(self, x_next: Arrays, x: Arrays) -> Array:
        """D_f(x', x), the mean of the divergences of log-sum-exp: no cancellation."""
        step = each(lambda a, b: a - b, x_next, x)
        return total(divergence(self._scores(x), self._scores(step))) / self.A.shape[0]

    @cached_property
    def _design(self) -> Array:
        return gram.with_ones(self.A)

    @cached_property
    def _gram_norm(self) -> float:
        return gram.largest_eigenvalue(self._design)

    def _scores(self, x: Arrays) -> Array:
        each(lambda a, b: require_same_shape(x0=a, x=b), self.x0(), x)
        joined = array_namespace(self.A).concat([x["W"], x["b"][None, :]]) if self.blocks else x
        return self._design @ joined

    def _probabilities(self, x: Arrays) -> Array:
        return array_namespace(self.A).exp(log_softmax(self._scores(x)))

    def _pulled_back(self, r: Array) -> Arrays:
        return self._split(self._design.T @ r / self.A.shape[0])

    def _split(self, x: Array) -> Arrays:
        return {"W": x[:-1, :], "b": x[-1, :]} if self.blocks else x


def softmax_from(X: Any, y: Any, *, blocks: bool = False, standardize: bool = False) -> Softmax:
    """Section 2's f, softmax regression on the rows of X, shape (n, features), with labels y.

    The classes are the sorted distinct labels. The features are used as they are; with
    ``standardize`` each has its mean taken off and is divided by its standard deviation, a
    constant one becoming zero. The bias is apart from them and starts at zero, as W does.

    Examples
    --------
    >>> softmax_from([[0.0], [2.0], [3.0]], [7, 5, 7]).targets
    array([[0., 1.],
           [1., 0.],
           [0., 1.]])
    """
    X, y = data.checked(X, y, "softmax_from")
    classes = np.unique(y)
    if standardize:
        deviation = X.std(axis=0)
        X = (X - X.mean(axis=0)) / np.where(deviation > 0, deviation, 1.0)
    return Softmax(X, (y[:, None] == classes).astype(np.float64), blocks)


def softmax_digits(blocks: bool = False) -> Softmax:
    """Section 2's f, softmax regression on the bundled digits, pixels in [0, 1], from x = 0."""
    return softmax_from(*data.load_digits(), blocks=blocks)
