"""Table 2, line 1 with a weight for each coordinate: a box with its own side for each."""

import math
from dataclasses import dataclass
from typing import Self

from lionk_ref.arrays import Array, array_namespace, device, max_abs, sign, total
from lionk_ref.convex.base import ConvexFunction, indicator, settle_weights, zeros


@dataclass(frozen=True)
class WeightedL1(ConvexFunction):
    r"""K(z) = sum_i w_i |z_i|: the box |x_i| <= w_i/lam.

    Parameters
    ----------
    weights : float or tuple of float
        One positive weight for all coordinates, or one for each in C order.

    Raises
    ------
    ValueError
        If a weight is not positive, or their number is not that of the coordinates.

    Examples
    --------
    >>> import numpy as np
    >>> WeightedL1(weights=(1.0, 0.5)).subgradient(np.array([-3.0, 2.0]))
    array([-1. ,  0.5])
    """

    key = "weighted_l1"
    formula = "sum w_i |z_i|"
    formula_subgradient = "w sign(z)"
    formula_conjugate = "0"
    domain = "|y_i| <= w_i"
    solves = r"\min f(x) \;\text{s.t.}\; |x_i| \le w_i/\lambda"
    solves_text = "min f(x)  s.t. |x_i| <= w_i/lam"
    separable = True
    positively_homogeneous = True

    weights: float | tuple[float, ...] = 0.5

    def __post_init__(self) -> None:
        settle_weights(self)

    def _w(self, z: Array) -> Array:
        xp = array_namespace(z)
        if not isinstance(self.weights, tuple):
            return xp.full_like(z, self.weights)
        if len(self.weights) != math.prod(z.shape):
            raise ValueError(
                f"WeightedL1 has {len(self.weights)} weights, got an array of shape {z.shape}."
            )
        return xp.reshape(xp.asarray(self.weights, dtype=z.dtype, device=device(z)), z.shape)

    def value(self, z: Array) -> Array:
        return total(self._w(z) * array_namespace(z).abs(z))

    def subgradient(self, z: Array) -> Array:
        return self._w(z) * sign(z)

    def conjugate(self, y: Array) -> Array:
        return indicator(max_abs(y / self._w(y)))

    def conjugate_subgradient(self, y: Array) -> Array:
        return zeros(y)

    def project_domain(self, y: Array) -> Array:
        w = self._w(y)
        return array_namespace(y).clip(y, -w, w)

    @classmethod
    def examples(cls, shape: tuple[int, ...] = (6,)) -> tuple[Self, ...]:
        return cls(), cls(weights=tuple(0.25 * (1 + i % 8) for i in range(math.prod(shape))))
