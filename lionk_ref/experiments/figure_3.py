"""Figure 3. The weights of a ConvNet over the steps: two initialisations, two decays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lionk_ref.convex import L1
from lionk_ref.discrete import LionK
from lionk_ref.experiments import phase_1
from lionk_ref.experiments.base import Figure, Results, Row
from lionk_ref.experiments.context import Context
from lionk_ref.experiments.figure_2 import draw_histogram
from lionk_ref.experiments.nets import NetConfig, dataset, training
from lionk_ref.experiments.pictures import panels
from lionk_ref.experiments.probes import Confinement, Histogram

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Picture

PANELS = "abcdefgh"


@dataclass(frozen=True)
class Config3(NetConfig):
    """Figure 3: the decays and initialisations; ``shown`` are the steps of the histograms."""

    lams: tuple[float, ...] = (20.0, 0.0)
    initialisations: tuple[str, ...] = ("uniform", "normal")
    shown: tuple[int, ...] = (0, 100, 300, 1000)
    reach: float = 2.0


class Figure3(Figure):
    """Figure 3."""

    number = 3
    title = "the weights of a ConvNet over the steps, with and without decay"
    claim = (
        "From either initialisation the weights are quickly confined to [-0.05, 0.05] with "
        "lam = 20, and keep growing with lam = 0."
    )
    config = Config3

    def steps(self, config: Config3) -> int:
        return len(config.lams) * len(config.initialisations) * config.steps

    def run(self, config: Config3, context: Context) -> None:
        data = dataset(config.dataset, config.data)
        probes = Histogram(config.every, config.reach), Confinement(config.every)
        for lam, law in _cases(config):
            lion = LionK(L1(), lr=config.lr, lam=lam, backend=context.backend)
            training(config, data, _name(lam, law), lion, probes, law).run(context)

    def draw(self, results: Results) -> Picture:
        config, cases = results.config, _cases(results.config)
        picture, grid = panels(len(cases), len(config.shown) + 1, width=2.6, height=2.2)
        for panel, (lam, law), axes in zip(PANELS, cases, grid, strict=False):
            for t, one in zip(config.shown, axes, strict=False):
                draw_histogram(results, _name(lam, law), t, lam, config.reach, one)
            axes[0].set_title(f"({panel}) {law}, lam = {lam:g}: step 0", fontsize=9)
            phase_1.draw_largest(results, _name(lam, law), lam, axes[-1])
        return picture

    def rows(self, results: Results) -> list[Row]:
        cases, entries = _cases(results.config), _entries(results)
        kept, free = [c for c in cases if c[0]], [c for c in cases if not c[0]]
        laws = [phase_1.law_row(results, _name(lam, law), lam) for lam, law in kept]
        edges = [phase_1.edge_row(results, _name(lam, law), lam) for lam, law in kept]
        bound = phase_1.bound_row(results, [(_name(*c), c[0]) for c in kept], entries)
        return [*laws, *edges, bound, *(_growth_row(results, _name(*c)) for c in free)]


def _cases(config: Config3) -> list[tuple[float, str]]:
    return [(lam, law) for lam in config.lams for law in config.initialisations]


def _name(lam: float, law: str) -> str:
    return f"{law},lam={lam:g}"


def _entries(results: Results) -> int:
    return int(results.last(next(iter(results.runs)), "entries"))


def _growth_row(results: Results, run: str) -> Row:
    """Without decay nothing bounds max|w| but the path: it grows by at most lr a step."""
    steps, largest, _, _ = phase_1.columns(results, run)
    top = np.max(list(largest.values()), axis=0)
    half = float(np.interp(steps[-1] / 2, steps, top))
    path = float(top[0] + results.config.lr * steps[-1])
    return Row(
        f"{run}: the largest weight keeps growing",
        f"{top[0]:.3f}, {half:.3f}, {top[-1]:.3f} at the start, half-way, and at the end",
        f"unbounded; at most {path:.3f} after {steps[-1]} steps of lr",
        "reproduced" if top[0] < half < top[-1] <= path * (1 + 1e-5) else "partly",
    )
