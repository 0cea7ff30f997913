"""Section 3. A trajectory of eq. (3) with the integral of Delta, and the error of each step."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise, takewhile
from typing import NamedTuple

from lionk_ref.arrays import Array, Arrays, array_namespace, as_float, each, leaves
from lionk_ref.certificates.flow_point import FlowPoint, flow_point, slope
from lionk_ref.certificates.quantities import Smooth
from lionk_ref.continuous import Phase, Rates, Trajectory, solve, velocity
from lionk_ref.continuous.descent import delta, local, v_x
from lionk_ref.convex import ConvexFunction


class Accuracy(NamedTuple):
    """The tolerances of the integrator: a step may err by atol + rtol |y_i| in entry i."""

    rtol: float
    atol: float
    method: str

    def sharper(self) -> Accuracy:
        """A hundredth of both; rtol not below what the integrator accepts."""
        return Accuracy(max(self.rtol / 100, 1e-13), self.atol / 100, self.method)


class Watched(NamedTuple):
    """A point of the phase space with the integral of Delta up to it; or errors of the three."""

    x: Arrays
    m: Arrays
    spent: Array


class Path(NamedTuple):
    """The points of a trajectory, and what each step between them may err by, entry by entry."""

    points: list[FlowPoint]
    errors: list[Watched]


WatchedField = Callable[[float, Watched], Watched]


def follow(
    K: ConvexFunction, problem: Smooth, start: Phase, r: Rates, time: float, accuracy: Accuracy
) -> Path:
    """Follow eq. (3): outside dom K* as it is, inside with the integral of Delta.

    Delta may be infinite on the edge of dom K*, hence a start anew at the first point inside.
    """
    nothing = 0 * problem.f(start.x)

    def at(t: float, y: Watched) -> FlowPoint:
        return flow_point(K, problem, t, Phase(y.x, y.m), r, y.spent)

    def leg(field: WatchedField, begin: Watched, since: float) -> Path:
        path = solve(field, begin, time - since, since=since, **accuracy._asdict())
        points = [at(t, y) for t, y in zip(path.times, path.points, strict=True)]
        return Path(points, step_errors(field, path, accuracy))

    begin = Watched(*start, nothing)
    if as_float(at(0.0, begin).inside):
        return leg(inside_field(K, problem, r), begin, 0.0)
    way = leg(outside_field(K, problem, r), begin, 0.0)
    outside = len(list(takewhile(lambda p: not as_float(p.inside), way.points)))
    if outside >= len(way.points) - 1:
        return way
    entry = way.points[outside]
    begin = Watched(entry.at.x, entry.at.m, nothing)
    rest = leg(inside_field(K, problem, r), begin, entry.t)
    return Path(way.points[:outside] + rest.points, way.errors[:outside] + rest.errors)


def outside_field(K: ConvexFunction, problem: Smooth, r: Rates) -> WatchedField:
    """Eq. (3); the integral of Delta rests."""

    def field(t: float, y: Watched) -> Watched:
        v = velocity(K, Phase(y.x, y.m), problem.gradient(y.x), r)
        return Watched(*v, 0 * y.spent)

    return field


def inside_field(K: ConvexFunction, problem: Smooth, r: Rates) -> WatchedField:
    """Eq. (3) with a third line: the integral of Delta, eq. (10), grows by Delta."""

    def field(t: float, y: Watched) -> Watched:
        w, _ = slope(K, each(lambda a: r.lam * a, y.x))
        p = local(K, Phase(y.x, y.m), problem.gradient(y.x), r, w)
        return Watched(v_x(p, r), p.v_m, delta(p, r))

    return field


def step_errors(field: WatchedField, path: Trajectory, accuracy: Accuracy) -> list[Watched]:
    """What each step errs by at most: what the integrator allows, and twice what is measured.

    A step that meets a kink of dK or dK* can err more than the integrator believes. Each is
    therefore repeated with a hundredth of the tolerances.
    """
    nodes = zip(path.times, path.points, strict=True)
    return [_step_error(field, a, b, accuracy) for a, b in pairwise(nodes)]


Node = tuple[float, Watched]


def _step_error(field: WatchedField, a: Node, b: Node, accuracy: Accuracy) -> Watched:
    (since, before), (until, after) = a, b
    time = until - since
    sharp = accuracy.sharper()._asdict()
    better = solve(
        field, before, time, since=since, first_step=time / 3, max_step=time / 3, **sharp
    ).end
    entries = sum(a.size for part in before for a in leaves(part))

    def error(p: Array, q: Array, exact: Array) -> Array:
        xp = array_namespace(p)
        allowed = accuracy.atol + accuracy.rtol * xp.maximum(xp.abs(p), xp.abs(q))
        return entries**0.5 * allowed + 2 * xp.abs(q - exact)

    return Watched(*(each(error, *parts) for parts in zip(before, after, better, strict=True)))
