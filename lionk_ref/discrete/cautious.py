"""Section 4, and what is no part of it: cautious Lion and cautious decay, which no K describes.

Both look at the sign of another quantity before they step: u is then no subgradient at m_tilde, or
the decay no gradient of K*(lam x)/lam. Neither has the constraint of its K, nor Theorem 4.1.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from lionk_ref.arrays import Array, array_namespace, nonzero, total
from lionk_ref.convex import ConvexFunction
from lionk_ref.convex.required import subgradient
from lionk_ref.discrete.updates import State, look_ahead

NORMALISERS: dict[str, Callable[[Array, int], Array]] = {
    "none": lambda count, n: nonzero(0 * count),
    "mean": lambda count, n: n / nonzero(count),
    "plus_one": lambda count, n: n / (count + 1),
    "clamped": lambda count, n: n / array_namespace(count).maximum(count, 0 * count + n / 1000),
}
"""By what the entries that are left are enlarged: ``count`` of ``n`` agree with the gradient.

Four are in use. All but the first let a single entry step by up to n lr or 1000 lr.
"""


def cautious(
    K: ConvexFunction,
    s: State,
    g: Array,
    *,
    lr: float,
    beta1: float,
    beta2: float,
    lam: float,
    normaliser: str = "clamped",
) -> State:
    """Eq. (2) with u = dK(m_tilde) kept where u_i g_i < 0 only, and enlarged to make up for it.

    Liang, Chen, Liu and Liu 2024, "Cautious Optimizers", arXiv:2411.16085. u leaves dom K*, and so
    x leaves the constraint.

    Examples
    --------
    >>> import numpy as np
    >>> from lionk_ref.convex import L1
    >>> s = State(np.zeros(4), np.array([0.0, 4.0, 4.0, 4.0]))
    >>> g = np.array([-1.0, 1.0, 1.0, 1.0])
    >>> cautious(L1(), s, g, lr=0.5, beta1=0.5, beta2=0.5, lam=1.0, normaliser="mean").x
    array([2., 0., 0., 0.])
    """
    if normaliser not in NORMALISERS:
        raise ValueError(f"The normalisers are {sorted(NORMALISERS)}, got {normaliser!r}.")
    xp, u = array_namespace(s.x, g), subgradient(K, look_ahead(s, g, beta1=beta1))
    agrees = xp.astype(u * g < 0, u.dtype)
    u = u * agrees * NORMALISERS[normaliser](total(agrees), math.prod(u.shape))
    return State(s.x + lr * (u - lam * s.x), beta2 * s.m - (1 - beta2) * g)


def cautious_decay(
    K: ConvexFunction, s: State, g: Array, *, lr: float, beta1: float, beta2: float, lam: float
) -> State:
    """Eq. (2) with lam x_i taken off only where u_i does not point away from 0: u_i x_i <= 0.

    Chen et al. 2025, "Cautious Weight Decay", arXiv:2510.12402. Where u_i points outwards nothing
    holds x_i back, so that there is no constraint at all.

    Examples
    --------
    >>> import numpy as np
    >>> from lionk_ref.convex import L1
    >>> s = State(np.array([2.0, 2.0]), np.zeros(2))
    >>> g = np.array([-1.0, 1.0])
    >>> cautious_decay(L1(), s, g, lr=0.5, beta1=0.5, beta2=0.5, lam=1.0).x
    array([2.5, 0.5])
    """
    xp, u = array_namespace(s.x, g), subgradient(K, look_ahead(s, g, beta1=beta1))
    inwards = xp.astype(u * s.x <= 0, u.dtype)
    x = s.x + lr * (u - lam * s.x * inwards)
    return State(x, beta2 * s.m - (1 - beta2) * g)
