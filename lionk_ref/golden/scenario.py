"""Scenarios: cases in which implementations were seen to differ, and how they are built."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction as F
from typing import Any

from lionk_ref.convex import from_text
from lionk_ref.golden.document import document, group
from lionk_ref.golden.families import EQUATION, USUAL
from lionk_ref.golden.formats import encode
from lionk_ref.golden.reference import Rationals, Weights
from lionk_ref.golden.trajectories import (
    SHORT,
    Plan,
    Stimulus,
    certified_test,
    exact_test,
    is_exact,
)


@dataclass(frozen=True)
class Script:
    """One test of a scenario: settings, a start, and (lr, g, repeat) line by line."""

    comment: str
    lines: Sequence[tuple[Any, Sequence[Any], int]]
    x0: Sequence[Any]
    w: Weights = USUAL
    K: str = "l1"
    scheme: str = "explicit"
    dtype: str = "binary32"
    shape: tuple[int, ...] | None = None
    poison: tuple[int, float] | None = None

    @property
    def plan(self) -> Plan:
        """The settings of the trajectory."""
        shape = self.shape or (len(self.x0),)
        x0 = [F(v) for v in self.x0]
        return Plan(from_text(self.K), self.scheme, self.dtype, shape, self.w, x0)

    @property
    def stimuli(self) -> list[Stimulus]:
        """The lines, exactly."""
        return [Stimulus(F(lr), [F(v) for v in g], n) for lr, g, n in self.lines]

    def group(self, flag: str = "Scenario") -> dict[str, Any]:
        """The group of vectors: exact where the numbers are, else certified."""
        plan, words = self.plan, {"comment": self.comment, "specification": EQUATION[self.scheme]}
        exact = self.dtype in SHORT or is_exact(plan, self.stimuli)
        make = exact_test if exact else certified_test
        flags = [flag, "Exact" if exact else "Certified"]
        flags += ["NonFinite"] if self.poison else []
        test = make(plan, self.stimuli, 1, flags=flags, **words)
        if self.poison:
            _poison(test, plan.dtype, *self.poison)
        kind = "exact_trajectory" if exact else "certified_trajectory"
        return group(kind, plan.K, plan.scheme, plan.dtype, plan.shape, plan.w, [test])


def _poison(test: dict[str, Any], dtype: str, at: int, value: float) -> None:
    """Put NaN or inf into the first gradient at one coordinate, and what follows from it there.

    NaN makes m and x NaN for ever. inf makes m infinite, while dK is the limit, and x is finite.
    """
    _put(test["steps"][0]["g"], at, value, dtype)
    for step in test["steps"]:
        for name in ("m_tilde", "m") if value == value and abs(value) > 0 else _ALL:
            _put(step[name], at, -value, dtype)


_ALL = ("m_tilde", "m", "u", "x")


def _put(array: dict[str, Any], at: int, value: float, dtype: str) -> None:
    array["bits"][at] = encode(value, dtype)
    words = array["approx"].split()
    array["approx"] = " ".join([*words[:at], f"{value:g}", *words[at + 1 :]])


def scenario(number: int, name: str, *scripts: Script, extra: Any = ()) -> dict[str, Any]:
    """A file with one group for each script."""
    groups = [script.group() for script in scripts]
    return document(f"scenario-{number:02d}.{name}", "scenario", [*groups, *extra])


def rationals(*values: Any) -> Rationals:
    """The values as Fractions."""
    return [F(v) for v in values]
