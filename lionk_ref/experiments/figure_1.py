"""Figure 1. Lion on a toy in the plane: two decays, two boxes, and where a decay begins to hurt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from lionk_ref.convex import L1
from lionk_ref.discrete import Cosine, LionK
from lionk_ref.experiments import toy
from lionk_ref.experiments.base import Figure, Results, Row
from lionk_ref.experiments.context import Context
from lionk_ref.experiments.pictures import COLOURS, contours, label, panels, region, walk
from lionk_ref.experiments.settings import POSITIVE, Config

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Picture

NEAR_TWO_THIRDS = tuple(round(0.6 + 0.01 * i, 2) for i in range(15))
SWEEP = tuple(sorted({*(round(0.1 * i, 1) for i in range(1, 21)), *NEAR_TWO_THIRDS}))
CONVERGED = 1e-6


@dataclass(frozen=True)
class Config1(Config):
    """Figure 1: the decays of the paths, those of the sweep, and the step sizes."""

    positive = POSITIVE | {"lams"}

    lams: tuple[float, ...] = (0.5, 1.5)
    lr: float = 0.01
    steps: int = 600
    every: int = 2
    certified: int = 600
    sweep: tuple[float, ...] = SWEEP
    sweep_lr: float = 0.02
    sweep_steps: int = 2000


def converged_loss(lam: Any) -> Any:
    """Figure 1 (d), predicted: f at the point of the box |x|_inf <= 1/lam nearest to (1.5, 0).

    Examples
    --------
    >>> float(converged_loss(0.5)), float(converged_loss(2.0))
    (0.0, 1.0)
    """
    return np.maximum(0.0, 1.5 - 1 / np.asarray(lam)) ** 2


class Figure1(Figure):
    """Figure 1."""

    number = 1
    title = "Lion on a toy: paths, boxes, and lam against the converged loss"
    claim = (
        "Lion stays in the box |x|_inf <= 1/lam once it is inside. The converged loss rises only "
        "when lam exceeds the threshold that shuts the unconstrained minimum out of the box."
    )
    config = Config1

    def steps(self, config: Config1) -> int:
        return len(config.lams) * config.steps + len(config.sweep) * config.sweep_steps

    def run(self, config: Config1, context: Context) -> None:
        for lam in config.lams:
            lion = LionK(L1(), lr=config.lr, lam=lam, backend=context.backend)
            toy.follow(
                context, f"path,lam={lam:g}", lion, config.steps, config.every, config.certified
            )
        schedule = Cosine(config.sweep_lr, steps=config.sweep_steps)
        for lam in config.sweep:
            lion = LionK(L1(), lr=schedule, lam=lam, backend=context.backend)
            toy.finish_line(context, f"sweep,lam={lam:g}", lion, config.sweep_steps)

    def draw(self, results: Results) -> Picture:
        picture, ((a, b, c, d),) = panels(1, 4)
        contours(a)
        for lam, colour in zip(results.config.lams, COLOURS, strict=False):
            self._draw_run(results, lam, colour, (a, b, c))
        label(a, "(a) paths and boxes", "$x_1$", "$x_2$")
        label(b, "(b) loss", "step", "f(x)")
        label(c, "(c) constraint; dashed: 1/lam", "step", r"$\|x\|_\infty$")
        b.set_yscale("log")
        b.legend(fontsize=7)
        self._draw_sweep(results, d)
        return picture

    def rows(self, results: Results) -> list[Row]:
        paths = [f"path,lam={lam:g}" for lam in results.config.lams]
        arrivals = [
            toy.arrival_row(
                results, run, f"lam = {lam:g}: the path ends at the minimum inside the box",
                toy.optimum(L1(), lam), 2 * results.config.lr,
            )
            for lam, run in zip(results.config.lams, paths, strict=True)
        ]  # fmt: skip
        return [*arrivals, *_sweep_rows(results), toy.certificate_row(results, paths)]

    def _draw_run(self, results: Results, lam: float, colour: str, axes: Any) -> None:
        run, name = f"path,lam={lam:g}", f"lam = {lam:g}"
        region(axes[0], L1(), lam, colour)
        walk(axes[0], toy.path(results, run), colour, name)
        axes[1].plot(*results.series(run, "f"), color=colour, lw=1.2, label=name)
        steps, path = results.series(run, "x")
        axes[2].plot(steps, np.max(np.abs(path), axis=1), color=colour, lw=1.2)
        axes[2].axhline(1 / lam, color=colour, lw=0.8, ls="--")

    def _draw_sweep(self, results: Results, axes: Any) -> None:
        lams, losses = swept(results)
        fine = np.linspace(lams[0], lams[-1], 400)
        axes.plot(fine, converged_loss(fine), color="0.6", lw=1, label="predicted")
        axes.plot(lams, losses, ".", color="tab:red", ms=5, label="measured")
        axes.axvline(2 / 3, color="0.3", lw=0.8, ls=":", label="lam = 2/3")
        axes.legend(fontsize=7)
        label(axes, "(d) converged loss", "lam", "f(x)")


def swept(results: Results) -> tuple[Any, Any]:
    """Figure 1 (d), measured: the decays and the losses at which Lion ends."""
    lams = sorted(results.config.sweep)
    return np.array(lams), np.array([results.last(f"sweep,lam={lam:g}", "f") for lam in lams])


def _sweep_rows(results: Results) -> list[Row]:
    lams, losses = swept(results)
    low, high = lams[losses <= CONVERGED], lams[losses > CONVERGED]
    off = float(np.max(np.abs(losses - converged_loss(lams))))
    between = f"between {low.max(initial=0):g} and {high.min(initial=np.inf):g}"
    right = low.max(initial=0) < 2 / 3 < high.min(initial=np.inf)
    return [
        Row("The loss rises only beyond a threshold of lam (the paper: about 0.6)", between,
            "1/1.5 = 2/3", "reproduced" if right else "partly"),
        Row("The converged loss is that of the nearest point of the box",
            f"off by at most {off:.1e}", "(1.5 - 1/lam)^2 beyond 2/3, else 0",
            "reproduced" if off <= 1e-3 else "partly"),
    ]  # fmt: skip
