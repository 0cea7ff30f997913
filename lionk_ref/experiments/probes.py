"""Section 5. What is measured while a net is trained: the weights, and phase 1."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from lionk_ref.arrays import as_float, max_abs, precise
from lionk_ref.discrete import LionK
from lionk_ref.experiments.context import Context, to_host
from lionk_ref.experiments.training import Moment, Training


@dataclass(frozen=True)
class Histogram:
    """Figures 2 and 3: how many weights lie in each of ``bins`` equal parts of [-reach, reach]."""

    every: int
    reach: float
    bins: int = 160

    def measure(self, training: Training, context: Context, at: Moment) -> dict[str, Any]:
        """The counts; the first and the last bin also hold what lies beyond them."""
        weights = np.concatenate([to_host(a).ravel() for a in at.x.values()])
        edges = np.linspace(-self.reach, self.reach, self.bins + 1)
        counts, _ = np.histogram(np.clip(weights, -self.reach, self.reach), edges)
        return {"histogram": counts.tolist()}


@dataclass(frozen=True)
class Confinement:
    """Theorem 4.1, part 1, tensor by tensor: how far each is outside, and how far it may be.

    ``largest`` is max|w|, ``excess`` the distance of lam x to dom K* in the norm of the theorem,
    and ``allowed`` what the theorem leaves of the excess at step 0: the product of 1 - lr lam in
    the explicit scheme, of 1/(1 + lr lam) in the implicit one.
    """

    every: int

    def measure(self, training: Training, context: Context, at: Moment) -> dict[str, Any]:
        """For each tensor the largest entry, the distance, and the factor that is allowed."""
        values: dict[str, dict[str, float]] = {"largest": {}, "excess": {}, "allowed": {}}
        for name, w in at.x.items():
            one = training.optimizer_of(name)
            K = one.convex_function({name: w})
            values["largest"][name] = as_float(max_abs(w))
            values["excess"][name] = as_float(K.distance_to_domain({name: one.lam * precise(w)}))
            values["allowed"][name] = decay(one, at.t)
        return values


def decay(optimizer: LionK, t: int) -> float:
    """Theorem 4.1, part 1: the factor by which the distance to dom K* has shrunk after t steps.

    Examples
    --------
    >>> from lionk_ref import L1, LionK
    >>> decay(LionK(L1(), lr=0.1, lam=5.0), 3)
    0.125
    """
    factor = 1.0
    for k in range(t):
        step = optimizer.lr_at(k) * optimizer.lam
        factor *= 1 - step if optimizer.scheme == "explicit" else 1 / (1 + step)
    return factor
