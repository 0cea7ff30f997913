"""Figure 2. The weights of a ConvNet enter the box |w| <= 1/lam, as Theorem 4.1 says."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from lionk_ref.convex import L1
from lionk_ref.discrete import LionK
from lionk_ref.experiments import phase_1
from lionk_ref.experiments.base import Figure, Results, Row
from lionk_ref.experiments.context import Context
from lionk_ref.experiments.energy import EnergyBalance
from lionk_ref.experiments.nets import NetConfig, at_step, dataset, training
from lionk_ref.experiments.pictures import label, panels
from lionk_ref.experiments.probes import Confinement, Histogram
from lionk_ref.experiments.settings import POSITIVE

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Picture

RUN = "lion"
TERMS = {
    "change": "H' - H",
    "curvature": "D_f",
    "noise": "noise",
    "first": "first",
    "second": "second",
}


@dataclass(frozen=True)
class Config2(NetConfig):
    """Figure 2: one decay, one initialisation; ``shown`` are the steps of the histograms."""

    positive = POSITIVE | {"lam"}

    lam: float = 10.0
    lr: float = 0.003
    initialisation: str = "uniform"
    shown: tuple[int, ...] = (0, 50, 200, 1000)
    reach: float = 1.2
    balance_every: int = 100
    every: int = 10


class Figure2(Figure):
    """Figure 2."""

    number = 2
    title = "histograms of a ConvNet's weights under Lion"
    claim = "The constraint |w|_inf <= 1/lam is satisfied within only about 200 steps."
    config = Config2

    def steps(self, config: Config2) -> int:
        return config.steps

    def run(self, config: Config2, context: Context) -> None:
        data = dataset(config.dataset, config.data)
        probes = (
            Histogram(config.every, config.reach),
            Confinement(config.every),
            EnergyBalance(config.balance_every),
        )
        lion = LionK(L1(), lr=config.lr, lam=config.lam, backend=context.backend)
        training(config, data, RUN, lion, probes, config.initialisation).run(context)

    def draw(self, results: Results) -> Picture:
        config = results.config
        columns = max(4, len(config.shown))
        picture, (above, below) = panels(2, columns)
        for t, axes in zip(config.shown, above, strict=False):
            draw_histogram(results, RUN, t, config.lam, config.reach, axes)
        phase_1.draw_excess(results, RUN, below[0])
        phase_1.draw_largest(results, RUN, config.lam, below[1])
        _draw_balance(results, below[2])
        below[3].plot(*results.series(RUN, "loss"), lw=0.9)
        label(below[3], "loss of the batch", "step", "cross-entropy")
        return picture

    def rows(self, results: Results) -> list[Row]:
        config = results.config
        entries = results.last(RUN, "entries")
        return [
            _entry_row(results),
            phase_1.law_row(results, RUN, config.lam),
            phase_1.edge_row(results, RUN, config.lam),
            phase_1.bound_row(results, [(RUN, config.lam)], entries),
            *_balance_rows(results),
        ]


def draw_histogram(results: Results, run: str, t: int, lam: float, reach: float, axes: Any) -> None:
    """The weights at the recorded step nearest to t, with the box in red: Figures 2 and 3."""
    step, counts = at_step(results.runs[run], t, "histogram")
    edges = np.linspace(-reach, reach, len(counts) + 1)
    axes.stairs(np.maximum(counts, 0.1), edges, baseline=0.1, fill=True, color="tab:blue")
    for side in (-1, 1) if lam else ():
        axes.axvline(side / lam, color="red", lw=0.9)
    axes.set_yscale("log")
    axes.set_ylim(0.6, 2 * max(counts))
    label(axes, f"step {step}", "weight", "count")


def _entry_row(results: Results) -> Row:
    config = results.config
    steps, largest, _, _ = phase_1.columns(results, RUN)
    top = np.max(list(largest.values()), axis=0) * config.lam
    inside = steps[top <= 1.01]
    law = math.log(0.01 / max(0.01, top[0] - 1)) / math.log1p(-config.lr * config.lam)
    measured = f"by step {inside[0]}" if len(inside) else f"not in {steps[-1]} steps"
    return Row("Every weight is within 1% of the box in about 200 steps", measured,
               f"after at most {math.ceil(law)} steps",
               "reproduced" if len(inside) and inside[0] <= law + config.every else "partly",
    )  # fmt: skip


def _balance_rows(results: Results) -> list[Row]:
    balances = [r["balance"] for r in results.runs[RUN] if "balance" in r]
    worst = max(b["residual"] for b in balances)
    held = all(b["residual"] <= b["tolerance"] for b in balances)
    apart = [_apart(b["along"], b["curvature"]) for b in balances]
    return [
        Row(f"The energy balance with minibatch noise, at {len(balances)} steps",
            f"off by {worst:.0e} of its terms", "0, but for rounding",
            "held" if held else "FAILED"),
        Row("D_f(x', x) from gradients between x and x', against that from f",
            f"off by {np.median(apart):.1%} (median), {max(apart):.1%} (at most)",
            "0, but for the kinks of the net between the nodes",
            "reproduced" if np.median(apart) < 0.02 else "partly"),
    ]  # fmt: skip


def _apart(along: float, curvature: float) -> float:
    """How far apart they are as a part of the second; a step too small to move x has neither."""
    return abs(along - curvature) / abs(curvature) if along != curvature else 0.0


def _draw_balance(results: Results, axes: Any) -> None:
    steps, balances = results.series(RUN, "balance")
    for key, name in TERMS.items():
        axes.plot(steps, [b[key] for b in balances], ".-", lw=0.9, ms=4, label=name)
    axes.axhline(0, color="0.7", lw=0.6)
    axes.legend(fontsize=6)
    label(axes, "energy balance of single steps", "step", "change of H, and its causes")
