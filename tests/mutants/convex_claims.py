"""Wrong claims of a K about itself."""

from __future__ import annotations

import test_convex_predicates as predicates
from convex_probe import Probe
from lionk_ref.convex import (
    L2,
    Dilated,
    Huber,
    LogCosh,
)
from mutants.convex import wrong

MUTANTS = [
    wrong(
        "huber-smoothness",
        "Huber is e-smooth",
        "huber.Huber.smoothness",
        property(lambda self: self.e),
        predicates.check_smoothness,
        Probe(Huber(e=0.1)),
    ),
    wrong(
        "loose-smoothness",
        "a smoothness that is safe but not the best",
        "log_cosh.LogCosh.smoothness",
        property(lambda self: 1.2 / self.e),
        predicates.check_smoothness,
        Probe(LogCosh()),
    ),
    wrong(
        "huber-strict",
        "Huber called strictly convex",
        "huber.Huber.strictly_convex",
        True,
        predicates.check_strictly_convex,
        Probe(Huber()),
    ),
    wrong(
        "dilated-smoothness",
        "K(c z) with c L in place of c^2 L",
        "calculus.Dilated.smoothness",
        property(lambda self: self.c * self.K.smoothness),
        predicates.check_smoothness,
        Probe(Dilated(Huber(), 3.0)),
    ),
    wrong(
        "l2-separable",
        "the l2 norm called separable",
        "l2.L2.separable",
        True,
        predicates.check_separable,
        Probe(L2()),
    ),
    wrong(
        "huber-homogeneous",
        "Huber called positively homogeneous",
        "huber.Huber.positively_homogeneous",
        True,
        predicates.check_homogeneous,
        Probe(Huber()),
    ),
]
