"""Muon's step without singular values: the polar factor by a rational iteration, to full accuracy.

Nakatsukasa, Bai and Gygi 2010, "Optimizing Halley's iteration for computing the matrix polar
decomposition". An approximation of `polar.polar_factor`, which stays the reference.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from lionk_ref.arrays import Array, array_namespace, device, nonzero


def qdwh(z: Array, least: float | None = None) -> Array:
    """X <- X (a + b X'X)(1 + c X'X)^-1 from Z/|Z|_F, with the best a, b, c for each step.

    Each step is one QR decomposition of an (m + n) x n matrix and one product; six are enough for
    condition numbers up to 1/u. Singular values below ``least`` |Z|_F come out between 0 and 1,
    so that where Z has not full rank the result is not the polar factor.

    Parameters
    ----------
    z : array, shape (..., m, n)
        The matrix, or a batch.
    least : float, optional
        A lower bound on sigma_min/|Z|_F; by default u, half the spacing of the floats at 1.

    Raises
    ------
    ValueError
        If z is no matrix, or ``least`` is not in (0, 1].

    Examples
    --------
    >>> import numpy as np
    >>> qdwh(np.diag([1.0, -1e-6])).round(12)
    array([[ 1.,  0.],
           [ 0., -1.]])
    """
    xp = array_namespace(z)
    least = float(xp.finfo(z.dtype).eps) / 2 if least is None else least
    if z.ndim < 2 or not 0 < least <= 1:
        raise ValueError(f"qdwh needs a matrix and 0 < least <= 1, got {z.shape}, {least!r}.")
    tall = z.shape[-2] >= z.shape[-1]
    x = z if tall else xp.matrix_transpose(z)
    x = x / nonzero(xp.sqrt(xp.sum(x * x, axis=(-2, -1), keepdims=True)))
    for a, b, c in weights(least):
        x = _halley(x, a, b, c)
    return x if tall else xp.matrix_transpose(x)


def _halley(x: Array, a: float, b: float, c: float) -> Array:
    """One step: with Q1 R = sqrt(c) X and Q2 R = 1, b/c X + (a - b/c)/sqrt(c) Q1 Q2'."""
    xp = array_namespace(x)
    m, n = x.shape[-2:]
    one = xp.broadcast_to(xp.eye(n, dtype=x.dtype, device=device(x)), (*x.shape[:-2], n, n))
    q, _ = xp.linalg.qr(xp.concat([math.sqrt(c) * x, one], axis=-2), mode="reduced")
    product = q[..., :m, :] @ xp.matrix_transpose(q[..., m:, :])
    return (b / c) * x + ((a - b / c) / math.sqrt(c)) * product


def weights(least: float) -> Iterator[tuple[float, float, float]]:
    """The a, b, c of each step, until the singular values that began in [least, 1] are 1.

    Examples
    --------
    >>> len(list(weights(2.0**-53)))
    6
    """
    low = least
    while abs(low - 1) > 1e-15:
        square = low * low
        d = (4 * (1 - square) / square**2) ** (1 / 3)
        root = math.sqrt(1 + d)
        a = root + math.sqrt(8 - 4 * d + 8 * (2 - square) / (square * root)) / 2
        b = (a - 1) ** 2 / 4
        c = a + b - 1
        low = min(1.0, low * (a + b * square) / (1 + c * square))
        yield a, b, c
