"""Mistakes in Figures 6 and 7: steps that are not matched, a loose bound, no error bars."""

from __future__ import annotations

from typing import Any

import numpy as np

import test_figures_6_7 as tests
from lionk_ref.arrays import as_float, max_abs
from lionk_ref.discrete import LionK
from lionk_ref.experiments.three_nets import k_of
from mutants import Mutant

ROOM = "lionk_ref.experiments"


def root_of_p(p: float, sizes: Any, lr: Any, lam: float, backend: str = "core") -> Any:
    """n^(1/p) for n^(1 - 1/p): the exponent of p for that of q."""
    K = k_of(p)
    return {k: LionK(K, lr=lr * n ** (1 / p), lam=lam / n ** (1 / p)) for k, n in sizes.items()}


def inside_forgotten(config: Any, steps: Any, first: Any) -> Any:
    """A norm that begins inside is allowed 1 from the start."""
    decay = (1 - config.lr * config.lam) ** np.asarray(steps, dtype=float)
    return 1 + decay[:, None] * np.maximum(first - 1, 0)


def largest_for_both(self: Any, training: Any, context: Any, at: Any) -> Any:
    """max|w| for p = 2 as well."""
    lams = {name: training.optimizer_of(name).lam for name in at.x}
    return {"norm": {name: lams[name] * as_float(max_abs(w)) for name, w in at.x.items()}}


def by_the_mean(losses: Any, smaller_is_better: bool) -> str:
    """A verdict without error bars."""
    means = losses.mean(axis=1) if smaller_is_better else losses[::-1].mean(axis=1)
    if means[-1] <= means[0]:
        return "not at this scale"
    return "reproduced" if (np.diff(means) > 0).all() else "partly"


MUTANTS = (
    Mutant("matched-exponent", "n^(1/p)", "test_figures_6_7.matched", root_of_p,
           tests.check_matched),
    Mutant("norm-bound-inside", "1 from the start", "test_figures_6_7.allowed", inside_forgotten,
           tests.check_allowed),
    Mutant("norm-of-the-other-k", "max|w| for |w|_2", f"{ROOM}.figure_6.DualNorms.measure",
           largest_for_both, tests.check_dual_norms),
    Mutant("verdict-without-errors", "means alone", "test_figures_6_7.verdict", by_the_mean,
           tests.check_verdicts),
    Mutant("standard-deviation", "not divided by sqrt n", "test_figures_6_7.mean_and_error",
           lambda v: (v.mean(axis=-1), v.std(axis=-1, ddof=1)), tests.test_standard_error),
)  # fmt: skip
"""The mistakes."""
