"""Section 2, lifted to matrices: any symmetric k of the singular values. Muon's family."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass

from lionk_ref.arrays import Array, array_namespace
from lionk_ref.convex.base import ConvexFunction
from lionk_ref.convex.singular_values import composed, decompose, each_row, in_size, settled


class SpectralFunction(ConvexFunction):
    r"""K(Z) = k(sigma(Z)) for a k that is blind to the order and the signs of its arguments.

    K* is k* of the singular values, dK = U diag(dk(sigma)) V', and the same holds for the
    projection on dom K* (Lewis 1995). Batches, vectors, ranks and ties are those of the module
    `singular_values`; a batch is a sum. Where sigma_i = 0 the least dk_i is 0, so that U and V are
    needed on the range of Z only and dK is unique and equivariant under rotations.
    """

    @property
    @abstractmethod
    def vector(self) -> ConvexFunction:
        """The k that is lifted."""

    @property
    def smoothness(self) -> float:
        return self.vector.smoothness

    @property
    def differentiable(self) -> bool:
        return self.vector.differentiable

    def value(self, z: Array) -> Array:
        d = decompose(z)
        return _sum(each_row(self.vector.value, in_size(d, d.s)), z)

    def subgradient(self, z: Array) -> Array:
        d = decompose(z)
        return composed(d, each_row(self.vector.subgradient, in_size(d, settled(d))))

    def conjugate(self, y: Array) -> Array:
        d = decompose(y)
        return _sum(each_row(self.vector.conjugate, in_size(d, d.s)), y)

    def projected_conjugate(self, y: Array) -> Array:
        d = decompose(y)
        return _sum(each_row(self.vector.projected_conjugate, in_size(d, d.s)), y)

    def conjugate_subgradient(self, y: Array) -> Array:
        d = decompose(y)
        return composed(d, each_row(self.vector.conjugate_subgradient, in_size(d, d.s)))

    def project_domain(self, y: Array) -> Array:
        d = decompose(y)
        s = in_size(d, d.s)
        nearest = each_row(self.vector.project_domain, s)
        xp = array_namespace(y)
        inside = xp.all(nearest == s, axis=1, keepdims=True)[:, :, None]
        kept = xp.reshape(xp.broadcast_to(inside, d.matrices.shape), y.shape)
        return xp.where(kept, y, composed(d, nearest))

    def conjugate_prox(self, v: Array, step: float = 1.0) -> Array:
        if self.positively_homogeneous:
            return self.project_domain(v)
        d = decompose(v)
        s = in_size(d, d.s)
        return composed(d, each_row(lambda row: self.vector.conjugate_prox(row, step), s))

    def argmin_support(self, x: Array) -> Array:
        d = decompose(x)
        return _sum(each_row(self.vector.argmin_support, in_size(d, d.s)), x)


def _sum(values: Array, like: Array) -> Array:
    """The sum over a batch, rounded once to the dtype of z."""
    xp = array_namespace(values)
    return xp.astype(xp.sum(values), like.dtype)


@dataclass(frozen=True)
class Spectral(SpectralFunction):
    """Section 2's k lifted to matrices: a symmetric ``k`` of the singular values.

    Parameters
    ----------
    k : ConvexFunction
        Symmetric: the same for every order and every sign of its arguments, such as `Huber`,
        `TopK` or `HalfSquaredNorm`. This is taken on trust.

    Examples
    --------
    >>> import numpy as np
    >>> from lionk_ref.convex import Huber, Spectral
    >>> Spectral(Huber(e=2.0)).subgradient(np.diag([4.0, 1.0]))
    array([[1. , 0. ],
           [0. , 0.5]])
    """

    k: ConvexFunction

    key = "spectral"
    formula = "k(sigma(Z))"
    solves = r"\min f(X) + \tfrac{1}{\lambda} k^*(\lambda \sigma(X))"
    solves_text = "min f(X) + 1/lam k*(lam sigma(X))"

    def __post_init__(self) -> None:
        if not isinstance(self.k, ConvexFunction):
            raise TypeError(f"Spectral needs a ConvexFunction such as L1(), got {self.k!r}.")
        for flag in ("positively_homogeneous", "strictly_convex"):
            object.__setattr__(self, flag, getattr(self.k, flag))

    @property
    def vector(self) -> ConvexFunction:
        return self.k
