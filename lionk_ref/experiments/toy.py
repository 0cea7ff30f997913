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
from lionk_ref.experiments.state import largest
from lionk_ref.problems import Quadratic


def toy(context: Context) -> Quadratic:
    """Figure 1's f, in the array library of the run."""
    return Quadratic.toy().to(context.xp, context.xp.float64)


def follow(
    context: Context, name: str, optimizer: LionK, steps: int, every: int, certified: int
) -> None:
    """Figures 1 and 5: a path on the toy, its first ``certified`` steps under watch, Theorem 4.1.

    Recorded are x_t and f(x_t) every so many steps, and at the end the verdicts.
    """
    log, problem = context.log(name), toy(context)
    context.progress(steps, name)
    if log.checkpoint.done or _rehearsed(context, optimizer, problem, steps):
        return
    log.record(0, **_place(problem, problem.x0()))
    for step in optimizer.run(problem, problem.x0(), steps):
        if (step.t + 1) % every == 0:
            log.record(step.t + 1, **_place(problem, step.after.x))
    c = certify(problem, optimizer, steps=min(certified, steps))
    failed = [v.name for v in c.verdicts if not v.holds]
    log.record(steps, residual=c.residual_max, failed=failed, certified=c.steps)
    log.finish(steps)


def _rehearsed(context: Context, optimizer: LionK, problem: Quadratic, steps: int) -> bool:
    if context.rehearsal:
        x = problem.x0()
        optimizer.step(optimizer.init(x), problem.gradient(x), largest(optimizer, steps))
    return context.rehearsal


def _place(problem: Quadratic, x: Array) -> dict[str, Any]:
    return {"x": to_host(x).tolist(), "f": float(problem.f(x))}


def finish_line(context: Context, name: str, optimizer: LionK, steps: int) -> None:
    """Run on the toy as fast as it goes, and record only where it ends: Figure 1 (d)."""
    log, problem = context.log(name), toy(context)
    context.progress(steps, name)
    if not (log.checkpoint.done or _rehearsed(context, optimizer, problem, steps)):
        x = optimizer.minimize(problem, problem.x0(), steps).x
        log.record(steps, **_place(problem, x))
        log.finish(steps)


def optimum(K: ConvexFunction, lam: float, steps: int = 50) -> Any:
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
    steps = sum(results.last(run, "certified") for run in runs)
    return Row(
        f"Theorem 4.1, phase 1 and the energy balance at each of {steps} steps of {len(runs)} runs",
        f"failed: {', '.join(sorted(failed))}" if failed else f"balance off by {residual:.0e}",
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
