"""Section 3.1, "Mirror Descent and Frank-Wolfe": the gap that vanishes at a KKT point."""

from __future__ import annotations

from lionk_ref.arrays import Array, Arrays, dot, each, leaves, magnitude, norm
from lionk_ref.certificates.judgement import Inequality
from lionk_ref.certificates.lyapunov import Point
from lionk_ref.convex import ConvexFunction


def frank_wolfe_gap(K: ConvexFunction, gradient: Arrays, x: Arrays, lam: float) -> Array:
    r"""[K(-g) + K*(lam x) + <g, lam x>]/lam >= 0 at g = grad f(x): 0 exactly at a KKT point.

    It bounds F(x) - min F from above for convex f, where F = f + K*(lam .)/lam. K* is taken at
    the nearest point of its domain. At lam = 0, where there is no constraint, K(-g) is returned.

    Examples
    --------
    >>> import numpy as np
    >>> from lionk_ref.convex import L1
    >>> float(frank_wolfe_gap(L1(), np.array([-3.0, 0.0]), np.array([0.5, 0.2]), lam=2.0))
    0.0
    """
    K_g = K.value(each(lambda a: -a, gradient))
    if lam == 0:
        return K_g
    y = each(lambda a: lam * a, x)
    return (K_g + K.projected_conjugate(y) + dot(gradient, y)) / lam


def frank_wolfe(K: ConvexFunction, gradient: Arrays, p: Point, lam: float) -> Inequality:
    """The gap is non-negative, but for |g| times the distance of lam x to dom K*: -gap <= that."""
    gap = frank_wolfe_gap(K, gradient, p.x, lam)
    entries = sum(a.size for a in leaves(p.x))
    terms = gap + abs(p.penalty) + 2 * dot(magnitude(gradient), magnitude(p.x))
    outside = norm(gradient) * p.distance / lam if lam else 0 * gap
    return Inequality(-gap, outside, (entries + 64) * 2.0**-53 * abs(terms), True)
