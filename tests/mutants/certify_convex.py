"""A certificate of K that does not look."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

import test_certify_convex
from lionk_ref.certificates.judgement import Inequality
from mutants import Mutant

ROOM = "lionk_ref.validation.promises"


def nothing(answers: Any) -> Inequality:
    """0 <= 0."""
    zero = np.zeros(1)
    return Inequality(zero, zero, zero, zero == 0)


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
           partial(test_certify_convex.test_a_wrong_part_is_named, "no box")),
    Mutant("at-the-edge", "K* at the edge of its domain, where it may round to inf",
           "lionk_ref.validation.answers.INWARD", -1e-9,
           partial(test_certify_convex.test_the_whole_catalogue_passes,
                   (6,), test_certify_convex.L2())),
]  # fmt: skip
"""Each entry tells what is wrong, and the check that fails."""
