"""Errata 8, 9, 13 and 15: Section 3."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from lionk_ref.convex import L1, ConvexFunction, Huber
from lionk_ref.paper.claim import Claim, Evidence
from lionk_ref.paper.erratum import Erratum

ZERO, ONE, SMALL = Fraction(0), Fraction(1), Fraction(1, 1000)


def argument_of_conjugate() -> Evidence:
    """Erratum 8: K = m^2/2 at gamma = 0, and K = (m - 1)^2/2 as lam -> 0."""
    lam = Fraction(2)
    quotient = (SMALL**2 / 2 + SMALL) / SMALL

    def least(name: str, y: Fraction) -> Claim:
        text = f"min over m of K*({name}) + K(m) - lam x m = 0"
        return Claim(text, y * y / 2 - lam * lam / 2, "=", ZERO)

    def limit(name: str, value: Fraction) -> Claim:
        text = f"|K*(lam x)/lam - <{name}(0), x>| <= lam x^2/2"
        return Claim(text, abs(quotient - value), "<=", SMALL / 2)

    def falls(name: str, inner: Fraction) -> Claim:
        """H = x + (inner x)^2/2 + m^2/2 - lam x m at x = m = 3, where x' = m - lam x, m' = -1."""
        x, m = Fraction(3), Fraction(3)
        by_x, by_m = 1 + inner**2 * x - lam * m, m - lam * x
        return Claim(f"dH/dt <= 0, K*({name}) in H", by_x * (m - lam * x) - by_m, "<=", ZERO)

    printed = least("x", ONE), falls("x", ONE), limit("dK", -ONE)
    return Evidence(printed, (least("lam x", lam), falls("lam x", lam), limit("dK*", ONE)))


def reference() -> Evidence:
    """Erratum 9: eq. (14) follows from eq. (3) with K = m^2/2; here for f = 3 x^2/2."""
    alpha, gamma, lam, vareps, h = (Fraction(n, 5) for n in (7, 3, 2, 1, 15))
    x, m = Fraction(4, 3), Fraction(-1, 2)

    def velocity(x: Fraction, m: Fraction) -> tuple[Fraction, Fraction]:
        dm = -alpha * h * x - gamma * m
        return m + vareps * dm - lam * x, dm

    dx, dm = velocity(x, m)
    ddx = velocity(dx, dm)[0]
    left = ddx + (lam + gamma) * dx + vareps * alpha * h * dx + gamma * lam * x + alpha * h * x
    number = Claim("the number of the second-order ODE", Fraction(21), "=", Fraction(14))
    return Evidence((number,), (Claim("the left side of (14) along (3)", left, "=", ZERO),))


def normalisation() -> Evidence:
    """Erratum 13: K = z^2/2 + min K, with dK*(0) = 0, at x = 1."""

    def limit(least: Fraction) -> Claim:
        quotient = (SMALL**2 / 2 - least) / SMALL
        text = f"|K*(lam x)/lam| <= lam x^2/2, min K = {least}"
        return Claim(text, abs(quotient), "<=", SMALL / 2)

    return Evidence((limit(ONE),), (limit(ZERO),))


def strictly_monotone() -> Evidence:
    """Erratum 15: (dK*(y) - dK*(z)) (y - z) > 0 for y != z: at y = 1/2, z = 0."""

    def claim(K: ConvexFunction) -> Claim:
        y, z = np.array([0.5]), np.array([0.0])
        turn = K.conjugate_subgradient(y) - K.conjugate_subgradient(z)
        text = f"(dK*(1/2) - dK*(0)) (1/2 - 0) > 0 for {K!r}"
        return Claim(text, Fraction(float(turn @ (y - z))), ">", ZERO)

    return Evidence((claim(L1()),), (claim(Huber(e=1.0)),))


ERRATA = (
    Erratum(
        8,
        "Section 3.1, without momentum damping, and without weight decay",
        "gamma = 0: K*(x) in H; lam = 0: the limit <dK(0), x>",
        "gamma = 0: K*(lam x) in H; lam = 0: the limit <dK*(0), x>",
        "The argument of K* is lam x throughout. K*(lam x)/lam is a difference quotient of K* at "
        "0, so that its limit holds the derivative of K*. Where both vanish nothing shows.",
        "d = 1, x = 1, K(m) = m^2/2, lam = 2; the same at x = m = 3 with f = x, vareps = 0; "
        "x = 1, K(m) = (m - 1)^2/2, lam = 1/1000",
        argument_of_conjugate,
    ),
    Erratum(
        9,
        "Section 3.1, two references to eq. (21)",
        "equation (21)",
        "equation (14)",
        "The second-order ODE for K = |m|^2/2 has the number (14).",
        "d = 1, f = 3 x^2/2, x = 4/3, m = -1/2, (alpha, gamma, lam, vareps) = (7, 3, 2, 1)/5",
        reference,
    ),
    Erratum(
        13,
        "Section 3.1, without weight decay, the condition for the limit to be 0",
        "dK*(0) = 0",
        "dK*(0) = 0 and min K = 0",
        "K*(0) = -min K, so that K*(lam x)/lam has a limit only for min K = 0. The library "
        "normalises every K to K(0) = min K = 0.",
        "d = 1, x = 1, K(m) = m^2/2 + 1 and K(m) = m^2/2, lam = 1/1000",
        normalisation,
    ),
    Erratum(
        15,
        "Theorem 3.1, parts 2 and 3, the conditions",
        "H continuously differentiable; dK* strictly monotone",
        "the same, with the remark that it leaves out Lion; the discrete Theorem 4.1 covers it",
        "dK* is strictly monotone where K is differentiable. For K = l1 it is 0 throughout the "
        "box, and H jumps to inf on its edge.",
        "d = 1, K = l1 and the Huber loss with e = 1",
        strictly_monotone,
    ),
)
