"""Errata 7, 11 and 14: Sections 1, 2 and 5."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np

from lionk_ref.convex import L1
from lionk_ref.discrete import State, look_ahead
from lionk_ref.paper.claim import Claim, Evidence, Number
from lionk_ref.paper.erratum import Erratum

ONE, HALF = Fraction(1), Fraction(1, 2)


def one_letter() -> Evidence:
    """Erratum 7: m_tilde of eq. (3) against that of eq. (2), with beta1 read either way."""
    gamma, vareps, lr, m, g = ONE, Fraction(1, 10), Fraction(1, 100), ONE, Fraction(-3)
    flow = m - vareps * (gamma * g + gamma * m)

    def claim(name: str, e: Fraction) -> Claim:
        exact: Any = 1 - e * gamma
        m_tilde = look_ahead(State(ONE, m), g, beta1=exact)
        return Claim(
            f"m_tilde of (2) with beta1 = 1 - {name} gamma, and of (3)", m_tilde, "=", flow
        )

    return Evidence((claim("lr", lr),), (claim("vareps", vareps),))


def _energy(alpha: Fraction, x: Fraction, lam: Fraction, *, finite: bool) -> Number:
    """Eq. (6) for K = l1, f = x^2, m = 1/4, gamma = 1 and vareps = 1/10: K* is 0 or inf."""
    m, eta = Fraction(1, 4), (1 - Fraction(1, 10)) / (1 + lam / 10)
    return alpha * x * x + eta * (abs(m) - lam * x * m) if finite else math.inf


def example_2_2() -> Evidence:
    """Erratum 11: the printed case distinction against eq. (6) with the library's K*."""
    settings = (
        (ONE, Fraction(3, 4), Fraction(2)),
        (ONE, Fraction(3, 2), HALF),
        (Fraction(2), HALF, ONE),
    )
    printed, correct = [], []
    for alpha, x, lam in settings:
        inside = float(L1().conjugate(np.array([float(lam * x)]))) == 0
        six = _energy(alpha, x, lam, finite=inside)
        text = f"H of the example and of (6) at x = {x}, lam = {lam}, alpha = {alpha}"
        printed.append(Claim(text, _energy(ONE, x, lam, finite=abs(x) <= 1), "=", six))
        correct.append(Claim(text, _energy(alpha, x, lam, finite=abs(x) <= 1 / lam), "=", six))
    return Evidence(tuple(printed), tuple(correct))


def threshold() -> Evidence:
    """Erratum 14: the least f of Figure 1 in the box of lam; and |.|_p half-way between axes."""

    def least(lam: Fraction) -> Fraction:
        return max(Fraction(0), Fraction(3, 2) - 1 / lam) ** 2

    def rises(lam: Fraction) -> Claim:
        return Claim(f"min f > 0 where |x|_inf <= 1/lam, lam = {lam}", least(lam), ">", Fraction(0))

    def convex(inverse: int) -> Claim:
        """|(v, v)|_p = 2^(1/p) v against the mean 2 v of |(2 v, 0)|_p and |(0, 2 v)|_p."""
        text = (
            f"|(1/4, 1/4)|_p <= mean of |(1/2, 0)|_p and |(0, 1/2)|_p, p = {Fraction(1, inverse)}"
        )
        return Claim(text, Fraction(2**inverse, 4), "<=", HALF)

    edge = rises(Fraction(2, 3))._replace(relation="=", text="min f = 0 at lam = 2/3")
    printed = rises(Fraction(13, 20)), convex(2)
    return Evidence(printed, (edge, rises(Fraction(7, 10)), convex(1)))


ERRATA = (
    Erratum(
        7,
        "Section 1, below eq. (2), the betas of the Euler step of eq. (3)",
        "beta1 = 1 - eps gamma and beta2 = 1 - eps gamma, with one eps",
        "beta1 = 1 - vareps gamma and beta2 = 1 - lr gamma",
        "One letter stands for two things, the gradient enhancement and the step size. With one "
        "value for both there would be no enhancement: beta1 = beta2.",
        "alpha = gamma = 1, vareps = 1/10, lr = 1/100, m = 1, grad f = -3",
        one_letter,
    ),
    Erratum(
        11,
        "Example 2.2, H for Lion",
        "f(x) + ... if |x|_inf <= 1, else inf",
        "alpha f(x) + ... if |x|_inf <= 1/lam, else inf",
        "The argument of K* in eq. (6) is lam x, and f has the weight alpha there.",
        "d = 1, f = x^2, m = 1/4, gamma = 1, vareps = 1/10",
        example_2_2,
    ),
    Erratum(
        14,
        "Figure 1, caption; Section 5.2, the range of p",
        "the loss rises for lam >= 0.6; smaller p in [0, 1]",
        "the loss rises for lam > 2/3; smaller p in [1, 2]",
        "The minimum of f, at (1.5, 0), leaves the box |x|_inf <= 1/lam when 1/lam < 1.5. For "
        "p < 1 |.|_p is not convex, so that it is no K; Section 5 itself says p in [1, 2].",
        "f(x) = (x_1 - 1.5)^2 + x_2^2, lam = 13/20 and 7/10; p = 1/2 and 1",
        threshold,
    ),
)
