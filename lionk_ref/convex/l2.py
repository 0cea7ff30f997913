"""Table 2, line 2 at p = 2: normalised descent."""

from dataclasses import dataclass

from lionk_ref.arrays import Array, array_namespace, max_abs, nonzero, norm, scaled
from lionk_ref.convex.base import ConvexFunction, indicator, zeros


@dataclass(frozen=True)
class L2(ConvexFunction):
    r"""K(z) = \|z\|_2 over all entries: the ball of radius 1/lam.

    Examples
    --------
    >>> import numpy as np
    >>> L2().subgradient(np.array([3.0, 4.0]))
    array([0.6, 0.8])
    """

    key = "l2"
    formula = "|z|_2"
    formula_subgradient = "z/|z|_2, 0 at 0"
    formula_conjugate = "0"
    domain = "|y|_2 <= 1"
    also_known_as = ("normalised momentum", "Frobenius norm")
    solves = r"\min f(x) \;\text{s.t.}\; \|x\|_2 \le 1/\lambda"
    solves_text = "min f(x)  s.t. |x|_2 <= 1/lam"
    positively_homogeneous = True

    def value(self, z: Array) -> Array:
        return norm(z)

    def subgradient(self, z: Array) -> Array:
        s = scaled(z, max_abs(z))
        return s / nonzero(norm(s))

    def conjugate(self, y: Array) -> Array:
        return indicator(norm(y))

    def conjugate_subgradient(self, y: Array) -> Array:
        return zeros(y)

    def project_domain(self, y: Array) -> Array:
        outside = norm(y) > 1
        return array_namespace(y).where(outside, self.subgradient(y), y)
