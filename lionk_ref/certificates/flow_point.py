"""Section 3. What the certificate of Theorem 3.1 needs to know of a point of a trajectory."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from lionk_ref.arrays import Array, Arrays, combine, dot, each, leaves, magnitude, norm
from lionk_ref.certificates.edge import slope_at_edge
from lionk_ref.certificates.lyapunov import Point
from lionk_ref.certificates.quantities import Smooth, point
from lionk_ref.continuous.coefficients import Rates
from lionk_ref.continuous.descent import Local, local
from lionk_ref.continuous.flow import Phase
from lionk_ref.continuous.lyapunov import energy, weights
from lionk_ref.convex import ConvexFunction
from lionk_ref.discrete import State


@dataclass(frozen=True, eq=False)
class FlowPoint:
    """A point of a trajectory, evaluated once.

    ``at`` holds the gradient and the slopes, ``values`` f, K(m), K*(lam x)/lam and the distance to
    dom K*, ``spent`` the integral of Delta up to here. ``inside`` says whether H is differentiable
    here: lam x is in dom K*, and not on an edge of it where K* has no subgradient.
    """

    t: float
    at: Local
    values: Point
    rates: Rates
    inside: Any
    spent: Array

    @cached_property
    def H(self) -> Array:
        """Eq. (6)."""
        v = self.values
        return energy(v.f, v.penalty, v.K, Phase(v.x, v.m), self.rates)

    @cached_property
    def F(self) -> Array:
        """Eq. (4)."""
        return self.rates.alpha * self.values.f + self.rates.gamma * self.values.penalty

    @cached_property
    def sizes(self) -> Sizes:
        """The sizes that rounding errors are relative to."""
        return _sizes(self)

    @property
    def evaluation(self) -> float:
        """The relative error of the certificate's own sums: (N + 64) units of float64."""
        return _evaluation(self.at.x)


class Sizes(NamedTuple):
    """Entry by entry, the sum of the sizes of the terms: of g and V_m, V_x, Vhat_x, Vhat_m, H."""

    v_m: Arrays
    v_x: Arrays
    v_hat_x: Arrays
    v_hat_m: Arrays
    H_x: Arrays
    H_m: Arrays
    H: Array


def flow_point(
    K: ConvexFunction, problem: Smooth, t: float, s: Phase, r: Rates, spent: Array
) -> FlowPoint:
    """Everything that Theorem 3.1 needs at the point ``s`` of a trajectory."""
    y = each(lambda a: r.lam * a, s.x)
    w, exists = slope(K, y)
    values = point(K, problem, State(*s), r.lam)
    inside = (values.distance <= _evaluation(s.x) * (1 + norm(y))) & exists
    return FlowPoint(t, local(K, s, problem.gradient(s.x), r, w), values, r, inside, spent)


def slope(K: ConvexFunction, y: Arrays) -> tuple[Arrays, bool]:
    """dK* at the nearest point of dom K*, and whether it exists; if not, just inside the edge."""
    return slope_at_edge(K, K.project_domain(y))


def _sizes(p: FlowPoint) -> Sizes:
    r, at, v = p.rates, p.at, p.values
    eta, _ = weights(r)
    x, m, g, u, dk, w = (magnitude(z) for z in (at.x, at.m, at.g, at.u, at.v, at.w))
    v_m = combine(r.alpha, g, r.gamma, m)
    m_tilde = combine(1, m, r.vareps, v_m)
    by_x = combine(1, combine(r.alpha, g, r.gamma + eta * r.lam, w), eta * r.lam, m)
    pairing = r.lam * v.penalty + v.K + r.lam * dot(m, x)
    return Sizes(
        v_m=v_m,
        v_x=combine(1, u, r.lam, x),
        v_hat_x=combine(1, m_tilde, 1, w),
        v_hat_m=combine(1, u, 1, dk),
        H_x=by_x,
        H_m=combine(eta, dk, eta * r.lam, x),
        H=r.alpha * abs(v.f) + r.gamma * v.penalty + eta * pairing,
    )


def _evaluation(x: Arrays) -> float:
    return float((sum(a.size for a in leaves(x)) + 64) * 2.0**-53)
