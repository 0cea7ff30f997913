"""Table 2, line 5 made analytic: a square root in place of the two branches."""

from dataclasses import dataclass
from typing import Self

from lionk_ref.arrays import Array, array_namespace, max_abs, require, sign, total
from lionk_ref.convex.base import ConvexFunction, inside_or_inf, settle_positive
from lionk_ref.convex.roots import smoothed_sign_prox


@dataclass(frozen=True)
class PseudoHuber(ConvexFunction):
    r"""K(z) = sum_i sqrt(z_i^2 + e^2) - e: a box with a barrier-like penalty of bounded value.

    Parameters
    ----------
    e : float
        The width of the smoothing, e > 0. As e -> 0 it becomes `L1`.

    Examples
    --------
    >>> import numpy as np
    >>> PseudoHuber(e=4.0).subgradient(np.array([-3.0, 0.0, 3e300]))
    array([-0.6,  0. ,  1. ])
    """

    key = "pseudo_huber"
    formula = "sum sqrt(z_i^2 + e^2) - e"
    formula_subgradient = "z/sqrt(z^2 + e^2)"
    formula_conjugate = "e sum(1 - sqrt(1 - y_i^2))"
    domain = "|y|_inf <= 1"
    also_known_as = ("Charbonnier loss",)
    solves = (
        r"\min f(x) + \tfrac{e}{\lambda}\sum_i\bigl(1 - \sqrt{1 - \lambda^2 x_i^2}\bigr)"
        r" \;\text{s.t.}\; \|x\|_\infty \le 1/\lambda"
    )
    solves_text = "min f(x) + e/lam sum(1 - sqrt(1 - lam^2 x_i^2))  s.t. |x|_inf <= 1/lam"
    separable = True
    strictly_convex = True

    e: float = 1.0

    def __post_init__(self) -> None:
        settle_positive(self, "e")

    @property
    def smoothness(self) -> float:
        return 1 / self.e

    def value(self, z: Array) -> Array:
        xp = array_namespace(z)
        r = xp.abs(z)
        finite = xp.where(r == xp.inf, xp.zeros_like(r), r)
        larger, root = hypotenuse(finite, self.e)
        return total(xp.where(r == xp.inf, r, finite * (finite / (larger * root + self.e))))

    def subgradient(self, z: Array) -> Array:
        xp = array_namespace(z)
        r = xp.abs(z)
        _, root = hypotenuse(r, self.e)
        return sign(z) * (xp.where(r >= self.e, xp.ones_like(r), r / self.e) / root)

    def conjugate(self, y: Array) -> Array:
        xp = array_namespace(y)
        clipped = xp.clip(y, -1.0, 1.0)
        root = xp.sqrt((1 - clipped) * (1 + clipped))
        return inside_or_inf(max_abs(y), self.e * total(clipped * (clipped / (1 + root))))

    def conjugate_subgradient(self, y: Array) -> Array:
        xp = array_namespace(y)
        require(~(xp.abs(y) >= 1), "K* of PseudoHuber has no subgradient where |y_i| >= 1.")
        return self.e * (y / xp.sqrt((1 - y) * (1 + y)))

    def project_domain(self, y: Array) -> Array:
        return array_namespace(y).clip(y, -1.0, 1.0)

    def conjugate_prox(self, v: Array, step: float = 1.0) -> Array:
        """p = dK(z) at the z with dK(z) + step z = v."""
        return smoothed_sign_prox(self.subgradient, self._slope, v, step, self.e)

    def _slope(self, z: Array) -> Array:
        """The second derivative e^2/(z^2 + e^2)^(3/2)."""
        larger, root = hypotenuse(z, self.e)
        ratio = self.e / larger / root
        return ratio * ratio * ratio / self.e

    @classmethod
    def examples(cls, shape: tuple[int, ...] = (6,)) -> tuple[Self, ...]:
        return cls(), cls(e=0.1)


def hypotenuse(r: Array, e: float) -> tuple[Array, Array]:
    """sqrt(r^2 + e^2) as the product of max(r, e) and a root in [1, sqrt(2)], without overflow."""
    xp = array_namespace(r)
    side = xp.full_like(r, e)
    larger = xp.maximum(r, side)
    ratio = xp.minimum(r, side) / larger
    return larger, xp.sqrt(1 + ratio * ratio)
