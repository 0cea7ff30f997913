"""Section 2. Any K made smooth: its Moreau envelope, of which Huber's loss is the first example."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lionk_ref.arrays import Array, Arrays, checked, combine, dot, each
from lionk_ref.convex.base import ConvexFunction, settle_positive


@dataclass(frozen=True)
class MoreauEnvelope(ConvexFunction):
    r"""min_w K(w) + \|z - w\|^2/(2 mu): smooth, with the conjugate K*(y) + (mu/2) \|y\|^2.

    The gradient is (z - prox(z))/mu, where prox(z) is the minimiser w. For a positively
    homogeneous K that is the projection of z/mu on dom K*, by Moreau's decomposition.

    Parameters
    ----------
    K : ConvexFunction
        What is made smooth.
    mu : float
        The width, mu > 0.
    prox : callable, optional
        ``prox(z, mu)`` gives the minimiser w. A K that is not positively homogeneous needs it.

    Raises
    ------
    ValueError
        If K is not positively homogeneous and ``prox`` is not given.

    Examples
    --------
    >>> import numpy as np
    >>> from lionk_ref.convex import L1, L2
    >>> MoreauEnvelope(L1(), mu=2.0).subgradient(np.array([-3.0, 0.0, 1.0]))
    array([-1. ,  0. ,  0.5])
    >>> MoreauEnvelope(L2(), mu=10.0).smoothness
    0.1
    """

    K: ConvexFunction
    mu: float
    prox: Callable[[Arrays, float], Arrays] | None = None

    key = "moreau_envelope"
    formula = "min_w K(w) + |z - w|_2^2/(2 mu)"
    solves = r"\min f(x) + \tfrac{1}{\lambda} K^*(\lambda x) + \tfrac{\mu\lambda}{2}\|x\|_2^2"
    solves_text = "min f(x) + 1/lam K*(lam x) + mu lam/2 |x|_2^2"

    def __post_init__(self) -> None:
        settle_positive(self, "mu")
        if self.prox is None and not self.K.positively_homogeneous:
            raise ValueError(
                f"MoreauEnvelope of {self.K!r}, which is not positively homogeneous, needs prox=..."
            )
        for flag in ("separable", "strictly_convex"):
            object.__setattr__(self, flag, getattr(self.K, flag))

    @property
    def smoothness(self) -> float:
        return 1 / (self.mu + 1 / self.K.smoothness)

    def nearest(self, z: Arrays) -> Arrays:
        """prox(z), the w of the definition."""
        if self.prox is not None:
            return self.prox(z, self.mu)
        return combine(1, z, -self.mu, self.subgradient(z))

    def value(self, z: Arrays) -> Array:
        u = self.subgradient(z)
        if self.prox is None:
            return dot(u, combine(1, z, -self.mu / 2, u))
        return self.K.value(self.prox(z, self.mu)) + self.mu / 2 * dot(u, u)

    def subgradient(self, z: Arrays) -> Arrays:
        if self.prox is None:
            return self.K.project_domain(each(lambda a: checked(a) / self.mu, z))
        return each(lambda a, w: (a - w) / self.mu, z, self.prox(z, self.mu))

    def conjugate(self, y: Arrays) -> Array:
        return self.K.conjugate(y) + self.mu / 2 * dot(y, y)

    def projected_conjugate(self, y: Arrays) -> Array:
        inside = self.K.project_domain(y)
        return self.K.projected_conjugate(y) + self.mu / 2 * dot(inside, inside)

    def conjugate_subgradient(self, y: Arrays) -> Arrays:
        return combine(1, self.K.conjugate_subgradient(y), self.mu, y)

    def project_domain(self, y: Arrays) -> Arrays:
        return self.K.project_domain(y)

    def conjugate_prox(self, v: Arrays, step: float = 1.0) -> Arrays:
        share = 1 + step * self.mu
        t, w = step / share, each(lambda a: checked(a) / share, v)
        if self.prox is None:
            return self.K.conjugate_prox(w, t)
        return combine(1, w, -t, self.prox(each(lambda a: a / t, w), 1 / t))

    def argmin_support(self, x: Arrays) -> Array:
        return self.K.argmin_support(x)
