"""Section 4, the assumption on f: it is L-smooth, and what the run calls its gradient is that."""

from __future__ import annotations

from lionk_ref.arrays import Array, dot, magnitude
from lionk_ref.certificates.judgement import Inequality
from lionk_ref.certificates.quantities import Quantities


def smoothness(q: Quantities, L: float) -> Inequality:
    """|D_f(x', x)| <= L |x' - x|^2/2, D_f the Bregman divergence of f: on both sides.

    Theorem 4.1 asks for the upper bound only. Where D_f is the difference f' - f - <grad f, x' - x>
    the energy balance holds for any vector in the place of the gradient, as that cancels: a
    gradient too short breaks this bound from below, as f falls by more than its tangent says.
    """
    curvature = L * dot(q.dx, q.dx) / 2
    return Inequality(abs(q.bregman), curvature, q.evaluation * _size(q, curvature), True)


def _size(q: Quantities, curvature: Array) -> Array:
    values = abs(q.before.f) + abs(q.after.f) + abs(q.bregman) + abs(q.noise)
    return values + curvature + dot(magnitude(q.g), magnitude(q.dx))
