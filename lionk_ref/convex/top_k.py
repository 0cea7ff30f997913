"""Table 2, line 4, corrected: the printed indicator keeps only k - 1 coordinates."""

import math
from dataclasses import dataclass
from typing import Self

from lionk_ref.arrays import Array, array_namespace, max_abs, nonzero, sign, total
from lionk_ref.convex.base import ConvexFunction, indicator, zeros
from lionk_ref.convex.projections import project_capped_l1


@dataclass(frozen=True)
class TopK(ConvexFunction):
    r"""K(z) = the sum of the k largest |z_i| (of all of them where there are fewer).

    Entries above the k-th magnitude get their sign; those tied with it share the rest equally.

    Parameters
    ----------
    k : int
        How many coordinates move, k >= 1.

    Examples
    --------
    >>> import numpy as np
    >>> TopK(k=2).subgradient(np.array([3.0, -1.0, 1.0, 0.5]))
    array([ 1. , -0.5,  0.5,  0. ])
    """

    key = "top_k"
    formula = "sum of the k largest |z_i|"
    formula_subgradient = "sign(z) above the k-th |z|, a share of it at ties, else 0"
    formula_conjugate = "0"
    domain = "|y|_inf <= 1, |y|_1 <= k"
    also_known_as = ("vector k-norm", "Ky Fan k-norm of a diagonal")
    solves = r"\min f(x) \;\text{s.t.}\; \|x\|_1 \le k/\lambda, \; \|x\|_\infty \le 1/\lambda"
    solves_text = "min f(x)  s.t. |x|_1 <= k/lam, |x|_inf <= 1/lam"
    positively_homogeneous = True

    k: int = 2

    def __post_init__(self) -> None:
        if isinstance(self.k, bool) or not isinstance(self.k, int) or self.k < 1:
            raise ValueError(f"TopK needs a whole number k >= 1, got k={self.k!r}.")

    def _weights(self, a: Array) -> Array:
        """How much of each entry of a = |z| is counted: 1 above the threshold, a share at it."""
        xp = array_namespace(a)
        size = math.prod(a.shape)
        if self.k >= size:
            return xp.where(xp.isnan(a), a, xp.ones_like(a))
        threshold = xp.sort(xp.reshape(a, (-1,)))[size - self.k]
        above = xp.astype(a > threshold, a.dtype)
        tied = xp.astype(a == threshold, a.dtype)
        weights = above + tied * ((self.k - total(above)) / nonzero(total(tied)))
        return xp.where(xp.isnan(max_abs(a)), xp.full_like(a, xp.nan), weights)

    def value(self, z: Array) -> Array:
        xp = array_namespace(z)
        a, w = xp.abs(z), self._weights(xp.abs(z))
        return total(xp.where(w == 0, xp.zeros_like(a), w * a))

    def subgradient(self, z: Array) -> Array:
        return sign(z) * self._weights(array_namespace(z).abs(z))

    def conjugate(self, y: Array) -> Array:
        xp = array_namespace(y)
        return indicator(xp.maximum(max_abs(y), total(xp.abs(y)) / self.k))

    def conjugate_subgradient(self, y: Array) -> Array:
        return zeros(y)

    def project_domain(self, y: Array) -> Array:
        return project_capped_l1(y, self.k)

    @classmethod
    def examples(cls, shape: tuple[int, ...] = (6,)) -> tuple[Self, ...]:
        return cls(), cls(k=1), cls(k=4)
