"""Table 2's l1 norm over groups: whole rows or neurons move or rest together."""

import math
from dataclasses import dataclass
from typing import Self

from lionk_ref.arrays import Array, array_namespace, device, max_abs, nonzero, scaled, total
from lionk_ref.convex.base import ConvexFunction, indicator, settle_weights, zeros


@dataclass(frozen=True)
class GroupL2(ConvexFunction):
    r"""K(z) = sum_g w_g \|z_g\|_2 over consecutive groups of ``size`` entries in C order.

    The rows of a matrix are the groups when ``size`` is their length. The last group may be
    shorter. ``size=1`` is `L1`, one group is `L2`.

    Parameters
    ----------
    size : int
        The number of entries in a group, size >= 1.
    weights : float or tuple of float
        One positive weight for all groups, or one for each.

    Examples
    --------
    >>> import numpy as np
    >>> GroupL2(size=2).subgradient(np.array([3.0, 4.0, 0.0, -2.0]))
    array([ 0.6,  0.8,  0. , -1. ])
    """

    key = "group_l2"
    formula = "sum w_g |z_g|_2"
    formula_subgradient = "w_g z_g/|z_g|_2, 0 where z_g = 0"
    formula_conjugate = "0"
    domain = "|y_g|_2 <= w_g"
    also_known_as = ("group lasso", "l2,1 norm")
    solves = r"\min f(x) \;\text{s.t.}\; \|x_g\|_2 \le w_g/\lambda"
    solves_text = "min f(x)  s.t. |x_g|_2 <= w_g/lam"
    positively_homogeneous = True

    size: int = 2
    weights: float | tuple[float, ...] = 1.0

    def __post_init__(self) -> None:
        if isinstance(self.size, bool) or not isinstance(self.size, int) or self.size < 1:
            raise ValueError(f"GroupL2 needs a whole number size >= 1, got size={self.size!r}.")
        settle_weights(self)

    def _rows(self, z: Array) -> Array:
        """The groups as the rows of a matrix, the last one padded with zeros."""
        xp = array_namespace(z)
        flat = xp.reshape(z, (-1,))
        padding = xp.zeros(-flat.shape[0] % self.size, dtype=z.dtype, device=device(z))
        return xp.reshape(xp.concat([flat, padding]), (-1, self.size))

    def _like(self, rows: Array, z: Array) -> Array:
        xp = array_namespace(z)
        return xp.reshape(xp.reshape(rows, (-1,))[: math.prod(z.shape)], z.shape)

    def _w(self, rows: Array) -> Array:
        xp = array_namespace(rows)
        if not isinstance(self.weights, tuple):
            return xp.full((rows.shape[0], 1), self.weights, dtype=rows.dtype, device=device(rows))
        if len(self.weights) != rows.shape[0]:
            raise ValueError(
                f"GroupL2 has {len(self.weights)} weights, got {rows.shape[0]} groups."
            )
        return xp.asarray(self.weights, dtype=rows.dtype, device=device(rows))[:, None]

    def value(self, z: Array) -> Array:
        rows = self._rows(z)
        return total(self._w(rows) * row_norms(rows))

    def subgradient(self, z: Array) -> Array:
        rows = self._rows(z)
        s = scaled(rows, row_max(rows))
        return self._like(self._w(rows) * (s / nonzero(row_norms(s))), z)

    def conjugate(self, y: Array) -> Array:
        rows = self._rows(y)
        return indicator(max_abs(row_norms(rows) / self._w(rows)))

    def conjugate_subgradient(self, y: Array) -> Array:
        return zeros(y)

    def project_domain(self, y: Array) -> Array:
        rows = self._rows(y)
        outside = self._like((row_norms(rows) > self._w(rows)) & (rows == rows), y)
        return array_namespace(y).where(outside, self.subgradient(y), y)

    @classmethod
    def examples(cls, shape: tuple[int, ...] = (6,)) -> tuple[Self, ...]:
        groups = -(-math.prod(shape) // 4)
        return cls(), cls(size=4, weights=tuple(0.5 + (i % 3) for i in range(groups)))


def row_max(rows: Array) -> Array:
    """max |z| in each row, as a column."""
    return array_namespace(rows).max(array_namespace(rows).abs(rows), axis=1, keepdims=True)


def row_norms(rows: Array) -> Array:
    """The Euclidean norm of each row, as a column, without overflow or underflow."""
    xp = array_namespace(rows)
    s = scaled(rows, row_max(rows))
    squares = xp.sum(s * s, axis=1, keepdims=True, dtype=xp.float64)
    return row_max(rows) * xp.sqrt(xp.astype(squares, rows.dtype))
