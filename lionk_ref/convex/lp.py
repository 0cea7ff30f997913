"""Table 2, line 2. Lion-lp."""

from dataclasses import dataclass
from numbers import Real
from typing import Self

from lionk_ref.arrays import Array, array_namespace, max_abs, nonzero, scaled, sign
from lionk_ref.convex.base import ConvexFunction, indicator, settle_positive, shown, zeros
from lionk_ref.convex.projections import lp_norm, project_lq_ball

LEAST, MOST = 1.0001, 1e3
"""Beyond these the projection on the dual ball loses digits."""


@dataclass(frozen=True)
class Lp(ConvexFunction):
    r"""K(z) = \|z\|_p over all entries, 1 < p < inf: the ball of the dual norm, 1/p + 1/q = 1.

    The printed formula is 0/0 at zero and overflows; here z is divided by max |z_i| first.

    Parameters
    ----------
    p : float
        The exponent, from 1.0001 to 1000. At p = 1 use `L1`, at p = inf use `LInf`.

    Examples
    --------
    >>> import numpy as np
    >>> Lp(p=3).subgradient(np.array([0.0, -2e300]))
    array([ 0., -1.])
    """

    key = "lp"
    formula = "|z|_p"
    formula_subgradient = "sign(z) (|z|/|z|_p)^(p-1), 0 at 0"
    formula_conjugate = "0"
    domain = "|y|_q <= 1, 1/p + 1/q = 1"
    also_known_as = ("Lion-lp",)
    solves = r"\min f(x) \;\text{s.t.}\; \|x\|_q \le 1/\lambda, \; 1/p + 1/q = 1"
    solves_text = "min f(x)  s.t. |x|_q <= 1/lam, 1/p + 1/q = 1"
    positively_homogeneous = True

    p: float = 1.5

    def __post_init__(self) -> None:
        if not isinstance(self.p, Real) or not LEAST <= self.p <= MOST:
            raise ValueError(
                f"Lp needs a number {LEAST} <= p <= {MOST:g}, got p={shown(self.p)}. "
                "For p = 1 use L1(), for p = inf LInf()."
            )
        settle_positive(self, "p")

    @property
    def q(self) -> float:
        """The dual exponent."""
        return self.p / (self.p - 1)

    def value(self, z: Array) -> Array:
        return lp_norm(z, self.p)

    def subgradient(self, z: Array) -> Array:
        s = array_namespace(z).abs(scaled(z, max_abs(z)))
        return sign(z) * (s / nonzero(lp_norm(s, self.p))) ** (self.p - 1)

    def conjugate(self, y: Array) -> Array:
        return indicator(lp_norm(y, self.q))

    def conjugate_subgradient(self, y: Array) -> Array:
        return zeros(y)

    def project_domain(self, y: Array) -> Array:
        return project_lq_ball(y, self.q)

    @classmethod
    def examples(cls, shape: tuple[int, ...] = (6,)) -> tuple[Self, ...]:
        return cls(), cls(p=1.25), cls(p=3.0)
