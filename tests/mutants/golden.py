"""Mistakes in the golden vectors' scenarios of extremes: in their numbers, and in what is told."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import flint
import numpy as np

import test_golden_extremes as extremes
from lionk_ref.golden.data import DENSE
from mutants import Mutant

SCENARIOS = "lionk_ref.golden.scenarios_k."


def projected(*v: int) -> list[list[int]]:
    """v v' is subtracted once: no reflection, and no orthogonal matrix."""
    length = sum(a * a for a in v)
    return [[length * (i == j) - a * b for j, b in enumerate(v)] for i, a in enumerate(v)]


def tamed(power: int, steps: int = 1) -> list[Any]:
    """The scales are 2^+-50, whose squares fit."""
    return [(Fraction(1, 8), [v * Fraction(2) ** (power // 2) for v in DENSE[0]], 1)]


def clamped(values: Any, dtype: str) -> dict[str, Any]:
    """What is below 1e-30 is written as 0."""
    from lionk_ref.golden.formats import encode

    return {"bits": [encode(v if abs(v) > 1e-30 else 0.0, dtype) for v in values], "approx": ""}


def loosely(a: Any, b: Any, tolerance: Any) -> bool:
    """Numbers are alike to 64 roundings of 1, however small they are."""
    return bool(np.all(np.abs(a - b) <= tolerance + 64 * np.finfo(a.dtype).eps))


MUTANTS = (
    Mutant("golden-no-reflection", str(projected.__doc__), "lionk_ref.golden.data._reflection",
           projected, extremes.check_spectra),
    Mutant("golden-rotations-end-early", "columns count as orthogonal at 2^-12",
           "lionk_ref.golden.ball_matrices.NEGLIGIBLE", flint.arb(2) ** -12,
           extremes.check_spectra),
    Mutant("golden-tamed-scales", str(tamed.__doc__), SCENARIOS + "_scaled",
           tamed, extremes.check_scales),
    Mutant("golden-no-small-slopes", str(clamped.__doc__),
           "lionk_ref.golden.trajectories.array", clamped, extremes.check_limits),
    Mutant("golden-wide-ties", "the entries are 1/8 apart", SCENARIOS + "GAP",
           Fraction(1, 8), extremes.check_near_ties),
    Mutant("golden-loose-suspects", str(loosely.__doc__), "lionk_ref.golden.diagnose._alike",
           loosely, extremes.check_tiny_named),
)  # fmt: skip
