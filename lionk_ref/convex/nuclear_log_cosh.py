"""Table 2, line 5 made analytic and lifted to matrices: Muon with a hyperbolic tangent."""

from dataclasses import dataclass
from typing import Self

from lionk_ref.convex.base import settle_positive
from lionk_ref.convex.log_cosh import LogCosh
from lionk_ref.convex.spectral import SpectralFunction


@dataclass(frozen=True)
class NuclearLogCosh(SpectralFunction):
    r"""K(Z) = sum_i e log cosh(sigma_i(Z)/e): Muon with tanh(sigma_i/e) in place of 1.

    Parameters
    ----------
    e : float
        The width of the smoothing, e > 0. As e -> 0 it becomes `Nuclear`.

    Examples
    --------
    >>> import numpy as np
    >>> NuclearLogCosh().subgradient(np.diag([np.log(3), 0.0])).round(12)
    array([[0.8, 0. ],
           [0. , 0. ]])
    """

    key = "nuclear_log_cosh"
    formula = "sum e log cosh(sigma_i(Z)/e)"
    formula_subgradient = "U tanh(sigma/e) V'"
    formula_conjugate = "e/2 sum((1+s)log(1+s) + (1-s)log(1-s)), s = sigma(y)"
    domain = "sigma_max(y) <= 1"
    solves = (
        r"\min f(X) + \tfrac{e}{2\lambda}\sum_i\bigl[(1 + s_i)\log(1 + s_i)"
        r" + (1 - s_i)\log(1 - s_i)\bigr], \; s = \lambda\sigma(X)"
        r" \;\text{s.t.}\; \sigma_{\max}(X) \le 1/\lambda"
    )
    solves_text = (
        "min f(X) + e/(2 lam) sum((1+s)log(1+s) + (1-s)log(1-s)), s = lam sigma(X)  s.t. s <= 1"
    )
    strictly_convex = True

    e: float = 1.0

    def __post_init__(self) -> None:
        settle_positive(self, "e")

    @property
    def vector(self) -> LogCosh:
        return LogCosh(self.e)

    @classmethod
    def examples(cls, shape: tuple[int, ...] = (6,)) -> tuple[Self, ...]:
        return cls(), cls(e=0.1)
