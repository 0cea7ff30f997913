"""How large the sums of a step are in magnitude, of which nobody added up the magnitudes.

sum_i |z_i y_i| is at most r (K(z) + K*(y)) for y in dom K*, see `spread`; beyond the domain, as
many times more as the gauge says.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from lionk_ref.backend import Sums
from lionk_ref.certificates.estimate import Estimate
from lionk_ref.certificates.known_state import KnownState
from lionk_ref.certificates.lyapunov import Constants, constants

SUM_UNITS = {2.0**-24: 48.0, 2.0**-53: 224.0}
"""Of float32 and float64, with 16 for the certificate's own dozen operations."""


@dataclass(frozen=True)
class Rule:
    """What all steps of a run have in common; ``pairing_units`` are those of dK.

    ``width`` is how many times more than the distance to dom K* the excess of the gauge can be:
    the core, which has no formula for it, gives 1 and the distance for the gauge, and between the
    two lies at most the root of the number of entries; 1 for a gauge by formula.
    """

    beta1: float
    beta2: float
    lam: float
    unit: float
    spread: float
    pairing_units: float
    positively_homogeneous: bool
    width: float

    @property
    def theta(self) -> float:
        """(1 - beta2)/(1 - beta1): m' = (1 - theta) m + theta m_tilde."""
        return (1 - self.beta2) / (1 - self.beta1)


@dataclass(frozen=True)
class StepSizes:
    """A step by its sums; ``lr`` is that of the implicit scheme, eq. (15)."""

    rule: Rule
    lr: float
    before: KnownState
    sums: Sums

    @property
    def h(self) -> float:
        """Lr lam."""
        return self.lr * self.rule.lam

    @cached_property
    def constants(self) -> Constants:
        """Theorem 4.1: c, a, b."""
        return constants(self.lr, self.rule.beta1, self.rule.beta2, self.rule.lam)

    @cached_property
    def gauges(self) -> tuple[float, float]:
        """Bounds on the gauges of lam x and lam x', at least 1; x = (1 + h) x' - lr u."""
        after = self._widened(self.sums.gauge)
        unknown = self.before.gauge != self.before.gauge
        return (1 + 2 * self.h) * after if unknown else self._widened(self.before.gauge), after

    def with_x(self, value: float) -> float:
        """A bound on sum_i |z_i x_i| for a z with this K(z)."""
        return self.rule.spread * self.gauges[0] * (value + self.before.K_star) / self.rule.lam

    def with_x_next(self, value: float) -> float:
        """A bound on sum_i |z_i x'_i|."""
        stars = value + self.sums.K_star_x_next
        return self.rule.spread * self.gauges[1] * stars / self.rule.lam

    def added(self, value: float, size: float) -> Estimate:
        """A sum of terms of this size."""
        return Estimate(value, SUM_UNITS[self.rule.unit] * self.rule.unit * size)

    def _widened(self, gauge: float) -> float:
        return 1 + self.rule.width * max(gauge - 1, 0.0)
