"""What a certified step sums, by the core's functions in float64."""

from __future__ import annotations

from math import fsum
from typing import Any

import numpy as np
from cuda_cases import core

from lionk_ref.backend import Sums
from lionk_ref.discrete.updates import State, look_ahead


def expected_sums(K: Any, x: Any, m: Any, g: Any, hyper: dict[str, float]) -> tuple[Sums, float]:
    """The sums by the core, and the size of what cancels in them."""
    after = core(K, "explicit", x, m, g, **hyper)
    raw = look_ahead(State(x, m), g, beta1=hyper["beta1"])
    x, m, x_next, m_next, m_tilde, u = (
        a.astype(np.float64) for a in (x, m, *after, raw, K.subgradient(raw))
    )
    y, y_next = hyper["lam"] * x, hyper["lam"] * x_next

    def fy(z: Any, at: Any) -> float:
        return float(K.value(z) + K.projected_conjugate(at)) - fsum(z * at)

    size = sum(float(K.value(z)) for z in (m, m_next, m_tilde)) + float(np.abs(x_next) @ np.abs(m))
    stars = [K.projected_conjugate(a) for a in (y, y_next, u)]
    sums = Sums(
        float(K.value(m_next)), float(K.value(m_tilde)), float(stars[1]), fsum(x_next * m_next),
        fy(m_tilde, y), fy(m_tilde, y_next), fy(m, u), fy(m_next, u), fsum((u - y_next) ** 2), 0.0,
    )  # fmt: skip
    return sums, size + float(sum(stars)) + float(np.abs(u) @ np.abs(m)) + sums.v_squared
