"""Wrong steps: subgradients of K."""

from __future__ import annotations

from typing import Any

import numpy as np

import test_convex_exact as exact
import test_convex_fenchel_young as fenchel_young
import test_convex_subgradient as subgradient
from convex_probe import Probe
from lionk_ref.convex import (
    L1,
    L2,
    DeadZone,
    Dilated,
    GroupL2,
    Huber,
    LInf,
    Lp,
    TopK,
)
from mutants.convex import wrong


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


def columns(self: GroupL2, z: Any) -> Any:
    """Groups that run down the columns."""
    flat = np.concatenate([z.reshape(-1), np.zeros(-z.size % self.size)])
    return np.ascontiguousarray(flat.reshape(self.size, -1).T)


def dilated_inside_forgotten(self: Dilated, z: Any) -> Any:
    """The chain rule without its inner half."""
    return self.c * self.K.subgradient(z)


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
        "lp-dimension",
        "the lp step times the root of the dimension",
        "lp.Lp.subgradient",
        lambda self, z: np.sqrt(z.size) * L2().subgradient(z),
        fenchel_young.check_equality,
        Probe(Lp(p=2.0)),
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
        "dilated-inner",
        "K(c z) with the subgradient at z",
        "calculus.Dilated.subgradient",
        dilated_inside_forgotten,
        fenchel_young.check_equality,
        Probe(Dilated(Huber(), 3.0)),
    ),
]
