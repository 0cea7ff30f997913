"""Mistakes in the 2-cycle, in Distributed Lion, in cautious decay, and in Muon's map."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import numpy as np

import test_muon
import test_nesterov
import test_relatives
import test_two_cycle
from helpers import MAKERS
from lionk_ref.certificates.two_cycle import TwoCycle
from lionk_ref.discrete import State, explicit
from mutants import Mutant

LIBRARY = MAKERS["numpy"]()


def exact_cycle() -> None:
    """The cycle of the second case, in Fractions."""
    test_two_cycle.check_exact(*test_two_cycle.CASES[1])


def half_step(curvature: Any, *, lr: Any, beta1: Any, beta2: Any, lam: Any) -> TwoCycle:
    """The amplitude lr/2 of lam = 0, with a decay."""
    x = lr / 2
    m = curvature * x * (1 - beta2) / (1 + beta2)
    margin = curvature * x * (1 + beta2 - 2 * beta1) / (1 + beta2)
    return TwoCycle(x, m, margin, (1 - lr * lam, beta2))


def wide_basin(cycle: TwoCycle, curvature: Any, beta1: Any, beta2: Any) -> Any:
    """A basin 40 times as large."""
    return 40 * cycle.margin


def tie_is_minus(us: list[Any], vote: str, tie: float) -> Any:
    """What a vote in one bit does: a tie is -1, whatever is asked for."""
    total = sum(us)
    return total / len(us) if vote == "average" else np.where(total > 0, 1.0, -1.0)


def sum_of_votes(us: list[Any], vote: str, tie: float) -> Any:
    """The sum for the average."""
    return sum(us) if vote == "average" else np.where(sum(us) == 0, tie, np.sign(sum(us)))


def resting(K: Any, s: State, g: Any, *, lam: float, **rest: float) -> State:
    """No decay where the step is 0."""
    u = explicit(K, State(0 * s.x, s.m), g, lam=0.0, **rest).x
    return explicit(K, State(s.x, s.m), g, lam=lam * (u * s.x < 0), **rest)


def close_to(rel_tol: float) -> SimpleNamespace:
    """The module ``math`` with another idea of what is equal."""
    return SimpleNamespace(isclose=lambda a, b, **_: math.isclose(a, b, rel_tol=rel_tol))


def uncorrected_ahead(mu: Any, steps: int, corrected: bool) -> list[Any]:
    """Both parts divided alike, which leaves the direction of the plain Muon."""
    return [WEIGHTS(mu, steps, corrected=False)[age] / (1 - mu**steps) for age in range(steps)]


MATH = "lionk_ref.discrete.muon.math"
WEIGHTS = test_muon.weights_of

MUTANTS = (
    Mutant("cycle-amplitude", "lr/2 for lr/(2 - lr lam)", "test_two_cycle.two_cycle",
           half_step, exact_cycle),
    Mutant("cycle-basin", "a basin in which signs change", "test_two_cycle.basin", wide_basin,
           lambda: test_two_cycle.check_attracts(*test_two_cycle.CASES[1])),
    Mutant("vote-tie", "a tie votes -1", "lionk_ref.discrete.distributed:_vote", tie_is_minus,
           lambda: test_relatives.check_votes(LIBRARY)),
    Mutant("vote-sum", "the sum of the votes for their average",
           "lionk_ref.discrete.distributed:_vote", sum_of_votes,
           lambda: test_relatives.check_votes(LIBRARY)),
    Mutant("cautious-at-rest", str(resting.__doc__), "test_relatives.cautious_decay", resting,
           test_relatives.check_decay_at_rest),
    Mutant("nesterov-nearly", "a beta1 near beta2^2 is taken for it", MATH, close_to(1e-6),
           test_nesterov.check_near),
    Mutant("nesterov-bitwise", "a beta1 that was typed in is not beta2^2", MATH, close_to(0.0),
           test_nesterov.check_typed_in),
    Mutant("parting-steps", "four Newton-Schulz steps for five", "test_muon.newton_schulz",
           lambda z, name, steps: __import__("lionk_ref").convex.newton_schulz(z, name, steps - 1),
           test_muon.check_parting),
    Mutant("muon-weights", "one correction for both parts of the look-ahead",
           "test_muon.weights_of", uncorrected_ahead, test_muon.check_bias_correction),
)  # fmt: skip
