"""Wrong curvatures of problems: of a saddle, and of log-sum-exp where its form changes."""

from __future__ import annotations

from typing import Any

import numpy as np

import test_problem_majorants
import test_problems
from mutants import Mutant

LARGE = "lionk_ref.problems.log_sum_exp.LARGE"
"""Between 1 and 700 any number serves: both forms are right to rounding there."""


def check_divergence() -> None:
    """Steps of a millionth to a thousand from scores of all sizes, as hypothesis draws them."""
    for size in (0.0, 1.0, 700.0):
        for step in (1e-6, 1.0, 35.0, 1000.0):
            test_problems.test_divergence_of_log_sum_exp.hypothesis.inner_test(
                [size, 0.0, -size], [-step, step / 2, step]
            )


def all_of_q(self: Any) -> Any:
    """The rows of |Q| for those of |Q+|."""
    return np.sum(np.abs(self.Q), axis=1)


MUTANTS = [
    Mutant("saddle-majorant", str(all_of_q.__doc__),
           "lionk_ref.problems.Quadratic.diagonal_majorant", all_of_q,
           test_problem_majorants.check_saddle),
    Mutant("divergence-late", "the form changes beyond where exp overflows", LARGE, 1000.0,
           check_divergence),
    Mutant("divergence-early", "the form changes where log(sum) cancels", LARGE, -2.0,
           check_divergence),
]  # fmt: skip
