"""Section 2. A K with no constraint whose steps grow exponentially: the conjugate is almost l1."""

import math
from dataclasses import dataclass

from lionk_ref.arrays import Array, array_namespace, checked, sign, total
from lionk_ref.convex.base import ConvexFunction
from lionk_ref.convex.pseudo_huber import hypotenuse
from lionk_ref.convex.roots import increasing_root


@dataclass(frozen=True)
class Cosh(ConvexFunction):
    r"""K(z) = sum_i cosh(z_i) - 1: for large x the penalty K* is \|x\|_1 with a logarithm.

    The hyperbolic sine overflows where |z_i| > 710 (89 in float32); there it is infinite.

    Examples
    --------
    >>> import numpy as np
    >>> Cosh().subgradient(np.array([-np.log(2), 0.0, 1e3]))
    array([-0.75,  0.  ,   inf])
    """

    key = "cosh"
    formula = "sum cosh(z_i) - 1"
    formula_subgradient = "sinh(z)"
    formula_conjugate = "sum y_i asinh y_i - sqrt(1 + y_i^2) + 1"
    domain = "everywhere"
    solves = (
        r"\min f(x) + \tfrac{1}{\lambda}\sum_i"
        r"\bigl[y_i \operatorname{asinh} y_i - \sqrt{1 + y_i^2} + 1\bigr], \; y = \lambda x"
    )
    solves_text = "min f(x) + 1/lam sum(y_i asinh y_i - sqrt(1 + y_i^2) + 1), y = lam x"
    separable = True
    strictly_convex = True

    @property
    def differentiable(self) -> bool:
        return True

    def value(self, z: Array) -> Array:
        xp = array_namespace(z)
        half = xp.sinh(_representable(z) / 2)
        return total(_or_infinite(2 * half * half, z))

    def subgradient(self, z: Array) -> Array:
        return _or_infinite(array_namespace(z).sinh(_representable(z)), z)

    def conjugate(self, y: Array) -> Array:
        xp = array_namespace(y)
        r = xp.abs(y)
        finite = xp.where(r == xp.inf, xp.zeros_like(r), r)
        # sqrt(1 + r^2) - 1 = r tanh(asinh(r)/2), without overflow or cancellation.
        t = xp.asinh(finite)
        return total(xp.where(r == xp.inf, r, finite * (t - xp.tanh(t / 2))))

    def conjugate_subgradient(self, y: Array) -> Array:
        return array_namespace(y).asinh(y)

    def project_domain(self, y: Array) -> Array:
        return +checked(y)

    def conjugate_prox(self, v: Array, step: float = 1.0) -> Array:
        """The p with p + step asinh(p) = v."""
        xp = array_namespace(v)
        a = xp.abs(xp.astype(v, xp.float64))
        p = increasing_root(lambda r: _plus_asinh(r, step), a, a / (1 + step), a)
        return sign(v) * xp.astype(p, v.dtype)


def _plus_asinh(r: Array, step: float) -> tuple[Array, Array]:
    """r + step asinh(r) and its derivative; r >= 0."""
    xp = array_namespace(r)
    larger, root = hypotenuse(r, 1.0)
    return r + step * xp.asinh(r), 1 + step / (larger * root)


def _bound(z: Array) -> float:
    """The largest argument of a finite hyperbolic sine, with a margin for its rounding."""
    xp = array_namespace(z)
    return math.asinh(float(xp.finfo(z.dtype).max)) - 1e-4


def _representable(z: Array) -> Array:
    return array_namespace(z).clip(z, -_bound(z), _bound(z))


def _or_infinite(u: Array, z: Array) -> Array:
    """``u`` where it is representable, elsewhere infinite with its sign."""
    xp = array_namespace(z)
    infinite = xp.where(u > 0, xp.full_like(u, xp.inf), xp.full_like(u, -xp.inf))
    return xp.where(xp.abs(z) > _bound(z), infinite, u)
