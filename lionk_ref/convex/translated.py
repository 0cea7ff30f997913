"""Section 2. K with its minimum moved: a linear term in the problem that Lion-K solves."""

from __future__ import annotations

from dataclasses import dataclass

from lionk_ref.arrays import Array, Arrays, combine, dot
from lionk_ref.convex.base import ConvexFunction


@dataclass(frozen=True, eq=False)
class Translated(ConvexFunction):
    """K(z - b), whose conjugate is K*(y) + <b, y>.

    Its minimum is 0, at b: this is no entry of the catalogue, whose K are 0 at 0.

    Parameters
    ----------
    K : ConvexFunction
        What is moved.
    b : array or dict of arrays
        Where its minimum goes; of the library, dtype and shape of z.

    Examples
    --------
    >>> import numpy as np
    >>> from lionk_ref.convex import L1
    >>> Translated(L1(), np.array([1.0, 1.0])).subgradient(np.array([0.5, 3.0]))
    array([-1.,  1.])
    """

    K: ConvexFunction
    b: Arrays

    key = "translated"
    formula = "K(z - b)"
    solves = r"\min f(x) + \langle b, x \rangle + \tfrac{1}{\lambda} K^*(\lambda x)"
    solves_text = "min f(x) + <b, x> + 1/lam K*(lam x)"

    def __post_init__(self) -> None:
        object.__setattr__(self, "separable", self.K.separable)
        object.__setattr__(self, "strictly_convex", self.K.strictly_convex)

    @property
    def smoothness(self) -> float:
        return self.K.smoothness

    @property
    def differentiable(self) -> bool:
        return self.K.differentiable

    def value(self, z: Arrays) -> Array:
        return self.K.value(combine(1, z, -1, self.b))

    def subgradient(self, z: Arrays) -> Arrays:
        return self.K.subgradient(combine(1, z, -1, self.b))

    def conjugate(self, y: Arrays) -> Array:
        return self.K.conjugate(y) + dot(self.b, y)

    def projected_conjugate(self, y: Arrays) -> Array:
        return self.K.projected_conjugate(y) + dot(self.b, self.K.project_domain(y))

    def conjugate_subgradient(self, y: Arrays) -> Arrays:
        """A subgradient of K* at y; the one of least norm where K* is differentiable at y."""
        return combine(1, self.K.conjugate_subgradient(y), 1, self.b)

    def project_domain(self, y: Arrays) -> Arrays:
        return self.K.project_domain(y)

    def conjugate_prox(self, v: Arrays, step: float = 1.0) -> Arrays:
        return self.K.conjugate_prox(combine(1, v, -step, self.b), step)

    def argmin_support(self, x: Arrays) -> Array:
        return self.K.argmin_support(x) + dot(self.b, x)
