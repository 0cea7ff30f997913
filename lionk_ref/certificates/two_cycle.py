"""Section 4. What Lion does for ever on a quadratic if lr is constant: an exact, stable 2-cycle.

With f(x) = a x^2/2, K = l1 and q = lr lam, eq. (2) maps (x, m) to (-x, -m) where

    x = lr/(2 - q),    m = a x (1 - beta2)/(1 + beta2),

as then m_tilde = -a x (1 + beta2 - 2 beta1)/(1 + beta2), whose sign is that of -x if
beta1 < (1 + beta2)/2: x' = x - lr - q x = -x, and m' = beta2 m - (1 - beta2) a x = -m.

Near the cycle no sign changes, so that an error (dx, dm) is mapped by the matrix
[[1 - q, 0], [-(1 - beta2) a, beta2]]: its eigenvalues, 1 - q and beta2, are less than 1 in size
for 0 < q < 2. Every such cycle attracts, however small lr is; lr must fall for x to converge. H is
even, so that it is the same at both points: there is no descent, and Theorem 4.1 promises none.

Nor is there anything better: for q <= 1 and any f, unless m_tilde = 0, |x| <= lr/(2 - q) makes
|x'| = |(1 - q) x +- lr| >= lr - (1 - q) lr/(2 - q) = lr/(2 - q). Of two iterates in a row one is
at least that far from 0, if 0 is the minimum or not.
"""

from __future__ import annotations

from typing import Any, NamedTuple


class TwoCycle(NamedTuple):
    """The points (x, m) and (-x, -m), and how firmly the cycle stands.

    Attributes
    ----------
    x, m : number
        The amplitudes, for x > 0; m is the momentum that comes with +x.
    margin : number
        |m_tilde|: an error smaller than that in m_tilde changes no sign.
    multipliers : tuple of number
        What errors in x and in m are multiplied by at each step: 1 - lr lam and beta2.
    """

    x: Any
    m: Any
    margin: Any
    multipliers: tuple[Any, Any]


def two_cycle(curvature: Any, *, lr: Any, beta1: Any, beta2: Any, lam: Any) -> TwoCycle:
    """Eq. (1): the 2-cycle of Lion on ``curvature`` x^2/2, in floats or Fractions.

    For eq. (15) give the ``explicit_lr`` of its lr.

    Raises
    ------
    ValueError
        Unless curvature > 0, 0 < lr lam < 2 and beta1 < (1 + beta2)/2.

    Examples
    --------
    >>> from fractions import Fraction as F
    >>> two_cycle(4, lr=F(1, 2), beta1=F(1, 2), beta2=F(3, 4), lam=1)[:3]
    (Fraction(1, 3), Fraction(4, 21), Fraction(4, 7))
    """
    q = lr * lam
    if not (curvature > 0 and 0 < q < 2 and 2 * beta1 < 1 + beta2):
        raise ValueError(
            "two_cycle needs curvature > 0, 0 < lr lam < 2 and beta1 < (1 + beta2)/2, "
            f"got {curvature}, {q}, {beta1} and {beta2}."
        )
    x = lr / (2 - q)
    m = curvature * x * (1 - beta2) / (1 + beta2)
    margin = curvature * x * (1 + beta2 - 2 * beta1) / (1 + beta2)
    return TwoCycle(x, m, margin, (1 - q, beta2))


def basin(cycle: TwoCycle, curvature: Any, beta1: Any, beta2: Any) -> Any:
    """A radius r: from errors |dx|, |dm| < r at one of its points the cycle is approached.

    |dx| never grows, and |dm| stays below r max(1, a), as a step makes it beta2 |dm| +
    (1 - beta2) a r at most; so the error of m_tilde, beta1 |dm| + (1 - beta1) a |dx| at most,
    stays below the margin.

    Examples
    --------
    >>> c = two_cycle(1.0, lr=0.5, beta1=0.5, beta2=0.5, lam=1.0)
    >>> basin(c, 1.0, 0.5, 0.5) == c.margin
    True
    """
    return cycle.margin / (beta1 * max(1, curvature) + (1 - beta1) * curvature)
