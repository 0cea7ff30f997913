"""Certificates blind to the domain of K* or to the gradient, or that see no rounding."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

import test_certificates_domain as domain
import test_certificates_gradient as gradient
import test_convex_coincidences as coincidences
from lionk_ref.arrays import norm
from lionk_ref.certificates import quantities
from lionk_ref.certificates.judgement import Inequality
from lionk_ref.certificates.phase_1 import own_domain, phase_1
from lionk_ref.certificates.smoothness import smoothness
from lionk_ref.convex import L1, Lp
from mutants import Mutant


def anywhere(q: Any) -> Inequality:
    """U may be as far from dom K* as it likes."""
    return own_domain(q)._replace(measured=0 * q.u_distance)


def overflowing(s: Any, mu: Any, q: float) -> Any:
    """-d log s/d mu, infinite among the subnormals."""
    return 1 / (s ** (2 - q) + (q - 1) * mu)


def of_its_numbers(q: Any) -> Inequality:
    """Phase 1 as if a distance were measured to a point no larger than lam x."""
    right = phase_1(q)
    distances = 2.0**-50 * (q.before.distance + q.after.distance)
    return right._replace(tolerance=right.tolerance - distances)


def to_the_last_bit(q: Any) -> Inequality:
    """U is in dom K* without any rounding."""
    right = own_domain(q)
    return right._replace(tolerance=0 * right.tolerance)


def coarse_phase_1(q: Any) -> Inequality:
    """Phase 1 with distances measured to 2^-30."""
    right = phase_1(q)
    coarse = 2.0**-30 * q.lam * (norm(q.before.x) + norm(q.after.x))
    return right._replace(tolerance=right.tolerance + coarse)


def underflowing(self: Any, z: Any) -> Any:
    """The sum of c (r - c/2) before it is divided by e."""
    r = np.abs(z)
    c = np.minimum(r, self.e)
    return np.sum(c * (r - c / 2)) / self.e


def wide(K: Any, before: Any, after: Any, lr: float, lam: float, unit: float) -> Any:
    """A drift a thousand times too large."""
    return inside(K, before, after, lr, lam, 1000 * unit)


def from_above(q: Any, L: float) -> Inequality:
    """The upper bound on the divergence of f alone."""
    return smoothness(q, L)._replace(measured=q.bregman)


inside = quantities._inside
CERTIFY = "lionk_ref.certificates.certify:"
QUANTITIES = "lionk_ref.certificates.quantities:"
rounded = partial(domain.test_large_powers_round, Lp(p=1000.0), "float32")

MUTANTS = [
    Mutant("u anywhere", "u is not asked to be in dom K*", CERTIFY + "own_domain", anywhere,
           partial(domain.test_a_subgradient_outside_the_domain, "L1")),
    Mutant("u nearby", "u may be off by 2^-20", "lionk_ref.certificates.phase_1.PROJECTION",
           2.0**-20, domain.test_a_subgradient_a_little_outside),
    Mutant("u exact", "u may not round out of dom K*", CERTIFY + "own_domain", to_the_last_bit,
           rounded),
    Mutant("no powers", "dK of l_p taken to round like any other", QUANTITIES + "core_units",
           lambda K: 16.0, rounded),
    Mutant("coarse phase 1", "distances measured to 2^-30", CERTIFY + "phase_1", coarse_phase_1,
           domain.test_a_small_exit_is_reported),
    Mutant("far distances", "a distance without its own rounding", CERTIFY + "phase_1",
           of_its_numbers, domain.test_distances_round_too),
    Mutant("sphere-overflow", "a slope that overflows", "lionk_ref.convex.projections._slope",
           overflowing, partial(domain.test_a_point_of_the_sphere_is_its_own_projection, 100.0)),
    Mutant("narrow-huber", "a product that underflows", "lionk_ref.convex.Huber.value",
           underflowing, partial(coincidences.test_a_narrow_huber_is_l1, 5e-324)),
    Mutant("wide drift", "a drift a thousand times too large", QUANTITIES + "_inside", wide,
           domain.test_a_run_that_starts_just_outside),
    Mutant("twice as curved", "L |x' - x|^2 for half of it", CERTIFY + "smoothness",
           lambda q, L: smoothness(q, 2 * L), partial(gradient.test_the_right_gradient, 0.1)),
    Mutant("one-sided", "f may fall faster than L allows", CERTIFY + "smoothness", from_above,
           partial(gradient.test_a_wrong_gradient, L1(), 0.1)),
]  # fmt: skip
