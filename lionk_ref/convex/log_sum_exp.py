"""Section 2. Softmax: Lion-K on the probability simplex, which is no entry of the catalogue."""

from __future__ import annotations

import math
from dataclasses import dataclass

from lionk_ref.arrays import Array, array_namespace, require, total
from lionk_ref.convex.base import ConvexFunction, settle_positive
from lionk_ref.convex.projections import project_capped_l1


@dataclass(frozen=True)
class LogSumExp(ConvexFunction):
    r"""K(z) = e log mean_i exp(z_i/e): x ends on the simplex x >= 0, sum x = 1/lam.

    Its gradient is the softmax of z/e. K(0) = 0, but K has no minimum (K(-t, ..., -t) = -t): 0 is
    not in dom K*, the simplex, from which follow the two things that set it apart.

    - The energy balance and Theorem 4.1 hold where lam x is in the simplex at the start, as then
      it stays there; from elsewhere the distance to the simplex falls by 1/(1 + lr lam) a step
      without ever being 0.
    - At lam = 0 there is no Lyapunov function, as K*(lam x)/lam has no limit: `certify` raises
      ValueError.

    Parameters
    ----------
    e : float
        The temperature, e > 0.

    Examples
    --------
    >>> import numpy as np
    >>> LogSumExp().subgradient(np.log(np.array([2.0, 1.0, 1.0])))
    array([0.5 , 0.25, 0.25])
    """

    key = "log_sum_exp"
    formula = "e log mean exp(z_i/e)"
    solves = (
        r"\min f(x) + \tfrac{e}{\lambda}\sum_i \lambda x_i \log(d \lambda x_i)"
        r" \;\text{s.t.}\; x \ge 0, \; \sum_i x_i = 1/\lambda"
    )
    solves_text = "min f(x) + e/lam sum(y_i log(d y_i)), y = lam x  s.t. y >= 0, sum y_i = 1"

    e: float = 1.0

    def __post_init__(self) -> None:
        settle_positive(self, "e")

    @property
    def smoothness(self) -> float:
        return 0.5 / self.e

    def value(self, z: Array) -> Array:
        """The logarithm of the mean by log1p, where it is near 1: K(z) may be far below e."""
        xp, below = array_namespace(z), self._below(z)
        lack = total(xp.expm1(below)) / math.prod(z.shape)
        far = xp.log(total(xp.exp(below))) - math.log(math.prod(z.shape))
        near = xp.log1p(xp.clip(lack, -0.5, 0.0))
        return xp.max(z) + self.e * xp.where(lack < -0.5, far, near)

    def subgradient(self, z: Array) -> Array:
        terms = array_namespace(z).exp(self._below(z))
        return terms / total(terms)

    def _below(self, z: Array) -> Array:
        """(z - max z)/e, and 0 where both are the same infinity."""
        xp = array_namespace(z)
        zero, less = xp.zeros_like(z), z != xp.max(z)
        return (xp.where(less, z, zero) - xp.where(less, xp.max(z), zero)) / self.e

    def conjugate(self, y: Array) -> Array:
        """e sum y_i log(d y_i) on the simplex, whose sum is taken to 64 roundings; inf outside."""
        xp = array_namespace(y)
        slack = 64 * float(xp.finfo(y.dtype).eps)
        outside = (xp.min(y) < 0) | (xp.abs(total(y) - 1) > slack)
        return xp.where(outside, xp.full_like(total(y), xp.inf), self._entropy(y))

    def projected_conjugate(self, y: Array) -> Array:
        return self._entropy(self.project_domain(y))

    def _entropy(self, y: Array) -> Array:
        """e mean(t log t - t + 1) with t = d y: the same on the simplex, and 0 to second order."""
        xp, d = array_namespace(y), math.prod(y.shape)
        t = d * y
        far = xp.log(xp.where(t > 0.5, xp.ones_like(t), xp.where(t > 0, t, xp.ones_like(t))))
        logs = xp.where(t > 0.5, xp.log1p(xp.where(t > 0.5, t - 1, 0 * t)), far)
        return self.e * (total(t * logs - (t - 1)) / d)

    def argmin_support(self, x: Array) -> Array:
        raise ValueError(
            "There is no Lyapunov function of LogSumExp at lam = 0: K has no minimum, and "
            "K*(lam x)/lam no limit. Choose lam > 0."
        )

    def conjugate_subgradient(self, y: Array) -> Array:
        """e log y_i, centred: of the multiples of (1, ..., 1) that may be added, none is left."""
        xp = array_namespace(y)
        require(y > 0, "K* of LogSumExp has no subgradient where y_i <= 0.")
        logs = xp.log(y)
        return self.e * (logs - total(logs) / math.prod(y.shape))

    def project_domain(self, y: Array) -> Array:
        """The projection on the simplex: that on the l1 ball, of y moved along (1, ..., 1).

        What lies more than 1 below the largest entry ends at 0 wherever it is.
        """
        xp = array_namespace(y)
        return project_capped_l1(xp.clip(y - xp.max(y) + 1, 0.0, 1.0), 1)
