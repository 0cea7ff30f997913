"""What f adds to an on-line certificate: its rise over a step, with its curvature bounded."""

from __future__ import annotations

import math

from lionk_ref.certificates.step_sizes import SUM_UNITS
from lionk_ref.certificates.summed_promises import Rise
from lionk_ref.certificates.summed_step import SummedStep


def rise_of(
    q: SummedStep,
    reach: float,
    f: float | None,
    f_next: float | None,
    curvature: float | None,
    f_error: float,
    L: float | None,
) -> Rise | None:
    """The `Rise` of a step after which |x'| <= ``reach``; None without f.

    Raises
    ------
    ValueError
        If one value of f is missing, or what bounds the curvature.
    """
    if f is None and f_next is None:
        return None
    if f is None or f_next is None:
        raise ValueError(f"A step needs f on both sides or none, got f={f!r}, f_next={f_next!r}.")
    if curvature is None and L is None:
        raise ValueError("With f a step needs a bound: CertifiedRun(..., L=...) or curvature=....")
    f, f_next = float(f), float(f_next)
    error = f_error + 2.0**-50 * (abs(f) + abs(f_next)) + _rounding_of_gradient(q)
    if curvature is None:
        assert L is not None
        return Rise(f_next - f, L / 2 * _moved(q) ** 2, error + L / 2 * _rounding(q, reach))
    return Rise(f_next - f, float(curvature), error + 2.0**-50 * abs(curvature))


def _moved(q: SummedStep) -> float:
    """|x' - x| = lr |u - lam x'|."""
    return q.lr * math.sqrt(max(q.sums.v_squared, 0.0))


def _rounding(q: SummedStep, reach: float) -> float:
    """How far |x' - x|^2 may be from that: x' has 6 roundings, u - lam x' 2, and |u| is bounded."""
    units = q.rule.unit
    off = 8 * units * ((1 + 2 * q.h) * reach + _moved(q))
    return (2 * _moved(q) + off) * off + (SUM_UNITS[units] + 4) * units * _moved(q) ** 2


def _rounding_of_gradient(q: SummedStep) -> float:
    """16 roundings in each entry of g, times x' - x; |g| is bounded by m and m_tilde."""
    size = q.rule.beta1 * q.with_dx(q.before.K) + q.with_dx(q.sums.K_m_tilde)
    return 16 * q.rule.unit * size / (1 - q.rule.beta1)
