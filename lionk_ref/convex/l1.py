"""Table 2, line 1. Lion itself."""

from dataclasses import dataclass

from lionk_ref.arrays import Array, array_namespace, max_abs, sign, total
from lionk_ref.convex.base import ConvexFunction, indicator, zeros


@dataclass(frozen=True)
class L1(ConvexFunction):
    r"""K(z) = \|z\|_1, whose Lion-K is Lion: the box of half-width 1/lam.

    The subgradient is the sign with sign(0) = 0, the element of least norm of [-1, 1].

    Examples
    --------
    >>> import numpy as np
    >>> L1().subgradient(np.array([-3.0, 0.0, 2.0]))
    array([-1.,  0.,  1.])
    """

    key = "l1"
    formula = "|z|_1"
    formula_subgradient = "sign(z)"
    formula_conjugate = "0"
    domain = "|y|_inf <= 1"
    also_known_as = ("Lion", "signed momentum")
    solves = r"\min f(x) \;\text{s.t.}\; \|x\|_\infty \le 1/\lambda"
    solves_text = "min f(x)  s.t. |x|_inf <= 1/lam"
    separable = True
    positively_homogeneous = True

    def value(self, z: Array) -> Array:
        return total(array_namespace(z).abs(z))

    def subgradient(self, z: Array) -> Array:
        return sign(z)

    def conjugate(self, y: Array) -> Array:
        return indicator(max_abs(y))

    def conjugate_subgradient(self, y: Array) -> Array:
        return zeros(y)

    def project_domain(self, y: Array) -> Array:
        return array_namespace(y).clip(y, -1.0, 1.0)
