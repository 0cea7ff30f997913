"""Table 2, line 2 lifted to matrices: between Muon and the leading singular pair."""

from dataclasses import dataclass
from numbers import Real
from typing import Self

from lionk_ref.convex.base import settle_positive, shown
from lionk_ref.convex.lp import LEAST, MOST, Lp
from lionk_ref.convex.spectral import SpectralFunction


@dataclass(frozen=True)
class Schatten(SpectralFunction):
    r"""K(Z) = \|sigma(Z)\|_p, 1 < p < inf: the Schatten norm, whose dual has 1/p + 1/q = 1.

    Parameters
    ----------
    p : float
        The exponent, from 1.0001 to 1000. p = 1 is `Nuclear`, p = 2 `L2`, p = inf `SpectralNorm`.

    Examples
    --------
    >>> import numpy as np
    >>> Schatten(p=2.0).subgradient(np.diag([3.0, -4.0])).round(12)
    array([[ 0.6,  0. ],
           [ 0. , -0.8]])
    """

    key = "schatten"
    formula = "|sigma(Z)|_p"
    formula_subgradient = "U d|sigma|_p V'"
    formula_conjugate = "0"
    domain = "|sigma(y)|_q <= 1, 1/p + 1/q = 1"
    also_known_as = ("Frobenius norm at p = 2",)
    solves = r"\min f(X) \;\text{s.t.}\; \|\sigma(X)\|_q \le 1/\lambda, \; 1/p + 1/q = 1"
    solves_text = "min f(X)  s.t. |sigma(X)|_q <= 1/lam, 1/p + 1/q = 1"
    positively_homogeneous = True

    p: float = 3.0

    def __post_init__(self) -> None:
        if not isinstance(self.p, Real) or not LEAST <= self.p <= MOST:
            said = f"Schatten needs a number {LEAST} <= p <= {MOST:g}, got p={shown(self.p)}."
            raise ValueError(f"{said} p = 1 is Nuclear(), p = inf SpectralNorm().")
        settle_positive(self, "p")

    @property
    def vector(self) -> Lp:
        return Lp(self.p)

    @classmethod
    def examples(cls, shape: tuple[int, ...] = (6,)) -> tuple[Self, ...]:
        return cls(), cls(p=1.5)
