"""Section 4, after Theorem 4.1: the O(1/(lr T)) rate of a smooth K, which the paper mentions."""

from __future__ import annotations

from lionk_ref.certificates.judgement import Inequality
from lionk_ref.certificates.lyapunov import constants
from lionk_ref.certificates.quantities import Quantities


def smooth_descent(q: Quantities, general: Inequality, L: float, L_K: float) -> Inequality:
    """H' - H <= -lr (a - lr L L_K/2) Delta1 - lr b Delta2, for an L-smooth f and L_K-smooth K.

    H falls at every step if lr <= 2 a/(L L_K). The gradient of K is co-coercive:
    |u - lam x'|^2 <= L_K Delta1. ``general`` is `theorem_4_1` of the same step.
    """
    _, a, b = constants(q.lr, q.beta1, q.beta2, q.lam)
    gain = q.lr * (a - q.lr * L * L_K / 2)
    tolerance = general.tolerance * (1 + q.lr * L * L_K)
    promised = -gain * q.deltas.first - q.lr * b * q.deltas.second + q.noise
    return Inequality(general.measured, promised, tolerance, q.inside & q.deltas.complete)
