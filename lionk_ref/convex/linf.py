"""Table 2, line 2 as p -> inf: the coordinate of largest momentum moves, and ties share."""

from dataclasses import dataclass

from lionk_ref.arrays import Array, array_namespace, max_abs, nonzero, sign, total
from lionk_ref.convex.base import ConvexFunction, indicator, zeros
from lionk_ref.convex.projections import project_capped_l1


@dataclass(frozen=True)
class LInf(ConvexFunction):
    r"""K(z) = max_i |z_i|: the cross-polytope \|x\|_1 <= 1/lam.

    Examples
    --------
    >>> import numpy as np
    >>> LInf().subgradient(np.array([-2.0, 1.0, 2.0]))
    array([-0.5,  0. ,  0.5])
    """

    key = "linf"
    formula = "|z|_inf"
    formula_subgradient = "sign(z)/(number of ties) where |z_i| is largest, else 0"
    formula_conjugate = "0"
    domain = "|y|_1 <= 1"
    also_known_as = ("greedy coordinate descent",)
    solves = r"\min f(x) \;\text{s.t.}\; \|x\|_1 \le 1/\lambda"
    solves_text = "min f(x)  s.t. |x|_1 <= 1/lam"
    positively_homogeneous = True

    def value(self, z: Array) -> Array:
        return max_abs(z)

    def subgradient(self, z: Array) -> Array:
        xp = array_namespace(z)
        largest = max_abs(z)
        tied = xp.astype(xp.abs(z) == largest, z.dtype)
        share = sign(z) * tied / nonzero(total(tied))
        return xp.where(xp.isnan(largest), largest, share)

    def conjugate(self, y: Array) -> Array:
        return indicator(total(array_namespace(y).abs(y)))

    def conjugate_subgradient(self, y: Array) -> Array:
        return zeros(y)

    def project_domain(self, y: Array) -> Array:
        return project_capped_l1(y, 1)
