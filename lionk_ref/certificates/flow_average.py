"""Theorem 3.1, last display: the average of Delta over a trajectory falls like 1/T."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from lionk_ref.arrays import Array, array_namespace
from lionk_ref.certificates.flow_point import FlowPoint
from lionk_ref.certificates.judgement import Equality, Inequality


def average(points: Sequence[FlowPoint], steps: Equality) -> Inequality:
    """(1/T) int Delta dt <= (H(0) - H_b)/T, from the first point at which H is finite.

    For H_b, the infimum of H and so of F, the least F on the way is taken; it is not smaller, so
    that what is judged is stronger. ``steps`` is `finite_difference` over the trajectory.
    """
    xp = array_namespace(points[0].H)
    inside = xp.stack([xp.asarray(p.inside, device=p.H.device) for p in points])
    start = int(xp.argmax(xp.astype(inside, xp.int64)))
    first, last = points[start], points[-1]
    time = max(last.t - first.t, points[-1].t - points[-2].t)
    least = _least([p.F for p in points[start:]], inside[start:])
    tolerance = _sum_of(steps, points, start) + last.evaluation * (first.sizes.H + last.sizes.H)
    measured = (last.spent - first.spent) / time
    return Inequality(measured, (first.H - least) / time, tolerance / time, inside[-1])


def _least(values: Sequence[Array], inside: Array) -> Array:
    xp = array_namespace(values[0])
    stacked = xp.stack(list(values))
    return xp.min(xp.where(inside, stacked, xp.full_like(stacked, xp.inf)))


def _sum_of(steps: Equality, points: Sequence[FlowPoint], start: int) -> Array:
    """The tolerances of the steps from ``start`` on, each times its length."""
    xp = array_namespace(steps.tolerance)
    lengths = [b.t - a.t for a, b in pairwise(points)]
    weighted = steps.tolerance * xp.asarray(lengths, device=steps.tolerance.device)
    return xp.sum(weighted[start:])
