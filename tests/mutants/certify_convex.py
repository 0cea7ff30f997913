"""A certificate of K that does not look."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

import test_certify_convex
import test_certify_convex_sharp as sharp
from lionk_ref.certificates.judgement import Inequality
from lionk_ref.convex import HalfSquare
from lionk_ref.validation.answers import INWARD
from lionk_ref.validation.sides import below, dots, sizes
from mutants import Mutant

ROOM = "lionk_ref.validation.promises"
FIRST = "lionk_ref.validation.first_order"


def nothing(answers: Any) -> Inequality:
    """0 <= 0."""
    zero = np.zeros(1)
    return Inequality(zero, zero, zero, zero == 0)


def only_near_the_edge(a: Any) -> Inequality:
    """K*(c u) <= c K*(u) for c next to 1, twice."""
    promised = np.tile((1 - INWARD) * (dots(a.z, a.u) - a.k), 2)
    return below(a.star, promised, np.tile(sizes(a.z, a.u) + a.k, 2))


def own_projection(a: Any) -> Inequality:
    """The nearest point to each u compared with itself instead of with u."""
    own = a.arrays("project_domain", a.u)
    cases = [(w, p, v) for w, p in zip(a.w, a.p, strict=True) for v in a.u]
    cases += [(u, p, p) for u, p in zip(a.u, own, strict=True)]
    out, across = [w - p for w, p, _ in cases], [v - p for _, p, v in cases]
    size = sizes([abs(w) + abs(p) for w, p, _ in cases], [abs(v) + abs(p) for _, p, v in cases])
    return below(dots(out, across), np.zeros(len(cases)), size)


def nan_of_two(a: Any) -> Inequality:
    """NaN in, NaN out, for K and dK only."""
    z = np.where(np.arange(a.z[0].size) == 0, np.nan, 1.0).reshape(a.z[0].shape)
    answers = [*a.numbers("value", [z]), *a.arrays("subgradient", [z])]
    lost = [0.0 if np.isnan(b).any() else 1.0 for b in answers]
    return below(np.array(lost), np.zeros(len(lost)))


def off(K: Any, method: str, by: float) -> Any:
    """A check that one part of K that is a little off is seen."""
    return partial(sharp.test_a_part_that_is_a_little_off, K, method, by)


def one_case(name: str) -> Any:
    """A check that a mistake in one place is seen."""
    return partial(sharp.test_a_mistake_that_one_case_sees, name)


def too_large(name: str) -> Any:
    """A check that a domain that is too large is seen."""
    return partial(sharp.test_a_domain_that_is_too_large, name)


LOOSE = 2.0**-22
BLIND = {
    "least": "a constant",
    "subgradient": "another dK",
    "fenchel_young": "a smaller conjugate",
    "conjugate": "another conjugate",
    "conjugate_subgradient": "another dK*",
    "domain": "no projection",
    "projection": "a point that is not the nearest",
    "nan": "NaN lost",
}
"""Each part, and the K that it alone, or it first, finds wrong."""

MUTANTS = [
    Mutant(f"blind-{part}", "a part of a certificate of K that is always true",
           f"{ROOM}._{part}", nothing,
           partial(test_certify_convex.test_a_wrong_part_is_named, name))
    for part, name in BLIND.items()
] + [
    Mutant("near", "points outside of dom K* are looked at from nearby", f"{ROOM}.FAR", 1e-3,
           too_large("a wide Huber without its box")),
    Mutant("near-1000", "the same from a thousandth of FAR", f"{ROOM}.FAR", 1e3,
           too_large("a wide Huber without its box")),
    Mutant("no-ray", "no point on the rays through z", "lionk_ref.validation.answers.Answers.edge",
           lambda self, z: 0 * z, too_large("the Frobenius ball")),
    Mutant("loose-sides", "2^-22 forgiven", "lionk_ref.validation.sides.SLACK", LOOSE,
           off(HalfSquare(), "value", 3e-8)),
    Mutant("loose-pairs", "2^-22 forgiven in eq. (7)", f"{ROOM}.SLACK", LOOSE,
           off(HalfSquare(), "conjugate", -3e-8)),
    Mutant("loose-slopes", "2^-22 forgiven of slopes", f"{FIRST}.SLACK", LOOSE,
           off(HalfSquare(), "conjugate_subgradient", 3e-8)),
    Mutant("far-slopes", "slopes compared from further off", f"{FIRST}.CLOSE", 1e-3,
           sharp.test_a_slope_of_the_conjugate_that_is_off),
    Mutant("far-tangents", "tangents compared from further off", f"{FIRST}.BESIDE", 0.1,
           sharp.test_slopes_that_are_off_together),
    Mutant("blind-tangent", "no tangents", f"{ROOM}.tangent", nothing,
           sharp.test_slopes_that_are_off_together),
    Mutant("blind-monotone", "dK* judged by eq. (7) only", f"{ROOM}.monotone", nothing,
           sharp.test_a_slope_of_the_conjugate_that_is_off),
    Mutant("edge-only", "K* looked at near the edge only", f"{ROOM}._conjugate",
           only_near_the_edge, one_case("K* too large in the middle")),
    Mutant("own-projection", "u itself not projected", f"{ROOM}._projection", own_projection,
           one_case("a projection of the inside")),
    Mutant("nan-of-two", "NaN in the projection not looked at", f"{ROOM}._nan", nan_of_two,
           one_case("a projection that loses NaN")),
    Mutant("at-the-edge", "K* at the edge of its domain, where it may round to inf",
           "lionk_ref.validation.answers.INWARD", -1e-9,
           partial(test_certify_convex.test_the_whole_catalogue_passes,
                   (6,), test_certify_convex.L2())),
]  # fmt: skip
"""Each entry tells what is wrong, and the check that fails."""
