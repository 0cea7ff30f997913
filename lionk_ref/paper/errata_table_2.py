"""Errata 6, 10 and 12: Table 2."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from lionk_ref.convex import Huber, Lp, TopK
from lionk_ref.paper.claim import Claim, Evidence
from lionk_ref.paper.erratum import Erratum


def printed_top_k(z: Any, k: int) -> Any:
    """Table 2, line 4, as printed: sign(z) where |z| > |z_(k)|."""
    return np.sign(z) * (np.abs(z) > np.sort(np.abs(z))[-k])


def printed_lp(z: Any, p: float) -> Any:
    """Table 2, line 2, as printed: sign(z) |z|^(p-1)/|z|_p^(p-1)."""
    with np.errstate(all="ignore"):
        r = np.abs(z)
        return np.sign(z) * r ** (p - 1) / np.sum(r**p) ** ((p - 1) / p)


def _pairing(u: Any, z: Any, K: TopK) -> Claim:
    """<u, z> = K(z), as every subgradient of a positively homogeneous K has it."""
    numbers = ", ".join(f"{v:g}" for v in z)
    text = f"<u, z> = K(z) at z = ({numbers}), k = {K.k}"
    return Claim(text, Fraction(float(u @ z)), "=", Fraction(float(K.value(z))))


def top_k() -> Evidence:
    """Erratum 6: the printed line, its repair by >=, and the element of least norm."""
    z, tied = np.array([3.0, 2.0, 1.0, 0.0]), np.array([1.0, 1.0])
    printed = [_pairing(printed_top_k(z, k), z, TopK(k)) for k in (2, 1)]
    both = _pairing(np.sign(tied), tied, TopK(1))
    both = both._replace(text=both.text + ", with >= for >")
    correct = [_pairing(TopK(k).subgradient(z), z, TopK(k)) for k in (2, 1)]
    correct.append(_pairing(TopK(1).subgradient(tied), tied, TopK(1)))
    return Evidence((*printed, both), tuple(correct))


def closed_box() -> Evidence:
    """Erratum 10: eq. (8) at z = 2 for e = 1, where y = dK(z) = 1 lies on the edge of the box."""
    K, z = Huber(e=1.0), np.array([2.0])
    y = K.subgradient(z)
    value, conjugate = float(K.value(z)), float(K.conjugate(y))
    text = "K(z) + K*(y) = <z, y> with K*(1) ="
    right = Fraction(float(z @ y))
    return Evidence(
        (Claim(f"{text} inf", float("inf"), "=", right),),
        (Claim(f"{text} e/2", Fraction(value) + Fraction(conjugate), "=", right),),
    )


def zero_and_overflow() -> Evidence:
    """Erratum 12: the printed formula in floating point, p = 3, at 0 and at (1e200, 1e200)."""
    zero, huge, K = np.zeros(2), np.full(2, 1e200), Lp(p=3.0)
    at_zero, at_huge = "u_1 = 0 at z = (0, 0)", "|u_1 - 2^(-2/3)| <= 2^-52 at z = (1e200, 1e200)"

    def claims(first: Any, second: Any) -> tuple[Claim, ...]:
        off = abs(float(second[0]) - 2 ** (-2 / 3))
        return Claim(at_zero, float(first[0]), "=", 0.0), Claim(at_huge, off, "<=", 2.0**-52)

    printed = claims(printed_lp(zero, 3.0), printed_lp(huge, 3.0))
    return Evidence(printed, claims(K.subgradient(zero), K.subgradient(huge)))


ERRATA = (
    Erratum(
        6,
        "Table 2, line 4, the subgradient",
        "sign(z) where |z| > |z_(k)|, else 0",
        "sign(z) where |z| > |z_(k)|; entries tied with |z_(k)| share the rest equally",
        "The printed indicator keeps at most k - 1 entries, none at all for k = 1. With >= in "
        "place of > it keeps too many at ties. A subgradient u of a positively homogeneous K has "
        "<u, z> = K(z); of all of them the library takes the one of least norm.",
        "z = (3, 2, 1, 0) with k = 2 and k = 1; z = (1, 1) with k = 1",
        top_k,
    ),
    Erratum(
        10,
        "Table 2, line 5, the constraint",
        "|x|_inf < 1",
        "|x|_inf <= 1",
        "K* of the Huber loss is e/2 |y|^2 on the closed box: K grows with slope 1 and attains "
        "it. On an open set the minimum need not exist.",
        "d = 1, e = 1, z = 2, y = dK(z) = 1, in eq. (8)",
        closed_box,
    ),
    Erratum(
        12,
        "Table 2, line 2, the subgradient",
        "sign(z) |z|^(p-1)/|z|_p^(p-1)",
        "0 at z = 0; elsewhere the same, with z divided by max |z_i| first",
        "The formula is 0/0 at z = 0, where 0 is the subgradient of least norm. It is right "
        "elsewhere, but its powers overflow and underflow long before the quotient does.",
        "p = 3, z = (0, 0) and z = (1e200, 1e200), in float64",
        zero_and_overflow,
    ),
)
