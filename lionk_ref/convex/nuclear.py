"""Table 2, line 1 lifted to matrices: Muon."""

from dataclasses import dataclass

from lionk_ref.convex.l1 import L1
from lionk_ref.convex.spectral import SpectralFunction


@dataclass(frozen=True)
class Nuclear(SpectralFunction):
    r"""K(Z) = the sum of the singular values: Muon with the exact polar factor.

    The subgradient is U_r V_r' over the singular values that are not 0, `polar.polar_factor`. A
    vector counts as one row, for which this is `L2`.

    Examples
    --------
    >>> import numpy as np
    >>> Nuclear().subgradient(np.array([[0.0, 3.0], [0.0, 0.0], [-2.0, 0.0]]))
    array([[ 0.,  1.],
           [ 0.,  0.],
           [-1.,  0.]])
    """

    key = "nuclear"
    formula = "sum sigma_i(Z)"
    formula_subgradient = "U_r V_r', r the rank"
    formula_conjugate = "0"
    domain = "sigma_max(y) <= 1"
    also_known_as = ("Muon", "trace norm", "Schatten norm at p = 1")
    solves = r"\min f(X) \;\text{s.t.}\; \sigma_{\max}(X) \le 1/\lambda"
    solves_text = "min f(X)  s.t. sigma_max(X) <= 1/lam"
    positively_homogeneous = True

    @property
    def vector(self) -> L1:
        return L1()
