"""Table 1. What a row of it is: parameters of eq. (3), beside an equation from elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lionk_ref.continuous.coefficients import Coefficients
from lionk_ref.continuous.flow import Flow, HasGradient, Phase
from lionk_ref.continuous.trajectory import Field, Variables
from lionk_ref.convex import ConvexFunction


def same_clock(t: float) -> float:
    """Eq. (3) and the textbook tell the same time."""
    return t


@dataclass(frozen=True)
class SpecialCase:
    """A row of Table 1, set up on a problem, twice: as eq. (3) and as its textbook has it.

    The first of the textbook's variables is x; the others are its own.

    Attributes
    ----------
    name, setting, source : str
        The algorithm, the table's condition on the parameters, and where the textbook's equation
        comes from.
    problem : Problem
        f.
    K, coefficients
        The parameters of eq. (3).
    textbook : callable
        The right side of the textbook's own ODE; it knows neither K nor the coefficients.
    enter : callable
        The textbook's variables at a point (x, m) of the flow.
    clock : callable
        The textbook's time at a time of eq. (3).
    """

    name: str
    setting: str
    source: str
    problem: Any
    K: ConvexFunction
    coefficients: Coefficients
    textbook: Field
    enter: Callable[[Phase], Variables]
    clock: Callable[[float], float] = same_clock

    @property
    def flow(self) -> Flow:
        """Eq. (3) with the row's parameters."""
        problem: HasGradient = self.problem
        return Flow(self.K, problem, self.coefficients)
