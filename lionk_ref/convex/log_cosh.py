"""Table 2, line 5 made analytic: the hyperbolic tangent in place of the clip."""

import math
from dataclasses import dataclass
from typing import Self

from lionk_ref.arrays import Array, array_namespace, max_abs, require, total
from lionk_ref.convex.base import ConvexFunction, inside_or_inf, settle_positive
from lionk_ref.convex.roots import smoothed_sign_prox


@dataclass(frozen=True)
class LogCosh(ConvexFunction):
    r"""K(z) = sum_i e log cosh(z_i/e): a box and a binary-entropy penalty.

    Parameters
    ----------
    e : float
        The width of the smoothing, e > 0. As e -> 0 it becomes `L1`.

    Examples
    --------
    >>> import numpy as np
    >>> LogCosh().subgradient(np.array([-1e3, 0.0, 1e3]))
    array([-1.,  0.,  1.])
    """

    key = "log_cosh"
    formula = "sum e log cosh(z_i/e)"
    formula_subgradient = "tanh(z/e)"
    formula_conjugate = "e/2 sum((1+y)log(1+y) + (1-y)log(1-y))"
    domain = "|y|_inf <= 1"
    also_known_as = ("Optax scale_by_lion(mode='smooth')",)
    solves = (
        r"\min f(x) + \tfrac{e}{2\lambda}\sum_i\bigl[(1 + \lambda x_i)\log(1 + \lambda x_i)"
        r" + (1 - \lambda x_i)\log(1 - \lambda x_i)\bigr]"
        r" \;\text{s.t.}\; \|x\|_\infty \le 1/\lambda"
    )
    solves_text = (
        "min f(x) + e/(2 lam) sum((1+y)log(1+y) + (1-y)log(1-y)), y = lam x  s.t. |y|_inf <= 1"
    )
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
        r = xp.abs(z) / self.e
        near = xp.log1p(2 * xp.sinh(xp.clip(r, 0.0, 1.0) / 2) ** 2)
        far = (r - math.log(2)) + xp.log1p(xp.exp(-2 * r))
        return self.e * total(xp.where(r < 1, near, far))

    def subgradient(self, z: Array) -> Array:
        return array_namespace(z).tanh(z / self.e)

    def conjugate(self, y: Array) -> Array:
        xp = array_namespace(y)
        edge = xp.abs(y) >= 1
        inner = xp.where(edge, xp.zeros_like(y), y)
        small = xp.log1p(-inner * inner)
        large = xp.log1p(-inner) + xp.log1p(inner)
        entropy = inner * xp.atanh(inner) + xp.where(xp.abs(inner) < 0.5, small, large) / 2
        terms = xp.where(edge, xp.full_like(y, math.log(2)), entropy)
        return inside_or_inf(max_abs(y), self.e * total(terms))

    def conjugate_subgradient(self, y: Array) -> Array:
        xp = array_namespace(y)
        require(~(xp.abs(y) >= 1), "K* of LogCosh has no subgradient where |y_i| >= 1.")
        return self.e * xp.atanh(y)

    def project_domain(self, y: Array) -> Array:
        return array_namespace(y).clip(y, -1.0, 1.0)

    def conjugate_prox(self, v: Array, step: float = 1.0) -> Array:
        """p = tanh(z/e) at the z with tanh(z/e) + step z = v."""
        return smoothed_sign_prox(self.subgradient, self._slope, v, step, self.e)

    def _slope(self, z: Array) -> Array:
        """The second derivative (1 - tanh(z/e)^2)/e."""
        u = self.subgradient(z)
        return (1 - u) * (1 + u) / self.e

    @classmethod
    def examples(cls, shape: tuple[int, ...] = (6,)) -> tuple[Self, ...]:
        return cls(), cls(e=0.1)
