"""Section 2. Sums and infimal convolutions of two K: each is the conjugate of the other."""

from __future__ import annotations

from dataclasses import dataclass

from lionk_ref.arrays import Array, Arrays, checked, combine, dot, each
from lionk_ref.convex.base import ConvexFunction
from lionk_ref.convex.half_square import HalfSquare
from lionk_ref.convex.moreau_envelope import MoreauEnvelope


@dataclass(frozen=True)
class Sum(ConvexFunction):
    """K(z) + (c/2) |z|^2 for a K that is positively homogeneous: its constraint made a penalty.

    The conjugate, dist(y, dom K*)^2/(2c), is the infimal convolution of the two conjugates. For
    other pairs that has no closed form, and the pair is refused.

    Parameters
    ----------
    K : ConvexFunction
        Positively homogeneous.
    square : HalfSquare
        (c/2) |z|^2.

    Examples
    --------
    >>> import numpy as np
    >>> from lionk_ref.convex import L2, HalfSquare
    >>> K = Sum(L2(), HalfSquare(c=2.0))
    >>> K.subgradient(np.array([0.0, -4.0])), float(K.conjugate(np.array([0.0, -4.0])))
    (array([ 0., -9.]), 2.25)
    """

    K: ConvexFunction
    square: HalfSquare

    key = "sum"
    formula = "K(z) + c/2 |z|_2^2"
    solves = r"\min f(x) + \tfrac{1}{2c\lambda}\operatorname{dist}(\lambda x, \text{dom} K^*)^2"
    solves_text = "min f(x) + 1/(2 c lam) dist(lam x, dom K*)^2"
    strictly_convex = True

    def __post_init__(self) -> None:
        if not (self.K.positively_homogeneous and isinstance(self.square, HalfSquare)):
            raise ValueError(
                "Sum needs a positively homogeneous K and a HalfSquare, "
                f"got {self.K!r} and {self.square!r}: their conjugate has no closed form."
            )
        object.__setattr__(self, "separable", self.K.separable)

    def value(self, z: Arrays) -> Array:
        return self.K.value(z) + self.square.c / 2 * dot(z, z)

    def subgradient(self, z: Arrays) -> Arrays:
        return combine(1, self.K.subgradient(z), self.square.c, z)

    def conjugate(self, y: Arrays) -> Array:
        excess = self._excess(y)
        return dot(excess, excess) / (2 * self.square.c)

    def conjugate_subgradient(self, y: Arrays) -> Arrays:
        return each(lambda a: a / self.square.c, self._excess(y))

    def project_domain(self, y: Arrays) -> Arrays:
        return each(lambda a: +checked(a), y)

    def conjugate_prox(self, v: Arrays, step: float = 1.0) -> Arrays:
        share = 1 / (1 + step / self.square.c)
        return combine(1, self.K.project_domain(v), share, self._excess(v))

    def _excess(self, y: Arrays) -> Arrays:
        """y less its projection on dom K*."""
        return combine(1, y, -1, self.K.project_domain(y))


def infimal_convolution(K: ConvexFunction, other: ConvexFunction) -> ConvexFunction:
    """Section 2: the K whose conjugate is K* + other*, min_w K(w) + other(z - w).

    It is closed where one of the two is a `HalfSquare` and the other positively homogeneous, or
    a `HalfSquare` as well.

    Raises
    ------
    ValueError
        For other pairs.

    Examples
    --------
    >>> from lionk_ref.convex import L1, HalfSquare
    >>> infimal_convolution(L1(), HalfSquare(c=4.0))
    MoreauEnvelope(K=L1(), mu=0.25, prox=None)
    """
    if isinstance(K, HalfSquare):
        K, other = other, K
    if not isinstance(other, HalfSquare):
        raise ValueError(f"The infimal convolution of {K!r} and {other!r} has no closed form.")
    if isinstance(K, HalfSquare):
        return HalfSquare(c=1 / (1 / K.c + 1 / other.c))
    return MoreauEnvelope(K, 1 / other.c)
