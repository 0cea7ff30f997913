"""Wrong K and K*: constants, factors and domains."""

from __future__ import annotations

import numpy as np

import test_convex_coincidences as coincidences
import test_convex_conjugate_cvxpy as solver
import test_convex_fenchel_young as fenchel_young
import test_convex_predicates as predicates
import test_convex_projection as projection
from convex_probe import Probe
from lionk_ref.convex import (
    L1,
    DeadZone,
    Dilated,
    HalfSquare,
    Huber,
    LogCosh,
    Lp,
    PseudoHuber,
    Scaled,
    TopK,
    WeightedL1,
)
from mutants.convex import wrong

MUTANTS = [
    wrong(
        "top-k-domain",
        "K* of the top k without the bound on the largest entry",
        "top_k.max_abs",
        lambda y: 0 * np.abs(y).max(),
        solver.check_conjugate,
        TopK(),
    ),
    wrong(
        "huber-line",
        "Huber's line at |z| - e",
        "huber.Huber.value",
        lambda self, z: np.sum(
            np.where(np.abs(z) < self.e, z * z / (2 * self.e), np.abs(z) - self.e)
        ),
        coincidences.check_envelope,
        3.0,
    ),
    wrong(
        "huber-conjugate-half",
        "Huber's K* without 1/2",
        "huber.Huber.conjugate",
        lambda self, y: np.where(np.abs(y).max() > 1, np.inf, self.e * np.sum(y * y)),
        solver.check_conjugate,
        Huber(e=3.0),
    ),
    wrong(
        "dead-zone-conjugate",
        "the dead zone's K* without e |y|_1",
        "dead_zone.DeadZone.conjugate",
        L1.conjugate,
        fenchel_young.check_equality,
        Probe(DeadZone(e=1.0)),
    ),
    wrong(
        "dead-zone-support",
        "no support of argmin K for the dead zone",
        "dead_zone.DeadZone.argmin_support",
        L1.argmin_support,
        fenchel_young.check_equality,
        Probe(DeadZone(e=1.0)),
    ),
    wrong(
        "lp-q-solver",
        "p in place of q, as the solver sees it",
        "lp.Lp.q",
        property(lambda self: self.p),
        solver.check_conjugate,
        Lp(p=3.0),
    ),
    wrong(
        "pseudo-huber-conjugate",
        "pseudo-Huber's K* without e",
        "pseudo_huber.PseudoHuber.conjugate",
        lambda self, y: np.sum(1 - np.sqrt(1 - np.minimum(y * y, 1))),
        fenchel_young.check_equality,
        Probe(PseudoHuber(e=0.1)),
    ),
    wrong(
        "pseudo-huber-offset",
        "pseudo-Huber is not 0 at 0",
        "pseudo_huber.PseudoHuber.value",
        lambda self, z: np.sum(np.hypot(z, self.e)),
        fenchel_young.check_normalised,
        Probe(PseudoHuber()),
    ),
    wrong(
        "log-cosh-offset",
        "log cosh without log 2",
        "log_cosh.LogCosh.value",
        lambda self, z: self.e * np.sum(np.logaddexp(z / self.e, -z / self.e)),
        fenchel_young.check_normalised,
        Probe(LogCosh()),
    ),
    wrong(
        "log-cosh-half",
        "log cosh's K* without 1/2",
        "log_cosh.LogCosh.conjugate",
        lambda self, y: self.e * np.sum((1 + y) * np.log1p(y) + (1 - y) * np.log1p(-y)),
        solver.check_conjugate,
        LogCosh(),
    ),
    wrong(
        "weights-conjugate",
        "K* of the weighted norm without the weights",
        "weighted_l1.WeightedL1.conjugate",
        L1.conjugate,
        projection.check_distance,
        Probe(WeightedL1(weights=0.5)),
    ),
    wrong(
        "half-square-conjugate",
        "half a square's K* with c on the wrong side",
        "half_square.HalfSquare.conjugate",
        lambda self, y: self.c / 2 * np.sum(y * y),
        fenchel_young.check_equality,
        Probe(HalfSquare(c=0.25)),
    ),
    wrong(
        "gap-sign",
        "the gap with the wrong sign of <z, y>",
        "base.dot",
        lambda z, y: -np.sum(z * y),
        fenchel_young.check_gap,
        Probe(L1()),
    ),
    wrong(
        "dilated-conjugate",
        "K(c z) with K* of y",
        "calculus.Dilated.conjugate",
        lambda self, y: self.K.conjugate(y),
        fenchel_young.check_dual_equality,
        Probe(Dilated(L1(), 3.0)),
    ),
    wrong(
        "dilated-support",
        "K(c z) with the support of argmin K as it is",
        "calculus.Dilated.argmin_support",
        lambda self, x: self.K.argmin_support(x),
        predicates.check_argmin_support,
        Probe(Dilated(DeadZone(e=1.0), 2.0)),
    ),
    wrong(
        "scaled-conjugate",
        "c K with K*(c y)",
        "calculus.Scaled.conjugate",
        lambda self, y: self.c * self.K.conjugate(self.c * y),
        fenchel_young.check_dual_equality,
        Probe(Scaled(Huber(), 3.0)),
    ),
    wrong(
        "scaled-outer",
        "c K with K*(y/c) not times c",
        "calculus.Scaled.projected_conjugate",
        lambda self, y: self.K.projected_conjugate(y / self.c),
        fenchel_young.check_equality,
        Probe(Scaled(Huber(), 3.0)),
    ),
]
