"""Section 3.1: how far a point is from a KKT point, for every K with a proximal point of K*."""

from __future__ import annotations

from lionk_ref.arrays import Array, Arrays, combine, each, norm
from lionk_ref.convex import ConvexFunction


def kkt_residual(K: ConvexFunction, gradient: Arrays, x: Arrays, lam: float) -> Array:
    r"""|y - prox(y - g)|_2 at y = lam x, g = grad f(x): 0 exactly at a KKT point of Section 3.1.

    prox(v) = argmin |p - v|^2/2 + K*(p). A KKT point has -g in dK*(lam x), for convex f the
    minima of F = f + K*(lam .)/lam; a point outside of dom K* is none, and the residual is at
    least its distance. It is the length of a step of the proximal gradient method on
    lam f(y/lam) + K*(y). Inside, its square is at most lam times `frank_wolfe_gap`.

    At lam = 0 it is |prox(-g)|, 0 where -g is a minimum of K: where g = 0, if 0 is the only one.
    If there are others, as for `DeadZone`, this is necessary for a minimum of F, the limit, but
    not sufficient.

    Raises
    ------
    ValueError
        If the proximal point is not known for K, as for `LogSumExp`.

    Examples
    --------
    >>> import numpy as np
    >>> from lionk_ref.convex import L1
    >>> x = np.array([0.5, 0.2])
    >>> float(kkt_residual(L1(), np.array([-3.0, 0.0]), x, lam=2.0))
    0.0
    >>> float(kkt_residual(L1(), np.array([-3.0, 0.25]), x, lam=2.0))
    0.25
    """
    y = each(lambda a: lam * a, x)
    return norm(combine(1, y, -1, K.conjugate_prox(combine(1, y, -1, gradient))))
