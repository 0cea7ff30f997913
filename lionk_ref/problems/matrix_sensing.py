"""Section 2 on matrices: a low-rank matrix from linear measurements, where Muon's K is at home."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np

from lionk_ref.arrays import Array, array_namespace, require_same_shape
from lionk_ref.problems.base import Problem
from lionk_ref.problems.least_squares import LeastSquares


@dataclass(frozen=True, eq=False)
class MatrixSensing(Problem):
    r"""f(X) = sum_i (<A_i, X> - b_i)^2/(2n): `LeastSquares` on the entries of a matrix X.

    Parameters
    ----------
    A : array, shape (n, rows, columns)
        The measurements.
    b : array, shape (n,)
        Their outcomes.

    Examples
    --------
    >>> import numpy as np
    >>> f = MatrixSensing(np.array([[[2.0, 0.0]], [[0.0, 2.0]]]), np.array([2.0, 4.0]))
    >>> f.f(f.x0()), f.gradient(f.x0()), f.smoothness
    (np.float64(5.0), array([[-2., -4.]]), 2.0)
    """

    key = "matrix_sensing"
    title = "matrix sensing"
    formula = "sum (<A_i, X> - b_i)^2/(2n)"
    row_fields = ("A", "b")

    A: Array
    b: Array

    def __post_init__(self) -> None:
        if len(self.A.shape) != 3:
            raise ValueError(f"A must have shape (n, rows, columns), got {self.A.shape}.")
        assert self._flat

    @classmethod
    def random(cls, n: int = 60, rows: int = 6, columns: int = 4, seed: int = 0) -> Self:
        """Section 2's f for a matrix of rank 2, with singular values 3 and 2, and little noise."""
        rng = np.random.default_rng(seed)
        left = np.linalg.qr(rng.standard_normal((rows, 2)))[0]
        right = np.linalg.qr(rng.standard_normal((columns, 2)))[0]
        A = rng.standard_normal((n, rows, columns))
        outcomes = np.tensordot(A, (left * [3.0, 2.0]) @ right.T, 2)
        return cls(A, outcomes + 0.01 * rng.standard_normal(n))

    @classmethod
    def named(cls) -> Mapping[str, Callable[[], Problem]]:
        return {"matrix_sensing": cls.random}

    def f(self, x: Array) -> Array:
        return self._flat.f(self._entries(x))

    def gradient(self, x: Array) -> Array:
        return self._shaped(self._flat.gradient(self._entries(x)))

    def hessian_vector(self, x: Array, v: Array) -> Array:
        return self._shaped(self._flat.hessian_vector(self._entries(x), self._entries(v)))

    def x0(self) -> Array:
        return array_namespace(self.A).zeros_like(self.A[0, ...])

    @property
    def smoothness(self) -> float:
        return self._flat.smoothness

    def majorant(self, v: Array) -> Array:
        return self._shaped(self._flat.majorant(self._entries(v)))

    def diagonal_majorant(self) -> Array:
        return self._shaped(self._flat.diagonal_majorant())

    def bregman(self, x_next: Array, x: Array) -> Array:
        return self._flat.bregman(self._entries(x_next), self._entries(x))

    @cached_property
    def _flat(self) -> LeastSquares:
        xp = array_namespace(self.A, self.b)
        return LeastSquares(xp.reshape(self.A, (self.A.shape[0], -1)), self.b)

    def _entries(self, x: Array) -> Array:
        require_same_shape(x=x, x0=self.x0())
        return array_namespace(x).reshape(x, (-1,))

    def _shaped(self, v: Array) -> Array:
        return array_namespace(v).reshape(v, self.A.shape[1:])
