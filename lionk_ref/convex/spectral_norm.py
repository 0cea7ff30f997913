"""Table 2, line 2 as p -> inf, lifted to matrices: the leading singular pair moves."""

from dataclasses import dataclass

from lionk_ref.convex.linf import LInf
from lionk_ref.convex.spectral import SpectralFunction


@dataclass(frozen=True)
class SpectralNorm(SpectralFunction):
    r"""K(Z) = sigma_max(Z): rank-one steps and the ball of the nuclear norm, Frank-Wolfe's own.

    Leading singular values that are tied share the step equally.

    Examples
    --------
    >>> import numpy as np
    >>> SpectralNorm().subgradient(np.diag([3.0, -1.0]))
    array([[1., 0.],
           [0., 0.]])
    """

    key = "spectral_norm"
    formula = "sigma_max(Z)"
    formula_subgradient = "U V' over the largest sigma, divided by their number"
    formula_conjugate = "0"
    domain = "sum sigma_i(y) <= 1"
    also_known_as = ("operator norm", "Ky Fan 1-norm", "Frank-Wolfe on the nuclear ball")
    solves = r"\min f(X) \;\text{s.t.}\; \sum_i \sigma_i(X) \le 1/\lambda"
    solves_text = "min f(X)  s.t. sum sigma_i(X) <= 1/lam"
    positively_homogeneous = True

    @property
    def vector(self) -> LInf:
        return LInf()
