"""The seventeen scenarios, as data."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction as F
from typing import Any

from lionk_ref.golden.data import DENSE, START, hashed, hashed_gradients
from lionk_ref.golden.families import DYADIC, DYADIC_IMPLICIT, USUAL, set_valued
from lionk_ref.golden.reference import Weights
from lionk_ref.golden.scenario import Script, scenario
from lionk_ref.golden.scenarios_k import extreme_scales, near_ties, spectra, spectra_as_sets

EIGHTH, LR = F(1, 8), F(0.01)
QUARTERS = Weights(F(1, 4), F(1, 2), F(0))


def scenarios() -> Iterator[dict[str, Any]]:
    """Every file of the scenarios, in order."""
    yield scenario(1, "dead-coordinate", _dead("binary32"), _dead("binary64"))
    yield scenario(2, "opposite-momentum", *_opposite())
    yield scenario(3, "decay-and-schedule", _schedule(), _schedule(scheme="implicit"))
    yield scenario(4, "phase-1", *_phase_1())
    yield scenario(5, "two-cycle", *_two_cycle())
    yield scenario(6, "ties", *_ties(), extra=set_valued("top_k", "explicit"))
    yield scenario(7, "not-a-number", _poisoned(math.nan), _poisoned(math.inf))
    yield scenario(8, "sixteen-bits", *map(_sixteen, ("bfloat16", "binary16")))
    yield scenario(9, "cautious", _cautious())
    yield scenario(10, "distributed-ties", _distributed())
    yield scenario(11, "scales", *_scales(), *extreme_scales())
    yield scenario(12, "whole-or-parts", *_whole_or_parts())
    yield scenario(13, "implicit-and-explicit", *_both_schemes())
    yield scenario(14, "muon", *_muon())
    yield scenario(15, "interface", *_interface())
    yield scenario(16, "spectra", *spectra(), extra=spectra_as_sets())
    yield scenario(17, "near-ties", *near_ties())


def _dead(dtype: str) -> Script:
    gradients = [(LR, (0, 1, -1), 10), (LR, (0, -2, 1), 20), (LR, (0, 0, 0), 170)]
    return Script("g = 0 at x0 = 0.5 for 200 steps: only the decay moves it",
                  gradients, (F(1, 2), F(1, 2), F(-1)), dtype=dtype)  # fmt: skip


def _opposite() -> Iterator[Script]:
    lines = [(EIGHTH, (8, -8, 8, -8), 1), (EIGHTH, (-1, 1, -4, 4), 1), (EIGHTH, (-2, 2, -1, 1), 1)]
    yield Script("signs of m_tilde, -g and m' all differ", lines, (1, 1, -1, -1), DYADIC)
    lines = [(EIGHTH, (8, -8, 8, -8), 1), (EIGHTH, (-1, 1, -2, 2), 1), (EIGHTH, (1, -1, -1, 1), 1)]
    yield Script("beta1 = 1/4: its place and that of 1 - beta1 differ", lines, (1, 1, -1, -1),
                 Weights(F(1, 4), F(1, 2), F(1, 2)))  # fmt: skip


def _schedule(scheme: str = "explicit") -> Script:
    lrs = (F(1, 8), F(1, 8), F(1, 2), F(1, 4), F(1, 4))
    lrs = lrs if scheme == "explicit" else (F(1, 2), F(1, 2), F(3, 2), F(1, 2), F(0))
    w = DYADIC if scheme == "explicit" else DYADIC_IMPLICIT
    lines = [(lr, g, 1) for lr, g in zip(lrs, DENSE, strict=True)]
    return Script("the step size changes mid-run; the decay is lr lam", lines, START, w,
                  scheme=scheme)  # fmt: skip


def _phase_1() -> Iterator[Script]:
    g = (-4, 4)
    yield Script("from 10/lam outwards: the distance shrinks by exactly 1 - lr lam",
                 [(EIGHTH, g, 1)] * 4, (20, -20), DYADIC)  # fmt: skip
    yield Script("the same, implicit: by exactly 1/(1 + lr lam)",
                 [(F(1, 2), g, 1)] * 4, (5, -5), DYADIC_IMPLICIT, scheme="implicit")  # fmt: skip
    yield Script("lr lam = 3/2: the explicit scheme overshoots, by the factor -1/2",
                 [(F(3), g, 1)] * 3, (20, -20), DYADIC)  # fmt: skip


def _two_cycle() -> Iterator[Script]:
    for q, lr in ((F(1), F(1, 64)), (F(1, 2), F(3, 64))):
        x = lr / (2 - q)
        w = Weights(F(0.9), F(0.99), F(float(q / lr)))
        lines = [(lr, (x * (-1) ** t, -x * (-1) ** t), 1) for t in range(4)]
        yield Script(f"f = x^2/2 on its 2-cycle x = +-lr/(2 - q), q = lr lam = {q}",
                     lines, (x, -x), w)  # fmt: skip


def _ties() -> Iterator[Script]:
    tied = [(EIGHTH, (6, 4, -4, 2, 0, 1), 1), (EIGHTH, (8, 1, -1, 3, 0, 0), 1)]
    yield Script("two entries tied at the second place: half a step each", tied, START, DYADIC,
                 K="top_k")  # fmt: skip
    clear = [(EIGHTH, (6, 4, -2, 1, 0, 3), 1), (EIGHTH, (-8, 1, 1, 16, 0, 2), 1)]
    yield Script("no ties: the same for every right implementation", clear, START, DYADIC,
                 K="top_k")  # fmt: skip


def _poisoned(value: float) -> Script:
    lines = [(EIGHTH, (2, -2, 2, 0), 1), (EIGHTH, (1, -1, 1, 0), 100)]
    # For inf the limit is dK = -1 there, which a large finite gradient has as well.
    if value == math.inf:
        lines = [(EIGHTH, (2, -2, 2, 2), 1), (EIGHTH, (1, -1, 1, 1), 100)]
    return Script(f"{value} in one gradient, then 100 clean steps", lines, (0, 1, -1, 2), QUARTERS,
                  poison=(3, value))  # fmt: skip


def _sixteen(dtype: str) -> Script:
    tiny = F(1, 1024) if dtype == "bfloat16" else F(1, 8192)
    w = Weights(F(1, 2), F(3, 4), F(1))
    lines = [(tiny, (4, -4, 0, 4), 20), (tiny * 64, (4, -4, 0, 1), 1)]
    return Script("lr below the spacing at x = 1: no progress; decay does nothing", lines,
                  (1, -1, 1, 0), w, dtype=dtype)  # fmt: skip


def _cautious() -> Script:
    lines = [(EIGHTH, (8, -8, 8, -8), 1), (EIGHTH, (-1, 1, 2, -2), 1), (EIGHTH, (1, -1, -1, 1), 1)]
    return Script("entries of m_tilde against their gradient still count in full", lines,
                  (1, 0, -1, F(1, 2)), DYADIC)  # fmt: skip


def _distributed() -> Script:
    lines = [(EIGHTH, (0, 1, 0, F(1, 2)), 1), (EIGHTH, (0, 0, -1, 0), 1), (EIGHTH, (0, 1, 1, 0), 1)]
    return Script("the mean over workers that disagree is 0: a tie is no vote", lines,
                  (1, 1, 1, 1), DYADIC)  # fmt: skip


def _scales() -> Iterator[Script]:
    for K, text in (("l1", "sign"), ("linf", "largest entry"), ("half_square", "identity")):
        for power in (-60, 40):
            lines = [(EIGHTH, [F(v) * F(2) ** power for v in g], 1) for g in DENSE[:2]]
            start = START if K != "half_square" else [0] * 6
            w = DYADIC if K != "half_square" else QUARTERS
            yield Script(f"{text} at the scale 2^{power}", lines, start, w, K=K)


def _whole_or_parts() -> Iterator[Script]:
    lines = [(LR, g, 1) for g in hashed_gradients("parts", 3, 6)]
    x0 = hashed("parts/x", 6)
    yield Script("one norm over both tensors, one after the other", lines, x0, K="l2")
    yield Script("one norm for each tensor of three", lines, x0, K="group_l2:size=3")


def _both_schemes() -> Iterator[Script]:
    w, gradients = DYADIC_IMPLICIT, DENSE[:4]
    yield Script("implicit, lr = 1/2", [(F(1, 2), g, 1) for g in gradients], START, w,
                 scheme="implicit")  # fmt: skip
    yield Script("explicit, lr' = lr/(1 + lr lam) = 1/4: the same x",
                 [(F(1, 4), g, 1) for g in gradients], START, w)  # fmt: skip


def _muon() -> Iterator[Script]:
    rows = [(4, 0, 0, 0, 2, 0), (-4, 0, 0, 0, -2, 0), (1, 0, 0, 0, -2, 0)]
    yield Script("mu = 1/2: beta1 = mu^2, beta2 = mu; orthogonal rows",
                 [(EIGHTH, g, 1) for g in rows], START, Weights(F(1, 4), F(1, 2), F(1, 2)),
                 K="nuclear", shape=(2, 3))  # fmt: skip
    for dtype in ("binary32", "binary64"):
        lines = [(LR, g, 1) for g in hashed_gradients("muon", 4, 6)]
        yield Script("mu = 0.95: beta1 = 0.9025, the polar factor", lines, hashed("muon/x", 6),
                     Weights(F(0.95) ** 2, F(0.95), F(0.1)), K="nuclear", shape=(2, 3),
                     dtype=dtype)  # fmt: skip


def _interface() -> Iterator[Script]:
    g = DENSE[0]
    yield Script("the same gradient twice", [(EIGHTH, g, 2), (EIGHTH, DENSE[1], 2)], START, DYADIC)
    rest = [(EIGHTH, g, 1), (F(0), DENSE[1], 1), (EIGHTH, DENSE[2], 1)]
    yield Script("lr = 0 in between: x rests, m moves", rest, START, DYADIC)
    yield Script("beta1 = 0: the momentum is not read", [(EIGHTH, v, 1) for v in DENSE[:4]], START,
                 Weights(F(0), F(3, 4), F(1, 2)))  # fmt: skip
    lines = [(F(0.1), v, 1) for v in hashed_gradients("wide", 3, 4)]
    yield Script("binary64 throughout: no detour by binary32", lines, hashed("wide/x", 4), USUAL,
                 dtype="binary64")  # fmt: skip
