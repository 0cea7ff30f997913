"""Theorem 4.1, part 1, on nets: the records of `Confinement` judged and drawn."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from lionk_ref.experiments.base import Results, Row
from lionk_ref.experiments.pictures import label

ROUNDOFF = {"float32": 2.0**-24, "float64": 2.0**-53}
LAW = "0 as long as the update keeps its sign"
SEEN = 0.1
"""The law of the largest weight is followed until it has fallen to this part of itself."""


def columns(results: Results, run: str) -> tuple[Any, dict[str, Any], dict[str, Any], Any]:
    """Steps; for each tensor max|w| and the excess; and the factor that phase 1 allows."""
    records = [r for r in results.runs[run] if "excess" in r]
    steps = np.array([r["t"] for r in records])
    tensors = list(records[0]["excess"])
    largest, excess = (
        {n: np.array([r[key][n] for r in records]) for n in tensors}
        for key in ("largest", "excess")
    )
    return steps, largest, excess, np.array([r["allowed"][tensors[0]] for r in records])


def bound_row(
    results: Results, cases: list[tuple[str, float]], entries: int, constant: bool = True
) -> Row:
    """Phase 1, judged: no tensor is farther outside than the theorem allows, at any record.

    Allowed is the product of 1 - lr lam times the distance at step 0. Rounding adds 6 units to each
    of t factors, and in each coordinate at most 6t units of 1/lam, or 4(1 + 1/(lr lam)) with a
    constant lr, where the contraction holds it up. ``cases`` are runs with their lam.
    """
    u, worst, count, held = ROUNDOFF[results.config.dtype], 0.0, 0, True
    for run, lam in cases:
        steps, _, excess, allowed = columns(results, run)
        drift = 4 * (1 + 1 / (results.config.lr * lam)) if constant else 6 * steps[-1]
        for distance in excess.values():
            law, tolerance = allowed * distance[0], u * drift * math.sqrt(entries)
            held &= bool(np.all(distance <= law * (1 + 6 * u * steps) + tolerance))
            seen = law > 10 * tolerance
            worst = max([worst, *(distance[seen] / law[seen])])
            count += len(distance)
    return Row(
        "Phase 1 on every tensor: dist(lam w, dom K*) <= (1 - lr lam)^t of what it was at t = 0",
        f"{count} distances, at most {worst:.5f} of the bound where that is above rounding",
        "at most 1",
        "held" if held else "FAILED",
    )


def law_row(results: Results, run: str, lam: float) -> Row:
    """How closely the largest weight of the net follows the law that bounds it; its rate is judged.

    The rate is the slope of log(max|w| - 1/lam) over the steps, fitted through its value at step 0.
    """
    steps, largest, _, allowed = columns(results, run)
    over = np.max(list(largest.values()), axis=0) - 1 / lam
    seen = (allowed >= SEEN) & (steps > 0)
    claim = f"{run}: max|w| - 1/lam decays as (1 - lr lam)^t, until {SEEN:.0%} is left"
    if not (over[0] > 0 and seen.any()):
        return Row(claim, "no weight outside at a record", LAW, "not at this scale")
    measured, law = (np.log(a[seen] / a[0]) for a in (over, allowed))
    rate = float(steps[seen] @ measured / (steps[seen] @ law) - 1)
    off = float(np.max(np.abs(np.expm1(measured - law))))
    return Row(
        claim,
        f"rate off by {rate:.2%}, value by at most {off:.2%}, in {int(steps[seen][-1])} steps",
        LAW,
        "reproduced" if abs(rate) < 0.02 else "partly",
    )


def edge_row(results: Results, run: str, lam: float) -> Row:
    """Where the largest weight ends: at 1/lam, to three digits."""
    _, largest, _, _ = columns(results, run)
    end = max(w[-1] for w in largest.values())
    same = f"{end:.3g}" == f"{1 / lam:.3g}"
    return Row(f"{run}: at the end max|w| = 1/lam", f"{end:.6f}", f"{1 / lam:.6f}",
               "reproduced" if same else "partly")  # fmt: skip


def draw_excess(results: Results, run: str, axes: Any) -> None:
    """The distance of each tensor to its domain, as a part of the first, over what is allowed."""
    steps, _, excess, allowed = columns(results, run)
    outside = {n: d for n, d in excess.items() if d[0] > 0}
    for name, distance in outside.items():
        axes.plot(steps, np.maximum(distance / distance[0], 1e-8), lw=0.9, label=name)
    axes.plot(steps, allowed, color="black", lw=1.2, ls="--", label="(1 - lr lam)^t")
    axes.set_yscale("log")
    axes.set_ylim(1e-4, 1.5)
    axes.legend(fontsize=5.5, loc="upper right")
    label(axes, "phase 1: distance to the box", "step", "part of that at step 0")


def draw_largest(results: Results, run: str, lam: float, axes: Any) -> None:
    """The largest entry of each tensor, and 1/lam."""
    steps, largest, _, _ = columns(results, run)
    for w in largest.values():
        axes.plot(steps, w, lw=0.9)
    if lam:
        axes.axhline(1 / lam, color="red", lw=1, ls="--")
    axes.set_yscale("log")
    label(axes, "largest entry of each tensor", "step", "max |w|")
