"""Section 4. The noisy gradient g of a run on minibatches, from a seed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import array_api_compat
import numpy as np

from lionk_ref.arrays import Arrays, array_namespace
from lionk_ref.problems.base import Problem


@dataclass(frozen=True, eq=False)
class Minibatch:
    """Gradients of f's mean over a few examples at a time.

    Step t draws ``batch_size`` different examples, every such set with the same probability and
    independently of the other steps: given x_t, the mean of the gradient is that of f.

    Parameters
    ----------
    problem : Problem
        The full f, a mean over examples.
    batch_size : int
        From 1 to the number of examples; at that number the gradient is the full one.
    seed : int
        With t it determines the batch.

    Examples
    --------
    >>> from lionk_ref.problems import LeastSquares
    >>> batches = Minibatch(LeastSquares.random(n=60), batch_size=4, seed=1)
    >>> bool((batches.rows(7) == batches.rows(7)).all())
    True
    """

    problem: Problem
    batch_size: int
    seed: int = 0

    def __post_init__(self) -> None:
        kind = type(self.problem).__name__
        if not self.problem.row_fields:
            raise TypeError(f"Minibatch needs a problem that is a mean over examples, got {kind}.")
        n = self.problem.row_count
        if not 1 <= self.batch_size <= n:
            raise ValueError(f"Minibatch needs 1 <= batch_size <= {n}, got {self.batch_size}.")
        if self.seed < 0:
            raise ValueError(f"Minibatch needs seed >= 0, got {self.seed}.")

    def rows(self, t: int) -> Any:
        """The examples of step t of Section 4's noisy run: ascending integers, on the host."""
        rng = np.random.default_rng((self.seed, t))
        return np.sort(rng.choice(self.problem.row_count, self.batch_size, replace=False))

    def gradient(self, x: Arrays, t: int) -> Arrays:
        """The g of eq. (2) at step t, t >= 0: the gradient at x of the mean over the batch."""
        data = getattr(self.problem, self.problem.row_fields[0])
        device = array_api_compat.device(data)
        rows = array_namespace(data).asarray(self.rows(t), device=device)
        return self.problem.restricted(rows).gradient(x)
