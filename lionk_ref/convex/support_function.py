"""Section 2. The Lion-K of any convex set: K is its support function, dom K* the set itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lionk_ref.arrays import Array, array_namespace, dot, max_abs, nonzero, norm, scaled
from lionk_ref.convex.base import ConvexFunction, inside_or_inf, settle_positive, zeros


@dataclass(frozen=True)
class SupportFunction(ConvexFunction):
    r"""K(z) = max <y, z> over a closed, bounded, convex set C that holds 0: min f(x), lam x in C.

    Parameters
    ----------
    projection : callable
        ``projection(y)`` is the point of C nearest to y.
    oracle : callable, optional
        ``oracle(z)`` is a point of C where <y, z> is largest, of least norm if there are several.
        Without one it is taken for the projection of ``reach`` z/\|z\|, whose <y, z> is short of
        the largest by r^2 \|z\|/reach at most if C lies in a ball of radius r: where C is a
        polytope it is exact, but for the rounding of ``reach``.
    reach : float
        How far out to project from.
    slack : float
        By how much a point of C may differ from its projection by rounding, relative to its size.

    Examples
    --------
    The unit cube, by its projection only.

    >>> import numpy as np
    >>> K = SupportFunction(projection=lambda y: np.clip(y, -1.0, 1.0))
    >>> K.subgradient(np.array([-3.0, 0.0, 0.5]))
    array([-1.,  0.,  1.])
    >>> float(K.conjugate(np.array([1.0, 0.0, 2.0])))
    inf
    """

    projection: Callable[[Array], Array]
    oracle: Callable[[Array], Array] | None = None
    reach: float = 2.0**26
    slack: float = 2.0**-20

    key = "support_function"
    formula = "max <y, z> over y in C"
    solves = r"\min f(x) \;\text{s.t.}\; \lambda x \in C"
    solves_text = "min f(x)  s.t. lam x in C"
    positively_homogeneous = True

    def __post_init__(self) -> None:
        settle_positive(self, "reach", "slack")
        for name in ("projection", "oracle"):
            given = getattr(self, name)
            if not callable(given) and (given is not None or name == "projection"):
                raise TypeError(f"SupportFunction needs a function of y, got {name}={given!r}.")

    def value(self, z: Array) -> Array:
        return dot(self.subgradient(z), z)

    def subgradient(self, z: Array) -> Array:
        xp = array_namespace(z)
        if self.oracle is not None:
            return self.oracle(z)
        s = scaled(z, max_abs(z))
        face = self.projection(self.reach * (s / nonzero(norm(s))))
        return xp.where(max_abs(z) == 0, xp.zeros_like(z), face)

    def conjugate(self, y: Array) -> Array:
        distance = self.distance_to_domain(y)
        gauge = distance / (self.slack * (1 + norm(y)))
        return inside_or_inf(gauge, 0 * distance)

    def conjugate_subgradient(self, y: Array) -> Array:
        return zeros(y)

    def project_domain(self, y: Array) -> Array:
        return self.projection(y)
