"""Section 4 with many workers: Distributed Lion, which sends signs instead of gradients.

Liu, Wu, Chen, Liu and others 2024, "Communication Efficient Distributed Training with Distributed
Lion", arXiv:2404.00438. Every worker keeps its own momentum; x is common.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from lionk_ref.arrays import Array, array_namespace, require_same_shape, sign
from lionk_ref.convex import ConvexFunction
from lionk_ref.convex.required import subgradient
from lionk_ref.discrete.updates import State, look_ahead


class DistributedState(NamedTuple):
    """The common iterate x, and the momentum of each worker."""

    x: Array
    m: tuple[Array, ...]


VOTES = ("average", "majority")


def distributed(
    K: ConvexFunction,
    s: DistributedState,
    gradients: Sequence[Array],
    *,
    lr: float,
    beta1: float,
    beta2: float,
    lam: float,
    vote: str = "average",
    tie: float = 0.0,
) -> DistributedState:
    """Eq. (2) with u the average of the workers' dK(m_tilde), or the sign of their sum.

    The average lies in dom K*, which is convex, and so does the vote for K = l1: x keeps its box,
    and approaches it as in phase 1. Neither is dK at one m_tilde, so that Theorem 4.1 holds only
    if there is one worker, or if all agree.

    Parameters
    ----------
    s : DistributedState
        x and the momenta.
    gradients : sequence of array
        One for each worker.
    vote : {"average", "majority"}
        How the workers' u_i become one.
    tie : float
        Where the votes cancel: 0, as sign(0) is everywhere here, or +1 or -1, as a vote that is
        sent in one bit must have it. It is a push in that direction, whatever the gradient.

    Raises
    ------
    ValueError
        If the numbers of workers differ, or ``vote`` or ``tie`` is unknown.

    Examples
    --------
    >>> import numpy as np
    >>> from lionk_ref.convex import L1
    >>> s = DistributedState(np.zeros(2), (np.zeros(2),) * 2)
    >>> g = [np.array([-1.0, 1.0]), np.array([-1.0, -3.0])]
    >>> distributed(L1(), s, g, lr=0.5, beta1=0.5, beta2=0.5, lam=1.0, vote="majority").x
    array([0.5, 0. ])
    """
    if len(gradients) != len(s.m) or not s.m:
        raise ValueError(f"There are {len(s.m)} momenta, got {len(gradients)} gradients.")
    if vote not in VOTES or tie not in (-1.0, 0.0, 1.0):
        raise ValueError(f"vote is one of {VOTES} and tie -1, 0 or 1, got {vote!r}, {tie!r}.")
    for m, g in zip(s.m, gradients, strict=True):
        require_same_shape(x=s.x, m=m, g=g)
    pairs = [(State(s.x, m), g) for m, g in zip(s.m, gradients, strict=True)]
    u = _vote([subgradient(K, look_ahead(w, g, beta1=beta1)) for w, g in pairs], vote, tie)
    x = s.x + lr * (u - lam * s.x)
    return DistributedState(x, tuple(beta2 * w.m - (1 - beta2) * g for w, g in pairs))


def _vote(us: list[Array], vote: str, tie: float) -> Array:
    """The average, or the sign of the sum with ``tie`` at 0."""
    xp, ballot = array_namespace(*us), sum(us)
    if vote == "average":
        return ballot / len(us)
    return xp.where(ballot == 0, xp.full_like(us[0], tie), sign(ballot))
