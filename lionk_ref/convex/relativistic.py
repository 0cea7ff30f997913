"""Table 2, lines 2 and 5 joined: the Euclidean norm, smoothed. Kinetic energy in relativity."""

from dataclasses import dataclass
from typing import Self

from lionk_ref.arrays import Array, norm, require
from lionk_ref.convex.base import ConvexFunction, settle_positive
from lionk_ref.convex.l2 import L2
from lionk_ref.convex.pseudo_huber import PseudoHuber


@dataclass(frozen=True)
class Relativistic(ConvexFunction):
    r"""K(z) = sqrt(\|z\|_2^2 + e^2) - e: the speed of x has a limit, which is never reached.

    It is `PseudoHuber` of the length of z: one ball in place of a box.

    Parameters
    ----------
    e : float
        The width of the smoothing, e > 0. As e -> 0 it becomes `L2`.

    Examples
    --------
    >>> import numpy as np
    >>> Relativistic(e=5.0).subgradient(np.array([0.0, -12.0])) * 13
    array([  0., -12.])
    """

    key = "relativistic"
    formula = "sqrt(|z|_2^2 + e^2) - e"
    formula_subgradient = "z/sqrt(|z|_2^2 + e^2)"
    formula_conjugate = "e (1 - sqrt(1 - |y|_2^2))"
    domain = "|y|_2 <= 1"
    also_known_as = ("relativistic gradient descent",)
    solves = (
        r"\min f(x) + \tfrac{e}{\lambda}\bigl(1 - \sqrt{1 - \lambda^2 \|x\|_2^2}\bigr)"
        r" \;\text{s.t.}\; \|x\|_2 \le 1/\lambda"
    )
    solves_text = "min f(x) + e/lam (1 - sqrt(1 - lam^2 |x|_2^2))  s.t. |x|_2 <= 1/lam"
    strictly_convex = True

    e: float = 1.0

    def __post_init__(self) -> None:
        settle_positive(self, "e")

    @property
    def smoothness(self) -> float:
        return 1 / self.e

    def value(self, z: Array) -> Array:
        return PseudoHuber(self.e).value(norm(z))

    def subgradient(self, z: Array) -> Array:
        return L2().subgradient(z) * PseudoHuber(self.e).subgradient(norm(z))

    def conjugate(self, y: Array) -> Array:
        return PseudoHuber(self.e).conjugate(norm(y))

    def projected_conjugate(self, y: Array) -> Array:
        return PseudoHuber(self.e).projected_conjugate(norm(y))

    def conjugate_subgradient(self, y: Array) -> Array:
        length = norm(y)
        require(~(length >= 1), "K* of Relativistic has no subgradient where |y|_2 >= 1.")
        return L2().subgradient(y) * PseudoHuber(self.e).conjugate_subgradient(length)

    def project_domain(self, y: Array) -> Array:
        return L2().project_domain(y)

    def conjugate_prox(self, v: Array, step: float = 1.0) -> Array:
        return L2().subgradient(v) * PseudoHuber(self.e).conjugate_prox(norm(v), step)

    @classmethod
    def examples(cls, shape: tuple[int, ...] = (6,)) -> tuple[Self, ...]:
        return cls(), cls(e=0.1)
