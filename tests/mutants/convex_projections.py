"""Wrong projections on dom K*, and wrong subgradients of K*."""

from __future__ import annotations

from typing import Any

import numpy as np

import test_convex_calculus as calculus
import test_convex_fenchel_young as fenchel_young
import test_convex_projection as projection
import test_convex_subgradient as subgradient
from convex_probe import Probe
from lionk_ref.convex import (
    L1,
    L2,
    DeadZone,
    HalfSquare,
    Huber,
    LInf,
    Lp,
    TopK,
    WeightedL1,
)
from mutants.convex import wrong


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


MUTANTS = [
    wrong(
        "huber-dual",
        "Huber's dK* without e",
        "huber.Huber.conjugate_subgradient",
        lambda self, y: +y,
        fenchel_young.check_dual_equality,
        Probe(Huber(e=0.1)),
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
        "lp-q",
        "p in place of its dual exponent q",
        "lp.Lp.q",
        property(lambda self: self.p),
        subgradient.check_far_projection,
        Probe(Lp(p=3.0)),
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
        "aliased",
        "a projection that is its own argument",
        "half_square.HalfSquare.project_domain",
        lambda self, y: y,
        projection.check_idempotent,
        Probe(HalfSquare()),
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
]
