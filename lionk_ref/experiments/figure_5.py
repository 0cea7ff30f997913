"""Figure 5. Every K of Table 2 on the toy: the path, the loss, and the norm that is bounded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from lionk_ref.convex import L1, ConvexFunction, DeadZone, Huber, Lp, TopK
from lionk_ref.discrete import LionK
from lionk_ref.experiments import toy
from lionk_ref.experiments.base import Figure, Results, Row
from lionk_ref.experiments.context import Context
from lionk_ref.experiments.pictures import COLOURS, contours, label, panels, region, walk
from lionk_ref.experiments.settings import POSITIVE, Config

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Picture


@dataclass(frozen=True)
class Config5(Config):
    """Figure 5: the decays, the step size, and the parameters of the lines of Table 2."""

    positive = POSITIVE | {"lams"}

    lams: tuple[float, ...] = (0.5, 1.5)
    lr: float = 0.005
    steps: int = 1500
    every: int = 3
    certified: int = 150
    p: float = 2.0
    dead_zone_e: float = 0.5
    cut: int = 1
    huber_e: float = 1.0


class Line(NamedTuple):
    """A line of Table 2: its number, its K as a label, K, and the norm that it bounds by 1/lam."""

    number: int
    title: str
    K: ConvexFunction
    bounded: str
    norm: Callable[[Any], Any]


def lines(config: Config5) -> tuple[Line, ...]:
    """Table 2 in the plane: the five lines, with the parameters of the figure."""
    q = config.p / (config.p - 1) if config.p > 1 else np.inf
    largest = Line(0, "", L1(), r"$\|x\|_\infty$", _norm(np.inf))
    return (
        largest._replace(number=1, title=r"$\|x\|_1$"),
        Line(2, rf"$\|x\|_p$, p = {config.p:g}", Lp(p=config.p), rf"$\|x\|_{{{q:g}}}$", _norm(q)),
        largest._replace(
            number=3,
            title=rf"$\sum\,\max(|x_i|-e, 0)$, e = {config.dead_zone_e:g}",
            K=DeadZone(e=config.dead_zone_e),
        ),
        Line(4, f"sum of the {config.cut} largest", TopK(k=config.cut), r"$\|x\|_1$", _norm(1)),
        largest._replace(
            number=5, title=rf"huber$_e$, e = {config.huber_e:g}", K=Huber(e=config.huber_e)
        ),
    )


def _norm(order: float) -> Callable[[Any], Any]:
    return lambda path: np.linalg.norm(path, ord=order, axis=1)


class Figure5(Figure):
    """Figure 5."""

    number = 5
    title = "every K of Table 2 on the toy: path, loss, constraint"
    claim = (
        "Every path ends where the theory says: at the optimum if the constraint set holds it, "
        "else on the boundary of the set that the conjugate of K imposes."
    )
    config = Config5

    def steps(self, config: Config5) -> int:
        return len(lines(config)) * len(config.lams) * config.steps

    def run(self, config: Config5, context: Context) -> None:
        for line in lines(config):
            for lam in config.lams:
                lion = LionK(line.K, lr=config.lr, lam=lam, backend=context.backend)
                toy.follow(
                    context, _name(line, lam), lion, config.steps, config.every, config.certified
                )

    def draw(self, results: Results) -> Picture:
        table = lines(results.config)
        picture, grid = panels(len(table), 3, height=2.25)
        for line, axes in zip(table, grid, strict=True):
            contours(axes[0])
            for lam, colour in zip(results.config.lams, COLOURS, strict=False):
                _draw_run(results, line, lam, colour, axes)
            label(axes[0], f"line {line.number}: {line.title}", "$x_1$", "$x_2$")
            label(axes[1], "loss", "step", "f(x)")
            label(axes[2], f"{line.bounded}; dashed: 1/lam", "step", line.bounded)
            axes[1].set_yscale("log")
        grid[0][1].legend(fontsize=7)
        return picture

    def rows(self, results: Results) -> list[Row]:
        table, lams = lines(results.config), results.config.lams
        arrivals = [_arrivals(results, line) for line in table]
        runs = [_name(line, lam) for line in table for lam in lams]
        return [*arrivals, toy.certificate_row(results, runs)]


def _name(line: Line, lam: float) -> str:
    return f"line={line.number},lam={lam:g}"


def _draw_run(results: Results, line: Line, lam: float, colour: str, axes: Any) -> None:
    run = _name(line, lam)
    steps, path = results.series(run, "x")
    region(axes[0], line.K, lam, colour)
    walk(axes[0], path, colour, f"lam = {lam:g}")
    axes[0].plot(*toy.optimum(line.K, lam), "+", color=colour, ms=10)
    axes[1].plot(*results.series(run, "f"), color=colour, lw=1, label=f"lam = {lam:g}")
    axes[2].plot(steps, line.norm(path), color=colour, lw=1)
    axes[2].axhline(1 / lam, color=colour, lw=0.8, ls="--")


def _arrivals(results: Results, line: Line) -> Row:
    parts = [
        toy.arrival_row(
            results, _name(line, lam), "", toy.optimum(line.K, lam), 2 * results.config.lr
        )
        for lam in results.config.lams
    ]
    lams = " and ".join(f"{lam:g}" for lam in results.config.lams)
    reached = all(row.verdict == "reproduced" for row in parts)
    return Row(
        f"Line {line.number}, {line.K!r}, lam = {lams}: the path ends at the minimum of eq. (4)",
        " and ".join(row.measured for row in parts),
        " and ".join(row.predicted for row in parts),
        "reproduced" if reached else "partly",
    )
