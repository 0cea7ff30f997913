"""Erratum 16: Table 1, accelerated mirror descent."""

from __future__ import annotations

from fractions import Fraction

from lionk_ref.paper.claim import Claim, Evidence
from lionk_ref.paper.erratum import Erratum


def slope_without_weight() -> Evidence:
    """Erratum 16: x' of the textbook at t = 1, r = 2, and that of eq. (3) read in two ways."""
    t, r, x, m = Fraction(1), Fraction(2), Fraction(1, 4), Fraction(1)
    textbook = r / t * (m - x)
    text = "x' of Krichene et al. is that of eq. (3) with"
    literal = Claim(f"{text} lam = r/t", m - r / t * x, "=", textbook)
    in_place = Claim(f"{text} lam = r/t and (r/t) K for K", r / t * m - r / t * x, "=", textbook)
    speed = r / t
    in_time = Claim(f"{text} lam = 1, in the time r log t", (m - x) * speed, "=", textbook)
    return Evidence((literal,), (in_place, in_time))


ERRATA = (
    Erratum(
        16,
        "Section 3.1, accelerated mirror descent; Table 1, last row",
        "eq. (3) with gamma = vareps = 0, lam_t = r/t and alpha_t = t/r",
        "the same with (r/t) K for K; or, in the time r log t, lam = 1 and alpha = (t/r)^2",
        "In the dynamics of Krichene et al. the factor r/t stands before dK(m) - x as a whole, in "
        "eq. (3) before x alone.",
        "d = 1, K(m) = m^2/2, t = 1, r = 2, x = 1/4, m = 1",
        slope_without_weight,
    ),
)
