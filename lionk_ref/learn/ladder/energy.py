"""Theorem 4.1 as an equality, for Lion on f = |x - a|^2/2: what the checks hold a step against."""

from __future__ import annotations

from typing import Any

import numpy as np

from lionk_ref.certificates import constants
from lionk_ref.discrete.updates import State, implicit_lr

Array = Any


def l1_gap(m: Array, y: Array) -> Any:
    """FY(m, y) = |m|_1 + 0 - <m, y> for y in the box, eq. (7)."""
    return np.abs(m).sum() - m @ y


def imbalance(s: State, after: State, a: Array, settings: dict[str, float]) -> Any:
    """H' - H minus its causes, for a step of eq. (1) from inside the box; 0 for a right one.

    H = f + c FY(m, lam x), and the causes are B_f(x', x) - (1/lam + c)[FY(m_tilde, lam x) -
    FY(m_tilde, lam x')] - c [FY(m, u) - FY(m', u)] with u = lam x + (x' - x)/lr.
    """
    lr, lam, beta1, beta2 = (settings[name] for name in ("lr", "lam", "beta1", "beta2"))
    c = constants(implicit_lr(lr, lam), beta1, beta2, lam).c
    g, dx = s.x - a, after.x - s.x
    m_tilde, u = beta1 * s.m - (1 - beta1) * g, lam * s.x + dx / lr
    change = dx @ g + dx @ dx / 2
    change += c * (l1_gap(after.m, lam * after.x) - l1_gap(s.m, lam * s.x))
    first = l1_gap(m_tilde, lam * s.x) - l1_gap(m_tilde, lam * after.x)
    second = l1_gap(s.m, u) - l1_gap(after.m, u)
    return change - (dx @ dx / 2 - (1 / lam + c) * first - c * second)
