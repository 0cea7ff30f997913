"""Section 2, lifted to matrices: singular values with their ranks and ties settled.

An array of shape (..., m, n) is a batch of m x n matrices. A vector counts as one row, 1 x n, and
a 0-d array as 1 x 1. Everything is computed in float64.

An entry of z carries a rounding of its dtype, u |z_ij| at most, and the decomposition adds a few of
float64: together they move a singular value by less than r = 2 max(m, n) u sigma_max, twice what
the roundings of the entries alone can do. A singular value of at most r cannot be told from 0, and
counts as 0; neighbours that are at most 2 r apart cannot be told from each other, and are tied.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

from lionk_ref.arrays import Array, array_namespace, device, scaled

VectorMap = Callable[[Array], Array]


class Decomposition(NamedTuple):
    """U diag(s) Vh of each matrix of a batch, s times its ``largest`` entry; 0 where not finite.

    ``matrices`` are those of z, in float64; ``shape`` and ``dtype`` are z's own.
    """

    U: Array
    s: Array
    Vh: Array
    largest: Array
    matrices: Array
    like: Array


def decompose(z: Array) -> Decomposition:
    """The singular value decomposition of every matrix of z, each divided by its max |z_ij|."""
    xp = array_namespace(z)
    matrices = xp.astype(_as_batch(z), xp.float64)
    largest = _largest(matrices)
    ratio = scaled(matrices, largest)
    known = xp.where(xp.isnan(largest), xp.zeros_like(ratio), ratio)
    U, s, Vh = xp.linalg.svd(known, full_matrices=False)
    return Decomposition(U, s, Vh, largest[:, :, 0], matrices, z)


def _as_batch(z: Array) -> Array:
    """z as (batch, m, n)."""
    matrix = (1, 1, *z.shape)[-2:]
    return array_namespace(z).reshape(z, (math.prod(z.shape[:-2]), *matrix))


def _largest(matrices: Array) -> Array:
    """max |z_ij| of each matrix, as (batch, 1, 1)."""
    xp = array_namespace(matrices)
    if math.prod(matrices.shape) == 0:
        return xp.zeros((matrices.shape[0], 1, 1), dtype=matrices.dtype, device=device(matrices))
    return xp.max(xp.abs(matrices), axis=(1, 2), keepdims=True)


def settled(d: Decomposition) -> Array:
    """The singular values with those near 0 set to 0 and those near each other to their mean."""
    xp = array_namespace(d.s)
    spacing = float(xp.finfo(d.like.dtype).eps)
    reach = max(d.matrices.shape[1:]) * spacing * d.s[:, :1]
    s = xp.where(d.s > reach, d.s, xp.zeros_like(d.s))
    breaks = xp.astype(s[:, :-1] - s[:, 1:] > 2 * reach, xp.int64)
    group = xp.cumulative_sum(breaks, axis=1, include_initial=True)[:, : s.shape[1]]
    alike = xp.astype(group[:, :, None] == group[:, None, :], s.dtype)
    mean = xp.sum(alike * s[:, None, :], axis=2) / xp.sum(alike, axis=2)
    return xp.where(xp.sum(alike, axis=2) == 1, s, xp.where(s > 0, mean, s))


def in_size(d: Decomposition, s: Array) -> Array:
    """Relative singular values in their size, NaN where a matrix has a NaN, 0 where s is 0."""
    xp = array_namespace(s)
    return s * xp.where((s == 0) & (d.largest == xp.inf), xp.ones_like(s), d.largest)


def each_row(k: VectorMap, rows: Array) -> Array:
    """k of every row, stacked."""
    xp = array_namespace(rows)
    return xp.stack([k(rows[i, :]) for i in range(rows.shape[0])])


def composed(d: Decomposition, s: Array) -> Array:
    """U diag(s) Vh in the shape and dtype of z; NaN for a matrix that holds a NaN."""
    xp = array_namespace(s)
    product = (d.U * s[:, None, :]) @ d.Vh
    product = xp.where(xp.isnan(d.largest)[:, :, None], xp.nan * d.matrices, product)
    return xp.astype(xp.reshape(product, d.like.shape), d.like.dtype)
