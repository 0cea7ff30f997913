"""What a certified run hands over: both sides of every promise, and the verdicts."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from lionk_ref.arrays import array_namespace, as_float
from lionk_ref.certificates.judgement import Equality, Inequality, Verdict
from lionk_ref.certificates.lyapunov import Point
from lionk_ref.discrete import LionK, State


@dataclass(frozen=True)
class Certificate:
    """What was promised of a run and what was measured.

    Attributes
    ----------
    optimizer, problem : LionK, str
        What ran, on what.
    dtype : str
        The dtype of the run; the certificate itself is in float64.
    steps : int
        The number of steps.
    promises : dict of Inequality or Equality
        For each promise both its sides, its tolerance and where it applies, over the steps.
    verdicts : tuple of Verdict
        One for each promise, and one for their telescoped sum.
    points : list of Point
        The states in float64, with f, K, K* and the distance to dom K*: steps + 1 of them.
    final : State
        The last state, as the run has it.
    gap : float
        The Frank-Wolfe gap at the end.
    """

    optimizer: LionK
    problem: str
    dtype: str
    steps: int
    promises: dict[str, Inequality | Equality]
    verdicts: tuple[Verdict, ...]
    points: list[Point]
    final: State
    gap: float

    @property
    def ok(self) -> bool:
        """Whether every promise holds at every step where it applies."""
        return all(v.holds for v in self.verdicts)

    @property
    def residual_max(self) -> float:
        """The largest relative residual of the energy balance."""
        balance = self.promises["energy balance"]
        assert isinstance(balance, Equality)
        return as_float(array_namespace(balance.residual).max(balance.residual))

    def worst(self, name: str) -> float:
        """The slack of a promise at its worst step; NaN if nothing was promised."""
        return next((v.worst for v in self.verdicts if v.name == name), math.nan)

    def summary(self) -> dict[str, Any]:
        """The row of report.json."""
        return {
            "K": repr(self.optimizer.K),
            "scheme": self.optimizer.scheme,
            "problem": self.problem,
            "backend": self.optimizer.backend,
            "dtype": self.dtype,
            "steps": self.steps,
            "residual_max": self.residual_max,
            "slack_min": self.worst("Theorem 4.1"),
            "phase_1_slack_min": self.worst("phase 1"),
            "telescoped_slack": self.worst("telescoped"),
            "final_gap": self.gap,
            "ok": self.ok,
        }
