"""What a certified trajectory hands over: both sides of every promise, and the verdicts."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from lionk_ref.arrays import array_namespace, as_float
from lionk_ref.certificates.flow_point import FlowPoint
from lionk_ref.certificates.judgement import Equality, Inequality, Verdict
from lionk_ref.certificates.theorem_3_1 import kkt_residual
from lionk_ref.continuous import Flow


@dataclass(frozen=True)
class FlowCertificate:
    """What Theorem 3.1 promises of a trajectory and what was measured.

    Attributes
    ----------
    flow, problem : Flow, str
        What was followed, on what.
    time : float
        How long.
    promises : dict of Inequality or Equality
        For each promise both its sides, its tolerance and where it applies.
    verdicts : tuple of Verdict
        One for each promise.
    points : list of FlowPoint
        What was evaluated at the points of the trajectory.
    """

    flow: Flow
    problem: str
    time: float
    promises: dict[str, Inequality | Equality]
    verdicts: tuple[Verdict, ...]
    points: list[FlowPoint]

    @property
    def ok(self) -> bool:
        """Whether every promise holds wherever it applies."""
        return all(v.holds for v in self.verdicts)

    @property
    def kkt(self) -> tuple[float, float]:
        """The KKT residual of F, at the first point inside dom K* and at the last point."""
        first = next((p for p in self.points if as_float(p.inside)), self.points[-1])
        return as_float(kkt_residual(first)), as_float(kkt_residual(self.points[-1]))

    def residual_max(self, name: str = "dH/dt = -Delta") -> float:
        """The largest relative residual of an equality where it applies; NaN if it never does."""
        promise = self.promises[name]
        assert isinstance(promise, Equality)
        xp = array_namespace(promise.scale)
        applies = promise.scale == promise.scale
        largest = xp.max(xp.where(applies, promise.residual, xp.zeros_like(promise.scale)))
        return as_float(largest) if bool(xp.any(applies)) else math.nan

    def verdict(self, name: str) -> Verdict:
        """The verdict on the promise of this name."""
        return next(v for v in self.verdicts if v.name == name)

    def summary(self) -> dict[str, Any]:
        """The row of report.json."""
        r = self.flow.coefficients.at(0.0)
        return {
            "K": repr(self.flow.K),
            "scheme": "flow",
            "problem": self.problem,
            "backend": "core",
            "dtype": "float64",
            **r._asdict(),
            "time": self.time,
            "steps": len(self.points) - 1,
            "steps_inside": self.verdict("dH/dt by differences").steps,
            "residual_max": self.residual_max(),
            "difference_residual_max": self.residual_max("dH/dt by differences"),
            "phase_1_slack_min": self.verdict("phase 1 of the flow").worst,
            "average_slack": self.verdict("average of Delta").worst,
            "final_kkt": self.kkt[1],
            "final_gap": -as_float(self.promises["gap of F"].measured[0]),
            "ok": self.ok,
        }
