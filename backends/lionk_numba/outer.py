"""Functions of a norm N: K = f(N), with the step f'(N) dN(m_tilde).

Where K is the norm itself f' is 1 and K* is 0. For `Relativistic` and `HalfSquaredNorm` K* is a
function f* of the dual norm.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from lionk_numba.kinds import Kind
from lionk_ref.backend import Sums

Function = Callable[[Any, float], Any]


class Outer(NamedTuple):
    """f', f and f* of a norm, and of the gauge what the dual norm is divided by."""

    slope: Function
    value: Function
    conjugate: Function | None
    radius: Callable[[float], float]


def _relativistic_conjugate(t: Any, e: float) -> Any:
    """e (1 - sqrt(1 - t^2)) up to 1, without cancellation."""
    t = np.minimum(t, 1)
    return e * t * (t / (1 + np.sqrt((1 - t) * (1 + t))))


OUTER = {
    "relativistic": Outer(
        lambda t, e: np.where(t == np.inf, 1, t / np.hypot(t, e)),
        lambda t, e: t * (t / (np.hypot(t, e) + e)),
        _relativistic_conjugate,
        lambda e: 1.0,
    ),
    "half_squared_norm": Outer(
        lambda t, c: t, lambda t, c: t * t / 2, lambda t, c: t * t / 2, lambda c: np.inf
    ),
    "ellipsoid": Outer(lambda t, c: np.full_like(t, c), lambda t, c: c * t, None, lambda c: c),
    "": Outer(lambda t, c: np.ones_like(t), lambda t, c: t, None, lambda c: 1.0),
}
"""By the key of the K, with the number that it has as its parameter; "" is the norm itself."""


def has_conjugate(kind: Kind) -> bool:
    """Whether K* is anything but 0."""
    return OUTER[kind.outer].conjugate is not None


def with_factor(kind: Kind, wanted: Any) -> Any:
    """The parameters of the formula, where there is an f with f'(N) as the third."""
    if kind.outer:
        wanted = wanted.copy()
        with np.errstate(invalid="ignore"):
            wanted[:, 2] = OUTER[kind.outer].slope(wanted[:, 3], kind.q)
    return wanted


def sums(kind: Kind, lam: float, lengths: list[Any], added: Any) -> Sums:
    """The `Sums`, from the norms of m_tilde, m and the next m, and the dual ones of x and x'.

    ``added`` are the `lionk_numba.products`.
    """
    f, c = OUTER[kind.outer], kind.q
    with np.errstate(over="ignore", invalid="ignore"):
        tilde, m, m_next = (float(np.sum(f.value(t, c))) for t in lengths[:3])
        duals = f.slope(lengths[0], c), lam * lengths[3], lam * lengths[4]
        stars = [float(np.sum(f.conjugate(t, c))) if f.conjugate else 0.0 for t in duals]
    gauge = float(np.max(duals[2] / f.radius(c), initial=0.0))
    return assembled((tilde, m, m_next), stars, lam, added, gauge)


def assembled(values: Any, stars: Any, lam: float, added: Any, gauge: float) -> Sums:
    """FY(z, y) = K(z) + K*(y) - <z, y> for the pairs of `Sums`.

    ``values`` are K at m_tilde, m and the next m, ``stars`` K* at u, lam x and lam x'.
    """
    tilde, m, m_next = values
    star_u, star_x, star_next = stars
    x_m, tilde_x, tilde_x_next, m_u, next_u, v_squared = map(float, added)
    return Sums(
        m_next, tilde, star_next, x_m,
        tilde + star_x - lam * tilde_x, tilde + star_next - lam * tilde_x_next,
        m + star_u - m_u, m_next + star_u - next_u, v_squared, gauge,
    )  # fmt: skip
