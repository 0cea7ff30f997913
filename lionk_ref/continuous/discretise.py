"""Below eq. (3): the map between the flow and the updates of Section 4, eq. (2) and (15).

The flow needs alpha = gamma for it; another alpha is an f multiplied by alpha/gamma.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from lionk_ref.continuous.coefficients import Rates


class Betas(NamedTuple):
    """The weights of m in m_tilde and in the next m."""

    beta1: Any
    beta2: Any


def betas(r: Rates, lr: Any) -> Betas:
    """Below eq. (3): beta1 = 1 - vareps gamma and beta2 = 1 - lr gamma, for alpha = gamma.

    Raises
    ------
    ValueError
        If alpha is not gamma.

    Examples
    --------
    >>> from fractions import Fraction as F
    >>> betas(Rates(alpha=1, gamma=1, lam=0, vareps=F(1, 10)), lr=F(1, 100))
    Betas(beta1=Fraction(9, 10), beta2=Fraction(99, 100))
    """
    if r.alpha != r.gamma:
        raise ValueError(
            f"The updates have alpha = gamma, got alpha={r.alpha!r}, gamma={r.gamma!r}. "
            "Multiply f by alpha/gamma instead."
        )
    return Betas(1 - r.vareps * r.gamma, 1 - lr * r.gamma)


def rates(b: Betas, lr: Any, lam: Any) -> Rates:
    """The inverse: alpha = gamma = (1 - beta2)/lr, vareps = lr (1 - beta1)/(1 - beta2).

    Examples
    --------
    >>> from fractions import Fraction as F
    >>> rates(Betas(F(9, 10), F(99, 100)), lr=F(1, 10), lam=1)
    Rates(alpha=Fraction(1, 10), gamma=Fraction(1, 10), lam=1, vareps=Fraction(1, 1))
    """
    gamma = (1 - b.beta2) / lr
    return Rates(gamma, gamma, lam, lr * (1 - b.beta1) / (1 - b.beta2))
