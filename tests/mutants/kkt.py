"""Wrong proximal points of K*, and a wrong KKT residual made of right ones."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

import test_kkt as kkt
from convex_probe import Probe
from lionk_ref.convex import L1, DeadZone, Dilated, HalfSquaredNorm, Huber, LogCosh
from mutants import Mutant

ROOM = "lionk_ref.convex"


def unscaled(K: Any, gradient: Any, x: Any, lam: float) -> Any:
    """|x - prox(x - g)|, without lam."""
    return np.linalg.norm(x - K.conjugate_prox(x - gradient))


MUTANTS = [
    Mutant("prox-without-penalty", "the projection on dom K* for the proximal point",
           f"{ROOM}.dead_zone.DeadZone.conjugate_prox",
           lambda self, v, step=1.0: self.project_domain(v),
           partial(kkt.check_proximal, Probe(DeadZone(0.5)))),
    Mutant("prox-of-k", "the proximal point of K for that of K*",
           f"{ROOM}.huber.Huber.conjugate_prox",
           lambda self, v, step=1.0: v - np.clip(v / (step + self.e), -1.0, 1.0),
           partial(kkt.check_zero, Probe(Huber()))),
    Mutant("prox-dilated-step", "step/c for step/c^2",
           f"{ROOM}.calculus.Dilated.conjugate_prox",
           lambda self, v, step=1.0: self.c * self.K.conjugate_prox(v / self.c, step / self.c),
           partial(kkt.check_proximal, Probe(Dilated(LogCosh(), 3.0)))),
    Mutant("prox-few-halvings", "a search for the radius that stops early",
           f"{ROOM}.roots.ROUNDS", 8,
           partial(kkt.check_proximal, Probe(HalfSquaredNorm(L1())))),
    Mutant("kkt-without-lam", "x for lam x", "test_kkt:kkt_residual", unscaled,
           partial(kkt.check_optimum, *kkt.MODELS[0])),
]  # fmt: skip
"""Each entry tells what is wrong, and the check that fails."""
