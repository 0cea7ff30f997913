"""Where in eq. (2) the first wrong numbers are: in m', or in x', at once or later."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from lionk_ref.golden.compare import is_within
from lionk_ref.golden.replay import Result

MOMENTUM = "m' is wrong where x' is still right: beta2 m - (1 - beta2) g from m = 0 is expected"
AT_ONCE = "m' is right, x' is wrong from the first step on: m_tilde, dK, the step size or the decay"
LATER = "m' and the first x' are right, a later x' is wrong: how m enters it, or a change of lr"
HIDDEN = "the first x' is right, a later one is wrong: how m is kept or enters, or a change of lr"


class First(NamedTuple):
    """The first wrong line of a case, and whether x and m are right in it; m is None if hidden."""

    line: int
    x: bool
    m: bool | None


def place(wrong: Sequence[Result]) -> list[str]:
    """What the failures of eq. (2) and (15) have in common; nothing if they have nothing."""
    tried = [r for r in wrong if r.case.kind != "set_valued" and "NonFinite" not in r.case.flags]
    found = [first for r in tried if (first := _first(r))]
    if not found:
        return []
    if all(f.x and f.m is False for f in found):
        return [MOMENTUM]
    if any(f.m is False for f in found):
        return []
    if all(f.line > 0 for f in found):
        return [HIDDEN if any(f.m is None for f in found) else LATER]
    return [AT_ONCE] if all(f.m for f in found) else []


def _first(r: Result) -> First | None:
    """The first wrong line, if its place among the steps is known: no line is repeated before."""
    for i, (step, (x, m)) in enumerate(zip(r.case.steps, r.observed, strict=True)):
        if step.repeat > 1:
            return None
        x_right = is_within(x, step.x, step.x_tolerance)
        m_right = None if m is None else is_within(m, step.m, step.m_tolerance)
        if not x_right or m_right is False:
            return First(i, x_right, m_right)
    return None
