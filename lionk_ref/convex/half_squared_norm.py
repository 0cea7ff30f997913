"""Section 2. Half the square of a norm: steepest descent in that norm, with no constraint."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Self

from lionk_ref.arrays import Array, array_namespace, checked, nonzero
from lionk_ref.convex.base import ConvexFunction
from lionk_ref.convex.ellipsoid import Ellipsoid
from lionk_ref.convex.l1 import L1
from lionk_ref.convex.l2 import L2
from lionk_ref.convex.linf import LInf
from lionk_ref.convex.lp import Lp
from lionk_ref.convex.nuclear import Nuclear
from lionk_ref.convex.roots import increasing_root
from lionk_ref.convex.schatten import Schatten
from lionk_ref.convex.spectral_norm import SpectralNorm


@dataclass(frozen=True)
class HalfSquaredNorm(ConvexFunction):
    r"""K(z) = (1/2) N(z)^2 for a norm N, with K*(y) = (1/2) N°(y)^2 for the dual norm N°.

    Its subgradient is N(z) dN(z): the step of ``norm`` with the size of the momentum restored.

    Parameters
    ----------
    norm : ConvexFunction
        The norm: positively homogeneous, and 0 at 0 only.
    dual : ConvexFunction, optional
        Its dual norm, sup <y, z> over N(z) <= 1. It is known for `L1`, `L2`, `LInf`, `Lp`,
        `Nuclear`, `SpectralNorm` and `Schatten`; for another norm it must be given.

    Raises
    ------
    ValueError
        If ``norm`` is not positively homogeneous, or its dual is neither known nor given.

    Examples
    --------
    >>> import numpy as np
    >>> K = HalfSquaredNorm(L1())
    >>> K.subgradient(np.array([-3.0, 0.0, 1.0]))
    array([-4.,  0.,  4.])
    >>> float(K.conjugate(np.array([-3.0, 0.0, 1.0])))
    4.5
    """

    key = "half_squared_norm"
    formula = "1/2 |z|^2 of a norm"
    formula_subgradient = "|z| d|z|"
    formula_conjugate = "1/2 |y|_dual^2"
    domain = "everywhere"
    also_known_as = ("steepest descent in a norm",)
    solves = r"\min f(x) + \tfrac{\lambda}{2}\|x\|_\circ^2 \text{ (the dual norm)}"
    solves_text = "min f(x) + lam/2 |x|_dual^2"

    norm: ConvexFunction = L1()  # noqa: RUF009
    dual: ConvexFunction | None = None

    def __post_init__(self) -> None:
        for norm in (self.norm, self.norm if self.dual is None else self.dual):
            if not (isinstance(norm, ConvexFunction) and norm.positively_homogeneous):
                raise ValueError(f"HalfSquaredNorm needs a norm such as L1(), got {norm!r}.")
        object.__setattr__(self, "dual", self.dual or dual_norm(self.norm))
        round_balls = (L2, Lp, Schatten, Ellipsoid)
        object.__setattr__(self, "strictly_convex", isinstance(self.norm, round_balls))

    @property
    def differentiable(self) -> bool:
        return self.strictly_convex

    @property
    def smoothness(self) -> float:
        """(p - 1) 2^(2/p - 1) for the p-norms with p >= 2, `L2`, `Lp` and `Schatten`, else inf.

        It is attained where two entries are equal and the others 0.
        """
        p = 2.0 if isinstance(self.norm, L2) else getattr(self.norm, "p", 0.0)
        return float((p - 1) * 2 ** (2 / p - 1)) if p >= 2 else math.inf

    def value(self, z: Array) -> Array:
        return self.norm.value(z) ** 2 / 2

    def subgradient(self, z: Array) -> Array:
        return _enlarged(self.norm, z)

    def conjugate(self, y: Array) -> Array:
        return self._dual.value(y) ** 2 / 2

    def conjugate_subgradient(self, y: Array) -> Array:
        return _enlarged(self._dual, y)

    def project_domain(self, y: Array) -> Array:
        return +checked(y)

    def conjugate_prox(self, v: Array, step: float = 1.0) -> Array:
        """The projection of v on the dual ball of the radius r with N(v - p) = step r."""
        xp = array_namespace(v)
        w = xp.astype(v, xp.float64)
        most = self._dual.value(w)
        r = increasing_root(lambda r: self._excess(w, r, step), 0 * most, 0 * most, most)
        return xp.astype(self._cut(w, r), v.dtype)

    def _cut(self, v: Array, r: Array) -> Array:
        """The projection of v on the dual ball of radius r."""
        return r * self.norm.project_domain(v / nonzero(r))

    def _excess(self, v: Array, r: Array, step: float) -> tuple[Array, Array]:
        """step r - N(v - p), which grows with r, by ``step`` at least."""
        value = step * r - self.norm.value(v - self._cut(v, r))
        return value, 0 * value + step

    @property
    def _dual(self) -> ConvexFunction:
        assert self.dual is not None
        return self.dual

    @classmethod
    def examples(cls, shape: tuple[int, ...] = (6,)) -> tuple[Self, ...]:
        return cls(), cls(LInf()), cls(L2())


def dual_norm(norm: ConvexFunction) -> ConvexFunction:
    """The K whose value is the dual norm, the gauge of dom K* of ``norm``, eq. (7).

    Raises
    ------
    ValueError
        If there is none in the catalogue.

    Examples
    --------
    >>> dual_norm(Lp(p=3.0))
    Lp(p=1.5)
    """
    pairs = {L1: LInf(), LInf: L1(), L2: L2(), Nuclear: SpectralNorm(), SpectralNorm: Nuclear()}
    if type(norm) in pairs:
        return pairs[type(norm)]
    if isinstance(norm, Lp | Schatten):
        return type(norm)(p=norm.p / (norm.p - 1))
    raise ValueError(f"The dual norm of {norm!r} is not in the catalogue. Give it: dual=...")


def _enlarged(norm: ConvexFunction, z: Array) -> Array:
    """N(z) dN(z), the element of least norm."""
    xp, u = array_namespace(z), norm.subgradient(z)
    return xp.where(u == 0, u, norm.value(z) * u)
