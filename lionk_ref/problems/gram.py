"""Section 4. The curvature of a mean over examples, from the matrix A of their features."""

from __future__ import annotations

from lionk_ref.arrays import Array, array_namespace, as_float, max_abs, precise, require


def largest_eigenvalue(A: Array) -> float:
    """The largest eigenvalue of A'A/n for A of shape (n, d): Theorem 4.1's L is a multiple of it.

    Computed in float64, from the smaller of A'A and A A'.

    Examples
    --------
    >>> import numpy as np
    >>> largest_eigenvalue(np.array([[3.0, 0.0], [0.0, 4.0]]))
    8.0
    """
    n, d = A.shape
    B = precise(A)
    product = B.T @ B if d <= n else B @ B.T
    return as_float(max_abs(array_namespace(B).linalg.eigvalsh(product))) / int(n)


def times(A: Array, v: Array) -> Array:
    """A'A v/n, for v of shape (d,) or (d, classes): the matrix form of Theorem 4.1's L."""
    return A.T @ (A @ v) / A.shape[0]


def row_sums(A: Array) -> Array:
    """The row sums D of |A'A|/n, so that diag(D) >= A'A/n: the diagonal form of Theorem 4.1's L.

    Gershgorin's bound. For A >= 0 and a step of equal coordinates it is attained.
    """
    xp = array_namespace(A)
    return xp.sum(xp.abs(A.T @ A), axis=1) / A.shape[0]


def require_rows(axes: int, **arrays: Array) -> None:
    """Raise ValueError unless all are finite, the first is (n, d) and the rest have n rows.

    Here n, d >= 1, and ``axes`` is the number of axes of the rest.
    """
    xp = array_namespace(*arrays.values())
    (name, A), *others = arrays.items()
    if len(A.shape) != 2 or 0 in A.shape:
        raise ValueError(f"{name} must have shape (n, d) with n, d >= 1, got {A.shape}.")
    for other, b in others:
        if len(b.shape) != axes or b.shape[0] != A.shape[0]:
            wanted = f"{axes} axes and {A.shape[0]} rows, as many as {name}"
            raise ValueError(f"{other} must have {wanted}, got shape {b.shape}.")
    for each, a in arrays.items():
        require(xp.isfinite(a), f"{each} must be finite, got NaN or inf.")


def with_ones(A: Array) -> Array:
    """A with a last column of ones: the bias becomes a coordinate of Section 2's x."""
    return array_namespace(A).concat([A, array_namespace(A).ones_like(A[:, :1])], axis=1)
