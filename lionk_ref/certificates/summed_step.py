"""Section 4. A step of which only the sums are known: what follows from them, and how sharply.

The ten `Sums` of a step and those of the step before determine its inner products linearly. With
h = lr lam and FY(z, y) = K(z) + K*(y) - <z, y>,

    h K*(u)         = (1 + h) [K*(lam x') - FY(m_tilde, lam x')] - K*(lam x) + FY(m_tilde, lam x),
    <m_tilde, x>    = [K(m_tilde) + K*(lam x) - FY(m_tilde, lam x)]/lam,
    <g, x' - x>     = (lr [beta1 (K(m) - FY(m, u) - lam <x, m>) - FY(m_tilde, lam x) + K*(lam x)]
                       /(1 - beta1) - h K*(u)/lam)/(1 + h),

by x' = (x + lr u)/(1 + h), g = (beta1 m - m_tilde)/(1 - beta1) and FY(m_tilde, u) = 0. Each is an
`Estimate`, whose error comes from two sources, both for the worst case and to first order in the
unit roundoff of the run's dtype, whose subnormals are left out:

* a sum of terms of size S is off by `SUM_UNITS` units of S: at most 16 roundings a term, 16 for
  the run in which terms are added in that dtype, and in float64 those of the longer runs;
* x', m' and m_tilde are rounded, by `lionk_ref.certificates.rounding`; g and m' are then bounded
  by m and m_tilde.

The sizes are bounded by K and K*, see `step_sizes`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from lionk_ref.certificates.estimate import Estimate
from lionk_ref.certificates.step_sizes import StepSizes


@dataclass(frozen=True)
class SummedStep(StepSizes):
    """One step by its sums: what they determine, with errors."""

    def with_u(self, value: float) -> float:
        """A bound on sum_i |z_i u_i|, by one on K*(u)."""
        if self.rule.positively_homogeneous:
            return self.rule.spread * value
        raw = self._h_star_u
        return self.rule.spread * (value + max(raw.value + raw.error, 0.0) / self.h)

    def with_dx(self, value: float) -> float:
        """A bound on sum_i |z_i (x' - x)_i|; x' - x = lr (u - lam x')."""
        return self.lr * (self.with_u(value) + self.rule.lam * self.with_x_next(value))

    def rounding_of_x_next(self, value: float) -> float:
        """What the rounding of x' adds to <z, x'> for a z with this K(z)."""
        size = (1 + self.h) * self.with_x(value) + self.lr * self.with_u(value)
        return 6 * self.rule.unit * size

    @property
    def weights_of_m_next(self) -> tuple[float, float]:
        """The rounding of m' - (1 - theta) m - theta m_tilde, as multiples of |m|, |m_tilde|."""
        r, unit = self.rule, 4 * self.rule.unit
        return unit * (r.beta2 + 3 * r.theta * r.beta1), unit * 2 * r.theta

    @cached_property
    def K(self) -> Estimate:
        """K(m)."""
        return self.added(self.before.K, self.before.K)

    @cached_property
    def K_next(self) -> Estimate:
        """K(m')."""
        return self.added(self.sums.K_m_next, self.sums.K_m_next)

    @cached_property
    def K_tilde(self) -> Estimate:
        """K(m_tilde)."""
        return self.added(self.sums.K_m_tilde, self.sums.K_m_tilde)

    @cached_property
    def star(self) -> Estimate:
        """K*(lam x)."""
        return self.added(self.before.K_star, self.before.K_star)

    @cached_property
    def star_next(self) -> Estimate:
        """K*(lam x')."""
        return self.added(self.sums.K_star_x_next, self.sums.K_star_x_next)

    @cached_property
    def x_m(self) -> Estimate:
        """<x, m>."""
        return self.added(self.before.x_m, self.with_x(self.before.K))

    @cached_property
    def x_m_next(self) -> Estimate:
        """<x', m'>."""
        return self.added(self.sums.x_m_next, self.with_x_next(self.sums.K_m_next))

    @cached_property
    def fy_tilde_x(self) -> Estimate:
        """FY(m_tilde, lam x)."""
        value = self.sums.K_m_tilde
        size = value + self.before.K_star + self.rule.lam * self.with_x(value)
        return self.added(self.sums.fy_tilde_x, size)

    @cached_property
    def fy_tilde_x_next(self) -> Estimate:
        """FY(m_tilde, lam x')."""
        value = self.sums.K_m_tilde
        size = value + self.sums.K_star_x_next + self.rule.lam * self.with_x_next(value)
        return self.added(self.sums.fy_tilde_x_next, size)

    @cached_property
    def fy_m_u(self) -> Estimate:
        """FY(m, u)."""
        return self.added(self.sums.fy_m_u, 2 * self.with_u(self.before.K))

    @cached_property
    def fy_m_next_u(self) -> Estimate:
        """FY(m', u)."""
        return self.added(self.sums.fy_m_next_u, 2 * self.with_u(self.sums.K_m_next))

    @cached_property
    def pairing(self) -> float:
        """How far FY(m_tilde, u) may be from 0, by the rounding of u and of m_tilde within it."""
        return 2 * self.rule.pairing_units * self.rule.unit * self.with_u(self.sums.K_m_tilde)

    @cached_property
    def _h_star_u(self) -> Estimate:
        """H K*(u), taken from x' as it is."""
        next_x = self.star_next - self.fy_tilde_x_next
        return (1 + self.h) * next_x - self.star + self.fy_tilde_x

    @cached_property
    def h_star_u(self) -> Estimate:
        """H K*(u), the first display; 0 for a positively homogeneous K."""
        if self.rule.positively_homogeneous:
            return Estimate(0.0)
        moved = self.rule.lam * (1 + self.h) * self.rounding_of_x_next(self.sums.K_m_tilde)
        return self._h_star_u.within(moved + self.h * self.pairing)

    @cached_property
    def tilde_x(self) -> Estimate:
        """<m_tilde, x>, the second display."""
        return (1 / self.rule.lam) * (self.K_tilde + self.star - self.fy_tilde_x)

    @cached_property
    def g_dx(self) -> Estimate:
        """<g, x' - x>, the third display."""
        r = self.rule
        inner = r.beta1 * (self.K - self.fy_m_u - r.lam * self.x_m) - self.fy_tilde_x + self.star
        pushed = (self.lr / (1 - r.beta1)) * inner - (1 / r.lam) * self.h_star_u
        exact = (1 / (1 + self.h)) * pushed
        before, tilde = self.before.K, self.sums.K_m_tilde
        moved = r.beta1 * self.rounding_of_x_next(before) + self.rounding_of_x_next(tilde)
        return exact.within(self.lr * self.pairing + moved / (1 - r.beta1) + self.rounding_of_g)

    @cached_property
    def rounding_of_g(self) -> float:
        """How far g is from (beta1 m - m_tilde)/(1 - beta1), times x' - x."""
        r = self.rule
        size = 2 * r.beta1 * self.with_dx(self.before.K) + self.with_dx(self.sums.K_m_tilde)
        return 4 * r.unit * size / (1 - r.beta1)
