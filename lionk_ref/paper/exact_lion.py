"""Theorem 4.1 for Lion in one dimension, in rational arithmetic: nothing is rounded."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Self


@dataclass(frozen=True)
class ExactStep:
    r"""Eq. (15): one step from (x, m) with K = \|.\| and f(x) = L x^2/2, inside the box.

    The defaults are Lion's own betas. Written out by hand, apart from the library's updates.

    Examples
    --------
    >>> step = ExactStep(Fraction(1, 2), Fraction(1, 20))
    >>> step.x_next, step.m_next
    (Fraction(49, 101), Fraction(89, 2000))
    """

    x: Fraction
    m: Fraction
    lr: Fraction = Fraction(1, 100)
    beta1: Fraction = Fraction(9, 10)
    beta2: Fraction = Fraction(99, 100)
    lam: Fraction = Fraction(1)
    L: Fraction = Fraction(1)

    def __post_init__(self) -> None:
        if abs(self.lam * self.x) > 1:
            raise ValueError(f"ExactStep needs |lam x| <= 1, got lam x={self.lam * self.x}.")

    @property
    def settings(self) -> tuple[Fraction, Fraction, Fraction, Fraction]:
        """lr, beta1, beta2 and lam: the arguments of `constants`."""
        return self.lr, self.beta1, self.beta2, self.lam

    @property
    def m_tilde(self) -> Fraction:
        """Eq. (15), line 2; the gradient is L x."""
        return self.beta1 * self.m - (1 - self.beta1) * self.L * self.x

    @property
    def m_next(self) -> Fraction:
        """Eq. (15), line 1."""
        return self.beta2 * self.m - (1 - self.beta2) * self.L * self.x

    @property
    def x_next(self) -> Fraction:
        """Eq. (15), line 3, solved for the new x."""
        return (self.x + self.lr * _sign(self.m_tilde)) / (1 + self.lr * self.lam)

    @property
    def drift(self) -> Fraction:
        """u - lam x', with u = sign(m_tilde)."""
        return _sign(self.m_tilde) - self.lam * self.x_next

    @property
    def delta_1(self) -> Fraction:
        """Theorem 4.1: <u - lam x', m_tilde - dK*(lam x')>, where dK* = 0 in the box."""
        return self.drift * self.m_tilde

    @property
    def delta_2(self) -> Fraction:
        """Theorem 4.1: <u - v, m_tilde - m'>, with v = sign(m')."""
        turn = _sign(self.m_tilde) - _sign(self.m_next)
        return turn * (self.m_tilde - self.m_next)

    def change(self, c: Fraction) -> Fraction:
        """Theorem 4.1: H(x', m') - H(x, m), where c weighs the Fenchel-Young term."""
        return self._energy(self.x_next, self.m_next, c) - self._energy(self.x, self.m, c)

    def bound(self, a: Fraction, b: Fraction) -> Fraction:
        """Theorem 4.1: what the change is promised not to exceed."""
        delta = a * self.delta_1 + b * self.delta_2
        return -self.lr * delta + self.L * self.lr**2 * self.drift**2 / 2

    def next(self) -> Self:
        """The step that follows this one."""
        return replace(self, x=self.x_next, m=self.m_next)

    def _energy(self, x: Fraction, m: Fraction, c: Fraction) -> Fraction:
        return self.L * x * x / 2 + c * (abs(m) - self.lam * x * m)


def _sign(z: Fraction) -> int:
    return (z > 0) - (z < 0)
