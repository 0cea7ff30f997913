"""Table 2, line 2 at p = 2 in another metric: preconditioned normalised descent."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from numbers import Real
from operator import mul
from typing import Any, Self, TypeAlias

from lionk_ref.arrays import Array, array_namespace, device, max_abs, nonzero, norm, scaled, total
from lionk_ref.convex.base import ConvexFunction, indicator, shown, zeros

Matrix: TypeAlias = tuple[tuple[float, ...], ...]


@dataclass(frozen=True)
class Ellipsoid(ConvexFunction):
    r"""K(z) = sqrt(z' A z), A symmetric and positive definite: the ellipsoid x' A^-1 x <= 1/lam^2.

    Parameters
    ----------
    A : float, tuple of float, or tuple of tuples of float
        A multiple of the identity, the diagonal of A, or A itself, for the entries of z in C order.

    Raises
    ------
    ValueError
        If A is not symmetric and positive definite, or of another size than z.

    Examples
    --------
    >>> import numpy as np
    >>> Ellipsoid(A=(1.0, 4.0)).subgradient(np.array([3.0, -2.0])) * 5
    array([ 3., -8.])
    """

    key = "ellipsoid"
    formula = "sqrt(z' A z)"
    formula_subgradient = "A z/K(z), 0 at 0"
    formula_conjugate = "0"
    domain = "y' A^-1 y <= 1"
    also_known_as = ("Mahalanobis norm",)
    solves = r"\min f(x) \;\text{s.t.}\; x^\top A^{-1} x \le 1/\lambda^2"
    solves_text = "min f(x)  s.t. x' A^-1 x <= 1/lam^2"
    positively_homogeneous = True

    A: float | tuple[float, ...] | Matrix = 2.0

    def __post_init__(self) -> None:
        rows = self.A if isinstance(self.A, tuple) else (self.A,)
        full = bool(rows) and all(isinstance(row, tuple) for row in rows)
        if not full and not all(isinstance(a, Real) for a in rows):
            raise ValueError(
                "Ellipsoid needs A as a number, a tuple for the diagonal, or a tuple of rows that "
                f"are tuples, got A={shown(self.A)}."
            )
        if not rows or not (_is_positive_definite(rows) if full else all(map(_is_axis, rows))):
            raise ValueError(
                f"Ellipsoid needs a symmetric, positive definite A, got A={shown(self.A)}."
            )

    def _axes(self, z: Array) -> tuple[Array, Array | None]:
        """The squared semi-axes w, in float64, and the directions Q with A = Q diag(w) Q'."""
        xp, size = array_namespace(z), math.prod(z.shape)
        if not isinstance(self.A, tuple):
            return xp.full((size,), float(self.A), dtype=xp.float64, device=device(z)), None
        if len(self.A) != size:
            raise ValueError(f"Ellipsoid has an A for {len(self.A)} entries, got shape {z.shape}.")
        A = xp.asarray(self.A, dtype=xp.float64, device=device(z))
        return (A, None) if A.ndim == 1 else tuple(xp.linalg.eigh(A))

    def _turned(self, z: Array, Q: Array | None) -> Array:
        """Q' z, in float64."""
        xp = array_namespace(z)
        flat = xp.astype(xp.reshape(z, (-1,)), xp.float64)
        return flat if Q is None else Q.T @ flat

    def _back(self, c: Array, Q: Array | None, like: Array) -> Array:
        xp = array_namespace(like)
        return xp.astype(xp.reshape(c if Q is None else Q @ c, like.shape), like.dtype)

    def value(self, z: Array) -> Array:
        xp, largest = array_namespace(z), max_abs(z)
        w, Q = self._axes(z)
        return largest * xp.astype(norm(xp.sqrt(w) * self._turned(scaled(z, largest), Q)), z.dtype)

    def subgradient(self, z: Array) -> Array:
        xp = array_namespace(z)
        w, Q = self._axes(z)
        c = xp.sqrt(w) * self._turned(scaled(z, max_abs(z)), Q)
        return self._back(xp.sqrt(w) * (c / nonzero(norm(c))), Q, z)

    def conjugate(self, y: Array) -> Array:
        w, Q = self._axes(y)
        return indicator(self._gauge(self._turned(y, Q), w, y))

    def _gauge(self, c: Array, w: Array, like: Array) -> Array:
        xp = array_namespace(like)
        return xp.astype(norm(c / xp.sqrt(w)), like.dtype)

    def conjugate_subgradient(self, y: Array) -> Array:
        return zeros(y)

    def project_domain(self, y: Array) -> Array:
        xp, infinite = array_namespace(y), max_abs(y) == array_namespace(y).inf
        w, Q = self._axes(y)
        c = self._turned(xp.where(infinite, xp.zeros_like(y), y), Q)
        p = xp.where(self._gauge(c, w, y) > 1, self._back(_nearest(c, w), Q, y), y)
        return xp.where(infinite, self.subgradient(y), p)

    @classmethod
    def examples(cls, shape: tuple[int, ...] = (6,)) -> tuple[Self, ...]:
        size, band = math.prod(shape), {0: 2.0, 1: -0.5}
        if size == 0:
            return (cls(),)
        diagonal = cls(A=tuple(0.25 * 2 ** (i % 5) for i in range(size)))
        if size > 8:
            return cls(), diagonal
        A = tuple(tuple(band.get(abs(i - j), 0.0) for j in range(size)) for i in range(size))
        return cls(), diagonal, cls(A=A)


def _nearest(c: Array, w: Array) -> Array:
    """The point of sum p_i^2/w_i <= 1 nearest to c outside: p_i = c_i w_i/(w_i + mu).

    1/sqrt(sum w_i c_i^2/(w_i + mu)^2) - 1 is increasing and concave in mu, so that Newton's method
    from a mu that is too small stays below the root: a fixed number of steps in float64.
    """
    xp = array_namespace(c, w)
    root = xp.sqrt(w)
    mu = max_abs(xp.maximum(root * xp.abs(c) - w, xp.zeros_like(w)))
    for _ in range(NEWTON_STEPS):
        s = root * c / (w + mu)
        length = nonzero(norm(s))
        step = (length - 1) * length * length / nonzero(total(s * s / (w + mu)))
        mu = xp.maximum(mu + step, xp.zeros_like(mu))
    p = c * (w / (w + mu))
    return p / nonzero(norm(p / root))


NEWTON_STEPS = 16


def _is_axis(a: Any) -> bool:
    """Whether a is an entry for the diagonal."""
    return _is_finite(a) and a > 0


def _is_positive_definite(A: tuple[Any, ...]) -> bool:
    """Whether A is square, finite, symmetric, and has a Cholesky factor."""
    n = len(A)
    square = all(isinstance(row, tuple) and len(row) == n for row in A)
    if not square or not all(_is_finite(a) for row in A for a in row):
        return False
    symmetric = all(A[i][j] == A[j][i] for i in range(n) for j in range(i))
    return symmetric and all(pivot > 0 for pivot in _pivots(A))


def _is_finite(a: object) -> bool:
    return isinstance(a, Real) and not isinstance(a, bool) and math.isfinite(float(a))


def _pivots(A: Matrix) -> Iterator[float]:
    """The squared diagonal of the Cholesky factor of A, up to the first that is not positive."""
    L: list[list[float]] = []
    for i in range(len(A)):
        row: list[float] = []
        for j in range(i):
            row.append((A[i][j] - sum(map(mul, row, L[j]))) / L[j][j])
        pivot = A[i][i] - sum(a * a for a in row)
        yield pivot
        if not pivot > 0:
            return
        L.append([*row, math.sqrt(pivot)])
