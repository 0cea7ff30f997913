"""Figure 1 and Section 5.1. Certified runs on the toy f(x) = (x_1 - 1.5)^2 + x_2^2."""

from __future__ import annotations

from typing import Any

import numpy as np

from lionk_ref.arrays import Array
from lionk_ref.certificates import certify
from lionk_ref.convex import ConvexFunction
from lionk_ref.discrete import LionK
from lionk_ref.experiments.base import Results, Row
from lionk_ref.experiments.context import Context, to_host
from lionk_ref.problems import Quadratic


def toy(context: Context) -> Quadratic:
    """Figure 1's f, in the array library of the run."""
    return Quadratic.toy().to(context.xp, context.xp.float64)


def follow(context: Context, name: str, optimizer: LionK, steps: int) -> None:
    """Run on the toy under watch, Theorem 4.1: each x_t and f(x_t), and at the end the verdicts."""
    log, problem = context.log(name), toy(context)
    if log.checkpoint.done:
        context.progress(steps, name)
        return
    c = certify(problem, optimizer, steps=steps, progress=lambda _: context.progress(1, name))
    for t, point in enumerate(c.points):
        log.record(t, x=to_host(point.x).tolist(), f=float(point.f), distance=float(point.distance))
    failed = [v.name for v in c.verdicts if not v.holds]
    log.record(steps, residual=c.residual_max, failed=failed, gap=c.gap, promises=len(c.verdicts))
    log.finish(steps)


def finish_line(context: Context, name: str, optimizer: LionK, steps: int) -> None:
    """Run on the toy as fast as it goes, and record only where it ends: Figure 1 (d)."""
    log, problem = context.log(name), toy(context)
    context.progress(steps, name)
    if not log.checkpoint.done:
        x = optimizer.minimize(problem, problem.x0(), steps).x
        log.record(steps, x=to_host(x).tolist(), f=float(problem.f(x)))
        log.finish(steps)


def optimum(K: ConvexFunction, lam: float, steps: int = 2000) -> Any:
    """The minimum of f(x) + K*(lam x)/lam, eq. (4), on the toy; by proximal gradients, not Lion-K.

    With y = lam x, y - y' is in s (grad f(y/lam) + dK*(y')), for the step s = lam/L, L = 2.

    Examples
    --------
    >>> from lionk_ref.convex import L1
    >>> optimum(L1(), 1.0).round(6)
    array([1., 0.])
    """
    problem = Quadratic.toy()
    y: Array = np.zeros(2)
    for _ in range(steps):
        y = K.conjugate_prox(y - lam / 2 * problem.gradient(y / lam), lam / 2)
    return y / lam


def path(results: Results, run: str) -> Any:
    """The x_t of a run on the toy of Figure 1, as an array (steps + 1, 2)."""
    return results.series(run, "x")[1]


def certificate_row(results: Results, runs: list[str]) -> Row:
    """The verdict on all promises of Theorem 4.1 over the certified runs."""
    failed = {name for run in runs for name in results.last(run, "failed")}
    residual = max(results.last(run, "residual") for run in runs)
    promises = sum(results.last(run, "promises") for run in runs)
    return Row(
        f"Theorem 4.1 at every step of {len(runs)} runs: the energy balance, phase 1, and the rest",
        f"{promises} promises judged; balance off by {residual:.0e}"
        + (f"; failed: {', '.join(sorted(failed))}" if failed else ""),
        "0, but for rounding",
        "FAILED" if failed else "held",
    )


def arrival_row(results: Results, run: str, claim: str, predicted: Any, within: float) -> Row:
    """Where a run ends, against the minimum of eq. (4)."""
    x = path(results, run)[-1]
    off = float(np.max(np.abs(x - predicted)))
    verdict = "reproduced" if off <= within else "partly"
    return Row(
        claim, f"({x[0]:.4f}, {x[1]:.4f})", f"({predicted[0]:.4f}, {predicted[1]:.4f})", verdict
    )
