"""Wrong K."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

import test_arrays
import test_convex_calculus as calculus
import test_convex_coincidences as coincidences
import test_convex_conjugate_cvxpy as solver
import test_convex_edges as edges
import test_convex_exact as exact
import test_convex_fenchel_young as fenchel_young
import test_convex_predicates as predicates
import test_convex_projection as projection
import test_convex_subgradient as subgradient
from convex_probe import Probe
from helpers import MAKERS
from lionk_ref.convex import (
    L1,
    L2,
    DeadZone,
    Dilated,
    GroupL2,
    HalfSquare,
    Huber,
    LInf,
    LogCosh,
    Lp,
    PseudoHuber,
    Scaled,
    TopK,
    WeightedL1,
)
from mutants import Mutant

NUMPY = MAKERS["numpy"]()


def kth(a: Any, k: int) -> Any:
    """The k-th largest entry."""
    return np.sort(a.reshape(-1))[-k]


def by_index(self: TopK, a: Any) -> Any:
    """Ties broken by position."""
    chosen = np.zeros_like(a)
    chosen[np.argsort(-a, kind="stable")[: self.k]] = 1
    return chosen


def first_only(self: LInf, z: Any) -> Any:
    """The first of the largest entries, as argmax has it."""
    u = np.zeros_like(z)
    u[np.argmax(np.abs(z))] = np.sign(z[np.argmax(np.abs(z))])
    return u


def soft(z: Any, e: Any) -> Any:
    """The soft threshold."""
    return np.sign(z) * np.maximum(np.abs(z) - e, 0.0)


def simplex_search(y: Any, k: int) -> Any:
    """The textbook's projection on the l1 ball: sums of sorted entries, and no cap at 1."""
    a = np.sort(np.abs(y))[::-1]
    if a.sum() <= k:
        return +y
    excess = (np.cumsum(a) - k) / np.arange(1, a.size + 1)
    return soft(y, excess[max(np.flatnonzero(a > excess), default=0)])


def columns(self: GroupL2, z: Any) -> Any:
    """Groups that run down the columns."""
    flat = np.concatenate([z.reshape(-1), np.zeros(-z.size % self.size)])
    return np.ascontiguousarray(flat.reshape(self.size, -1).T)


def dilated_inside_forgotten(self: Dilated, z: Any) -> Any:
    """The chain rule without its inner half."""
    return self.c * self.K.subgradient(z)


def wrong(name: str, mistake: str, target: str, code: Any, check: Any, *of: Any) -> Mutant:
    """A mutant in ``convex/`` or in ``arrays.py``, whose check takes arguments."""
    room = "lionk_ref" if target.startswith("arrays.") else "lionk_ref.convex"
    return Mutant(name, mistake, f"{room}.{target}", code, partial(check, *of))


MUTANTS = [
    wrong(
        "sign-of-zero",
        "sign(0) = 1",
        "l1.sign",
        lambda z: np.where(z >= 0, 1.0, -1.0),
        subgradient.check_least_norm,
        Probe(L1()),
    ),
    wrong(
        "sign-of-minus-zero",
        "sign(-0.0) = -0.0",
        "l1.sign",
        lambda z: np.copysign(np.abs(np.sign(z)), z),
        exact.check_signs,
        L1(),
    ),
    wrong(
        "sign-of-nan",
        "sign(NaN) = 0",
        "l1.sign",
        lambda z: (z > 0) * 1.0 - (z < 0),
        edges.check_nan,
        Probe(L1()),
    ),
    wrong(
        "top-k-printed",
        "the top k as printed in Table 2: strictly above the k-th",
        "top_k.TopK._weights",
        lambda self, a: (a > kth(a, self.k)) * 1.0,
        subgradient.check_inequality,
        Probe(TopK()),
    ),
    wrong(
        "top-k-unshared",
        "the top k with all that tie, unshared",
        "top_k.TopK._weights",
        lambda self, a: (a >= kth(a, self.k)) * 1.0,
        exact.check_exact,
        TopK(),
    ),
    wrong(
        "top-k-by-index",
        "the top k with ties broken by position: least norm",
        "top_k.TopK._weights",
        by_index,
        subgradient.check_least_norm,
        Probe(TopK()),
    ),
    wrong(
        "top-k-order",
        "the top k with ties broken by position: equivariance",
        "top_k.TopK._weights",
        by_index,
        subgradient.check_equivariance,
        Probe(TopK()),
    ),
    wrong(
        "top-k-domain",
        "K* of the top k without the bound on the largest entry",
        "top_k.max_abs",
        lambda y: 0 * np.abs(y).max(),
        solver.check_conjugate,
        TopK(),
    ),
    wrong(
        "linf-first",
        "LInf moves the first of the largest",
        "linf.LInf.subgradient",
        first_only,
        subgradient.check_least_norm,
        Probe(LInf()),
    ),
    wrong(
        "linf-ties",
        "LInf lets ties move in full",
        "linf.nonzero",
        lambda count: 1.0,
        subgradient.check_inequality,
        Probe(LInf()),
    ),
    wrong(
        "huber-scale",
        "Huber's clip without 1/e",
        "huber.Huber.subgradient",
        lambda self, z: np.clip(z, -self.e, self.e),
        fenchel_young.check_equality,
        Probe(Huber(e=0.1)),
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
        "huber-dual",
        "Huber's dK* without e",
        "huber.Huber.conjugate_subgradient",
        lambda self, y: +y,
        fenchel_young.check_dual_equality,
        Probe(Huber(e=0.1)),
    ),
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
        "dead-zone-soft",
        "the dead zone as a soft threshold",
        "dead_zone.DeadZone.subgradient",
        lambda self, z: soft(z, self.e),
        fenchel_young.check_equality,
        Probe(DeadZone(e=1.0)),
    ),
    wrong(
        "dead-zone-edge",
        "the dead zone moves at |z| = e",
        "dead_zone.DeadZone.subgradient",
        lambda self, z: np.sign(z) * (np.abs(z) >= self.e),
        subgradient.check_least_norm,
        Probe(DeadZone(e=1.0)),
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
        "dead-zone-dual",
        "the dead zone's dK* is 0, as L1's",
        "dead_zone.DeadZone.conjugate_subgradient",
        L1.conjugate_subgradient,
        fenchel_young.check_dual_equality,
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
        "lp-q",
        "p in place of its dual exponent q",
        "lp.Lp.q",
        property(lambda self: self.p),
        subgradient.check_far_projection,
        Probe(Lp(p=3.0)),
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
        "lp-overflow",
        "the lp norm overflows",
        "lp.lp_norm",
        lambda z, p: np.sum(np.abs(z) ** p) ** (1 / p),
        fenchel_young.check_equality,
        Probe(Lp(p=3.0)),
    ),
    wrong(
        "lp-dimension",
        "the lp step times the root of the dimension",
        "lp.Lp.subgradient",
        lambda self, z: np.sqrt(z.size) * L2().subgradient(z),
        fenchel_young.check_equality,
        Probe(Lp(p=2.0)),
    ),
    wrong(
        "lp-radial",
        "the lq ball by scaling",
        "lp.project_lq_ball",
        lambda y, q: y / max(1.0, np.sum(np.abs(y) ** q) ** (1 / q)),
        projection.check_lq_ball,
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
        "pseudo-huber-cancels",
        "pseudo-Huber loses small z to cancellation",
        "pseudo_huber.PseudoHuber.value",
        lambda self, z: np.sum(np.hypot(z, self.e) - self.e),
        fenchel_young.check_equality,
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
        "l2-always",
        "the l2 projection scales what is inside as well",
        "l2.L2.project_domain",
        L2.subgradient,
        projection.check_inside_stays,
        Probe(L2()),
    ),
    wrong(
        "l2-never",
        "the l2 projection is the identity",
        "l2.L2.project_domain",
        lambda self, y: +y,
        projection.check_in_domain,
        Probe(L2()),
    ),
    wrong(
        "top-k-uncapped",
        "the projection for the top k without the cap at 1",
        "top_k.project_capped_l1",
        simplex_search,
        projection.check_capped_l1,
        TopK(),
    ),
    wrong(
        "linf-cancels",
        "large entries swallow the others in the projection on the l1 ball",
        "linf.project_capped_l1",
        simplex_search,
        projection.check_capped_l1,
        LInf(),
    ),
    wrong(
        "weights-projection",
        "the weighted box with the sides of the plain one",
        "weighted_l1.WeightedL1.project_domain",
        L1.project_domain,
        projection.check_in_domain,
        Probe(WeightedL1(weights=0.5)),
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
        "group-columns",
        "groups along the wrong axis",
        "group_l2.GroupL2._rows",
        columns,
        exact.check_groups,
        GroupL2(size=3),
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
        "aliased",
        "a projection that is its own argument",
        "half_square.HalfSquare.project_domain",
        lambda self, y: y,
        projection.check_idempotent,
        Probe(HalfSquare()),
    ),
    wrong(
        "widened",
        "float32 widened by a sum",
        "l1.total",
        lambda z: np.sum(z, dtype="float64"),
        fenchel_young.check_equality,
        Probe(L1(), dtype="float32"),
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
        "infinity",
        "infinity divided by infinity",
        "l2.scaled",
        lambda z, largest: z / (largest + (largest == 0)),
        edges.check_infinity,
        Probe(L2()),
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
        "dilated-inner",
        "K(c z) with the subgradient at z",
        "calculus.Dilated.subgradient",
        dilated_inside_forgotten,
        fenchel_young.check_equality,
        Probe(Dilated(Huber(), 3.0)),
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
    wrong(
        "blocks-distance",
        "distances of blocks added",
        "base.norm",
        lambda tree: sum(np.sqrt(np.sum(a * a)) for a in getattr(tree, "values", lambda: [tree])()),
        calculus.check_blocks,
        L1(),
        L2(),
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
    wrong(
        "norm-overflow",
        "a norm that overflows",
        "arrays.norm",
        lambda z: np.sqrt(np.sum(z * z)),
        test_arrays.check_norm,
        NUMPY,
    ),
    wrong(
        "total-narrow",
        "a sum held in float32",
        "arrays.total",
        lambda z: np.cumsum(z)[-1],
        test_arrays.check_total,
        NUMPY,
    ),
    wrong(
        "scaled-by-zero",
        "a scale that divides by zero",
        "arrays.scaled",
        lambda z, largest: z / (largest + 1e-300),
        test_arrays.check_scaled,
        NUMPY,
    ),
]
