"""Theorem 3.1's promises where their size is known: the gap of F, and what counts as inside."""

from __future__ import annotations

import numpy as np

from lionk_ref.certificates import certify_continuous
from lionk_ref.certificates.certify_continuous import _gap
from lionk_ref.certificates.flow_point import flow_point
from lionk_ref.continuous import Coefficients, Phase, Rates
from lionk_ref.convex import HalfSquare, Huber
from lionk_ref.problems import Quadratic


def check_gap() -> None:
    """For K = c |z|^2/2 the Frank-Wolfe gap of F is c |grad F|^2/(2 gamma lam), a square completed.

    F = alpha f + gamma lam |x|^2/(2 c); none of alpha, gamma, their quotient and lam is 1.
    """
    r, K = Rates(alpha=2.0, gamma=0.5, lam=4.0, vareps=0.1), HalfSquare(c=2.0)
    run = certify_continuous(Quadratic.toy(), K, Coefficients(*r), time=1.0)
    p = run.points[-1]
    slope = 2 * np.array([2 * (p.at.x[0] - 1.5), 2 * p.at.x[1]]) + 0.5 * 4 * p.at.x / 2
    gap = -float(run.promises["gap of F"].measured[0])
    wanted = 2 * float(slope @ slope) / (2 * 0.5 * 4)
    assert wanted > 1e-2
    assert abs(gap / wanted - 1) < 1e-10


def test_the_gap_of_a_square() -> None:
    """alpha weighs f and gamma the penalty."""
    check_gap()


def check_gap_scales() -> None:
    """With alpha and gamma twice as large F is, and so is every side of the promise, bit by bit."""
    s = Phase(np.array([1.5, -0.25]), np.array([0.5, 0.0]))
    one, two = (
        _gap(Huber(), flow_point(Huber(), Quadratic.toy(), 0.0, s, r, np.zeros(())))
        for r in (Rates(0.75, 0.5, 2.0, 0.1), Rates(1.5, 1.0, 2.0, 0.1))
    )
    for side in ("measured", "promised", "tolerance"):
        assert getattr(two, side) == 2 * getattr(one, side) != 0, side


def test_the_gap_scales_with_f() -> None:
    """Outside dom K*, where no side is 0."""
    check_gap_scales()


def check_inside() -> None:
    """(N + 64) 2^-53 (1 + |y|) is 33 units of 2^-51 at y = (1, 0): as far out counts as inside."""
    for units, inside in ((0, True), (33, True), (34, False)):
        s = Phase(np.array([1 + units * 2.0**-51, 0.0]), np.zeros(2))
        r = Rates(alpha=1.0, gamma=1.0, lam=1.0, vareps=0.1)
        p = flow_point(Huber(), Quadratic.toy(), 0.0, s, r, np.zeros(()))
        assert bool(p.inside) is inside, units


def test_rounding_alone_counts_as_inside() -> None:
    """And no more than rounding does."""
    check_inside()
