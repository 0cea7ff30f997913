"""Section 2. Powers: K of Lion-K without a constraint, between momentum and its sign."""

import math
from dataclasses import dataclass
from numbers import Real
from typing import Self

from lionk_ref.arrays import Array, array_namespace, checked, sign, total
from lionk_ref.convex.base import ConvexFunction, settle_positive, shown
from lionk_ref.convex.projections import shrink


@dataclass(frozen=True)
class Power(ConvexFunction):
    r"""K(z) = (1/p) sum_i |z_i|^p, 1 < p < inf: the penalty is a power too, 1/p + 1/q = 1.

    As p -> 1 it becomes `L1`; p = 2 is `HalfSquare`.

    Parameters
    ----------
    p : float
        The exponent.

    Examples
    --------
    >>> import numpy as np
    >>> Power(p=1.5).subgradient(np.array([-4.0, 0.0, 9.0]))
    array([-2.,  0.,  3.])
    """

    key = "power"
    formula = "1/p sum |z_i|^p"
    formula_subgradient = "sign(z) |z|^(p-1)"
    formula_conjugate = "1/q sum |y_i|^q, 1/p + 1/q = 1"
    domain = "everywhere"
    solves = r"\min f(x) + \tfrac{\lambda^{q-1}}{q}\|x\|_q^q, \; 1/p + 1/q = 1"
    solves_text = "min f(x) + lam^(q-1)/q |x|_q^q, 1/p + 1/q = 1"
    separable = True
    strictly_convex = True

    p: float = 1.5

    def __post_init__(self) -> None:
        if not isinstance(self.p, Real) or not 1 < self.p < math.inf:
            said = f"Power needs a number 1 < p < inf, got p={shown(self.p)}."
            raise ValueError(f"{said} For p = 1 use L1().")
        settle_positive(self, "p")

    @property
    def q(self) -> float:
        """The dual exponent."""
        return self.p / (self.p - 1)

    @property
    def smoothness(self) -> float:
        return 1.0 if self.p == 2 else super().smoothness

    @property
    def differentiable(self) -> bool:
        return True

    def value(self, z: Array) -> Array:
        return total(array_namespace(z).abs(z) ** self.p) / self.p

    def subgradient(self, z: Array) -> Array:
        return sign(z) * array_namespace(z).abs(z) ** (self.p - 1)

    def conjugate(self, y: Array) -> Array:
        return total(array_namespace(y).abs(y) ** self.q) / self.q

    def conjugate_subgradient(self, y: Array) -> Array:
        return sign(y) * array_namespace(y).abs(y) ** (self.q - 1)

    def project_domain(self, y: Array) -> Array:
        return +checked(y)

    def conjugate_prox(self, v: Array, step: float = 1.0) -> Array:
        """The p with p + step p^(q-1) = v."""
        xp = array_namespace(v)
        a = xp.abs(xp.astype(v, xp.float64))
        p = shrink(a, xp.full_like(a, step), self.q)
        return sign(v) * xp.astype(p, v.dtype)

    @classmethod
    def examples(cls, shape: tuple[int, ...] = (6,)) -> tuple[Self, ...]:
        return cls(p=3.0), cls(p=2.0)
