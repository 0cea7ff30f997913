"""Table 2, line 4 lifted to matrices: the k leading singular pairs move."""

from dataclasses import dataclass
from typing import Self

from lionk_ref.convex.spectral import SpectralFunction
from lionk_ref.convex.top_k import TopK


@dataclass(frozen=True)
class KyFan(SpectralFunction):
    r"""K(Z) = the sum of the ``k`` largest singular values (of all where there are fewer).

    Parameters
    ----------
    k : int
        How many singular pairs move, k >= 1. 1 is `SpectralNorm`; all of them, `Nuclear`.

    Examples
    --------
    >>> import numpy as np
    >>> KyFan(k=2).subgradient(np.diag([3.0, 1.0, 1.0]))
    array([[1. , 0. , 0. ],
           [0. , 0.5, 0. ],
           [0. , 0. , 0.5]])
    """

    key = "ky_fan"
    formula = "sum of the k largest sigma_i(Z)"
    formula_subgradient = "U dTopK(sigma) V'"
    formula_conjugate = "0"
    domain = "sigma_max(y) <= 1, sum sigma_i(y) <= k"
    also_known_as = ("Ky Fan k-norm",)
    solves = (
        r"\min f(X) \;\text{s.t.}\; \sum_i \sigma_i(X) \le k/\lambda, \;"
        r" \sigma_{\max}(X) \le 1/\lambda"
    )
    solves_text = "min f(X)  s.t. sum sigma_i(X) <= k/lam, sigma_max(X) <= 1/lam"
    positively_homogeneous = True

    k: int = 2

    def __post_init__(self) -> None:
        if isinstance(self.k, bool) or not isinstance(self.k, int) or self.k < 1:
            raise ValueError(f"KyFan needs a whole number k >= 1, got k={self.k!r}.")

    @property
    def vector(self) -> TopK:
        return TopK(self.k)

    @classmethod
    def examples(cls, shape: tuple[int, ...] = (6,)) -> tuple[Self, ...]:
        return cls(), cls(k=1)
