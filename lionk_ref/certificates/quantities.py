"""Section 4. What the certificates of one step share, evaluated once and in float64."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple, Protocol

from lionk_ref.arrays import (
    Array,
    Arrays,
    array_namespace,
    combine,
    dot,
    each,
    leaves,
    magnitude,
    precise,
)
from lionk_ref.certificates.edge import slope_at_edge
from lionk_ref.certificates.lyapunov import Point, constants, lyapunov
from lionk_ref.certificates.rounding import Rounding, unit_roundoff, update_rounding
from lionk_ref.certificates.spread import core_units
from lionk_ref.convex import ConvexFunction
from lionk_ref.convex.required import scalar
from lionk_ref.discrete import LionK, State, Step, implicit_lr, look_ahead


class Smooth(Protocol):
    """What a certificate asks of a problem."""

    @property
    def smoothness(self) -> float: ...
    def f(self, x: Arrays) -> Array: ...
    def gradient(self, x: Arrays) -> Arrays: ...
    def majorant(self, v: Arrays) -> Arrays: ...
    def bregman(self, x_next: Arrays, x: Arrays) -> Array: ...


@dataclass(frozen=True, eq=False)
class Quantities:
    """One step in float64: the two states, the gradients, the pairings, the roundings.

    ``lr`` is that of the implicit scheme, eq. (15), whichever the run used; ``u`` is dK(m_tilde),
    ``v`` dK(m'), ``slope`` dK*(lam x') where it exists, ``pairing`` FY(m_tilde, u), which is 0
    but for rounding; ``noise`` is <grad f(x) - g, x' - x>. ``units`` are the
    `core_units` of dK.
    """

    lr: float
    beta1: float
    beta2: float
    lam: float
    c: float
    theta: float
    unit: float
    units: float
    size: int
    positively_homogeneous: bool
    inside: Array
    before: Point
    after: Point
    g: Arrays
    m_tilde: Arrays
    u: Arrays
    v: Arrays
    slope: Arrays | None
    slope_size: Arrays
    dx: Arrays
    K_tilde: Array
    K_star_u: Array
    u_distance: Array
    pairing: Array
    bregman: Array
    curvature: Array
    noise: Array
    rounding: Rounding

    @property
    def evaluation(self) -> float:
        """The relative error of the certificate's own sums: (N + 64) units of float64."""
        return (self.size + 64) * 2.0**-53

    @property
    def outside(self) -> Array:
        """How far x and x' are from {z : lam z in dom K*}: the distances of lam x, over lam."""
        return (self.before.distance + self.after.distance) / (self.lam or 1.0)

    @cached_property
    def change(self) -> Array:
        """H(x', m') - H(x, m)."""
        return lyapunov(self.after, self.lam, self.c) - lyapunov(self.before, self.lam, self.c)

    @cached_property
    def deltas(self) -> Deltas:
        """Delta1 and Delta2 of Theorem 4.1."""
        return deltas(self)


def point(K: ConvexFunction, problem: Smooth, s: State, lam: float) -> Point:
    """f, K, K* and the distance to dom K* at a state, in float64."""
    x, m = precise(s.x), precise(s.m)
    y = each(lambda a: lam * a, x)
    penalty = scalar(K, "projected_conjugate", y) / lam if lam else scalar(K, "argmin_support", x)
    return Point(x, m, problem.f(x), scalar(K, "value", m), penalty, K.distance_to_domain(y))


def quantities(
    optimizer: LionK,
    problem: Smooth,
    step: Step,
    before: Point,
    after: Point,
    exact: bool = False,
) -> Quantities:
    """Everything that the certificates of ``step`` need; ``problem`` is in float64.

    ``exact`` says that step.g is the gradient of ``problem`` itself, which is then not asked again.
    """
    K, lam = optimizer.convex_function(step.before.x), optimizer.lam
    beta1, beta2 = optimizer.beta1, optimizer.beta2
    lr = implicit_lr(step.lr, lam) if optimizer.scheme == "explicit" else step.lr
    raw = each(lambda m, g: look_ahead(State(m, m), g, beta1=beta1), step.before.m, step.g)
    g, m_tilde, u = precise(step.g), precise(raw), precise(K.subgradient(raw))
    dx = combine(1, after.x, -1, before.x)
    K_tilde, K_star_u = K.value(m_tilde), K.projected_conjugate(u)
    # At lam = 0 the limit of dK*(lam x') is wanted, which only sees the direction of x'.
    slope, slope_size = _slope(K, each(lambda a: (lam or 2.0**-300) * a, after.x))
    unit = unit_roundoff(step.before.x)
    inside = _inside(K, before, after, lr, lam, unit)
    return Quantities(
        lr, beta1, beta2, lam, constants(lr, beta1, beta2, lam).c, (1 - beta2) / (1 - beta1),
        unit, core_units(K), sum(a.size for a in leaves(u)),
        K.positively_homogeneous, inside, before, after,
        g, m_tilde, u, K.subgradient(after.m), slope, slope_size, dx, K_tilde, K_star_u,
        K.distance_to_domain(u), K_tilde + K_star_u - dot(m_tilde, u),
        problem.bregman(after.x, before.x), dot(dx, problem.majorant(dx)) / 2,
        dot(combine(1, g if exact else problem.gradient(before.x), -1, g), dx),
        update_rounding(before, g, u, lr, beta1, beta2, lam, unit),
    )  # fmt: skip


def _slope(K: ConvexFunction, y: Arrays) -> tuple[Arrays | None, Arrays]:
    """dK* at the nearest point of dom K*, None where it is empty, and a bound on its size."""
    if K.positively_homogeneous:
        none = each(lambda a: 0 * a, y)
        return none, none
    slope, exists = slope_at_edge(K, K.project_domain(y))
    return slope if exists else None, magnitude(slope)


def _inside(
    K: ConvexFunction, before: Point, after: Point, lr: float, lam: float, unit: float
) -> Any:
    """Whether the step begins and ends in dom K*, but for the drift that rounding can hold up."""
    xp = array_namespace(before.f)
    if K.positively_homogeneous or lam == 0:
        return xp.ones_like(before.f) == 1
    entries = sum(a.size for a in leaves(before.x))
    steps = 1 / (lr * lam) if lr * lam > 0 else 0.0  # A step of no size drifts nowhere.
    drift = 4 * unit * (1 + steps) * entries**0.5
    return (before.distance <= drift) & (after.distance <= drift)


class Deltas(NamedTuple):
    """Delta1 and Delta2 of Theorem 4.1, and whether Delta1 is complete."""

    first: Array
    second: Array
    complete: bool


def deltas(q: Quantities) -> Deltas:
    r"""Theorem 4.1: Delta1 = <u - lam x', m_tilde - dK*(lam x')>, Delta2 = <u - v, m_tilde - m'>.

    u = dK(m_tilde), v = dK(m'). Where K* has no subgradient at lam x', on the edge of its domain,
    Delta1 is replaced by its part FY(m_tilde, lam x'), which the theorem bounds as well.
    """
    second = dot(combine(1, q.u, -1, q.v), combine(1, q.m_tilde, -1, q.after.m))
    if q.slope is None:
        part = q.K_tilde + q.lam * (q.after.penalty - dot(q.m_tilde, q.after.x))
        return Deltas(part, second, False)
    drift = combine(1, q.u, -q.lam, q.after.x)
    return Deltas(dot(drift, combine(1, q.m_tilde, -1, q.slope)), second, True)
