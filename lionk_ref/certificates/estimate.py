"""Numbers that know how far off they may be: what on-line certificates are computed with."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Estimate:
    """``value``, which is off by at most ``error``.

    Sums and multiples carry the error on, always for the worst case: what two estimates have in
    common is counted twice.

    Examples
    --------
    >>> Estimate(1.0, 0.25) - 2 * Estimate(3.0, 0.5)
    Estimate(value=-5.0, error=1.25)
    """

    value: float
    error: float = 0.0

    def __add__(self, other: Estimate) -> Estimate:
        return Estimate(self.value + other.value, self.error + other.error)

    def __sub__(self, other: Estimate) -> Estimate:
        return Estimate(self.value - other.value, self.error + other.error)

    def __neg__(self) -> Estimate:
        return Estimate(-self.value, self.error)

    def __rmul__(self, factor: float) -> Estimate:
        return Estimate(factor * self.value, abs(factor) * self.error)

    def within(self, error: float) -> Estimate:
        """The same value, which may be off by ``error`` more."""
        return Estimate(self.value, self.error + error)
