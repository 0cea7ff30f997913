"""Table 2, line 5 lifted to matrices: Muon made smooth at rank-deficient momenta."""

from dataclasses import dataclass
from typing import Self

from lionk_ref.convex.base import settle_positive
from lionk_ref.convex.huber import Huber
from lionk_ref.convex.spectral import SpectralFunction


@dataclass(frozen=True)
class NuclearHuber(SpectralFunction):
    r"""K(Z) = sum of the Huber losses of sigma_i(Z): Muon with min(sigma_i/e, 1) in place of 1.

    Parameters
    ----------
    e : float
        Where the parabola meets the line, e > 0. As e -> 0 it becomes `Nuclear`.

    Examples
    --------
    >>> import numpy as np
    >>> NuclearHuber(e=2.0).subgradient(np.diag([-4.0, 1.0]))
    array([[-1. ,  0. ],
           [ 0. ,  0.5]])
    """

    key = "nuclear_huber"
    formula = "sum huber_e(sigma_i(Z))"
    formula_subgradient = "U min(sigma/e, 1) V'"
    formula_conjugate = "e/2 |y|_F^2"
    domain = "sigma_max(y) <= 1"
    also_known_as = ("smoothed Muon",)
    solves = (
        r"\min f(X) + \tfrac{e\lambda}{2}\|X\|_F^2"
        r" \;\text{s.t.}\; \sigma_{\max}(X) \le 1/\lambda"
    )
    solves_text = "min f(X) + e lam/2 |X|_F^2  s.t. sigma_max(X) <= 1/lam"

    e: float = 1.0

    def __post_init__(self) -> None:
        settle_positive(self, "e")

    @property
    def vector(self) -> Huber:
        return Huber(self.e)

    @classmethod
    def examples(cls, shape: tuple[int, ...] = (6,)) -> tuple[Self, ...]:
        return cls(), cls(e=0.1)
