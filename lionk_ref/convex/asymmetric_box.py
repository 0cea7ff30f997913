"""Table 2, line 1 with two sides: a box that need not be centred at zero."""

from dataclasses import dataclass
from numbers import Real
from typing import Self

from lionk_ref.arrays import Array, array_namespace, max_abs, total
from lionk_ref.convex.base import ConvexFunction, indicator, zeros


@dataclass(frozen=True)
class AsymmetricBox(ConvexFunction):
    r"""K(z) = sum_i max(low z_i, high z_i), low <= 0 <= high: the box low/lam <= x_i <= high/lam.

    Parameters
    ----------
    low, high : float
        The sides, not both 0. With ``low=0`` no coordinate ends below 0. As min K = 0 is asked
        of every K, the box must hold 0.

    Examples
    --------
    >>> import numpy as np
    >>> AsymmetricBox(low=-0.25, high=2.0).subgradient(np.array([-3.0, 0.0, 5.0]))
    array([-0.25,  0.  ,  2.  ])
    """

    key = "asymmetric_box"
    formula = "sum max(low z_i, high z_i)"
    formula_subgradient = "high where z > 0, low where z < 0"
    formula_conjugate = "0"
    domain = "low <= y_i <= high"
    also_known_as = ("ReLU at low = 0",)
    solves = r"\min f(x) \;\text{s.t.}\; \text{low}/\lambda \le x_i \le \text{high}/\lambda"
    solves_text = "min f(x)  s.t. low/lam <= x_i <= high/lam"
    separable = True
    positively_homogeneous = True

    low: float = -0.5
    high: float = 1.0

    def __post_init__(self) -> None:
        for name in ("low", "high"):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, Real):
                raise ValueError(f"AsymmetricBox needs numbers, got {name}={value!r}.")
            object.__setattr__(self, name, float(value))
        if not -float("inf") < self.low <= 0 <= self.high < float("inf") or self.low == self.high:
            raise ValueError(
                "AsymmetricBox needs finite low <= 0 <= high, not both 0, "
                f"got low={self.low!r}, high={self.high!r}."
            )

    def value(self, z: Array) -> Array:
        xp = array_namespace(z)
        slope = self.subgradient(z)
        return total(slope * xp.where(slope == 0, slope, z))

    def subgradient(self, z: Array) -> Array:
        xp = array_namespace(z)
        low, high = xp.full_like(z, self.low), xp.full_like(z, self.high)
        side = xp.where(z > 0, high, xp.where(z < 0, low, xp.zeros_like(z)))
        return xp.where(xp.isnan(z), z, side) + 0.0

    def conjugate(self, y: Array) -> Array:
        xp = array_namespace(y)
        outside = xp.astype((y < self.low) | (y > self.high), y.dtype)
        return indicator(max_abs(xp.where(xp.isnan(y), y, 2 * outside)))

    def conjugate_subgradient(self, y: Array) -> Array:
        return zeros(y)

    def project_domain(self, y: Array) -> Array:
        return array_namespace(y).clip(y, self.low, self.high)

    @classmethod
    def examples(cls, shape: tuple[int, ...] = (6,)) -> tuple[Self, ...]:
        return cls(), cls(low=0.0)
