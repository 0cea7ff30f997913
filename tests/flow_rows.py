"""Checks of Table 1's rows, shared by tests and mutants."""

from __future__ import annotations

from typing import Any

import numpy as np

from lionk_ref.continuous import TABLE_1, Phase, solve


def check_row(name: str, problem: Any, time: float = 4.0, **parameters: Any) -> None:
    """Table 1: eq. (3) and the textbook, integrated apart, lead to the same x."""
    row = TABLE_1[name](problem, **parameters)
    start = Phase(problem.x0(), 0.3 * np.cos(np.arange(problem.x0().size)))
    since, until = row.clock(0.0), row.clock(time)
    ours = solve(row.flow, start, time, rtol=1e-10, atol=1e-12).end.x
    theirs = solve(
        row.textbook, row.enter(start), until - since, since=since, rtol=1e-10, atol=1e-12
    ).end[0]
    assert np.max(np.abs(ours - problem.x0())) > 1e-3
    assert np.max(np.abs(ours - theirs)) < 1e-9
