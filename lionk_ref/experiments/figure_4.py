"""Figure 4. The decay against the converged loss of a ConvNet, and the loss on the way there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from lionk_ref.convex import L1
from lionk_ref.discrete import Cosine, LionK
from lionk_ref.experiments import phase_1
from lionk_ref.experiments.base import Figure, Results, Row
from lionk_ref.experiments.context import Context
from lionk_ref.experiments.nets import NetConfig, dataset, training
from lionk_ref.experiments.pictures import label, panels
from lionk_ref.experiments.probes import Confinement

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Picture

RISE = 1.15
"""A converged loss that is so many times that without decay has begun to rise."""

MARKS = (1.5, 1.0, 0.7)
"""The losses whose first crossing is compared."""


@dataclass(frozen=True)
class Config4(NetConfig):
    """Figure 4: the decays; the net is so small that it cannot learn its examples by heart."""

    lams: tuple[float, ...] = (0.0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.6, 1.0, 2.0, 4.0)
    widths: tuple[int, ...] = (6, 8)
    lr: float = 0.005
    steps: int = 1500
    every: int = 5
    batch_size: int = 200
    window: int = 20

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.lams != tuple(sorted(self.lams)) or self.lams[0] != 0:
            raise ValueError(f"The setting lams rises from 0, got {self.lams}.")


class Figure4(Figure):
    """Figure 4."""

    number = 4
    title = "lam against the converged loss, and the loss curves"
    claim = (
        "(a) The converged loss starts to increase only when lam exceeds a threshold. (b) A larger "
        "lam yields faster convergence, due to a stronger phase 1, but may end at a larger loss."
    )
    config = Config4

    def steps(self, config: Config4) -> int:
        return len(config.lams) * config.steps

    def run(self, config: Config4, context: Context) -> None:
        data = dataset(config.dataset, config.data)
        schedule = Cosine(config.lr, steps=config.steps)
        for lam in config.lams:
            lion = LionK(L1(), lr=schedule, lam=lam, backend=context.backend)
            probes = (Confinement(10 * config.every),)
            training(config, data, _name(lam), lion, probes).run(context)

    def draw(self, results: Results) -> Picture:
        picture, ((a, b),) = panels(1, 2, width=4.5, height=3.4)
        lams, losses = converged(results)
        a.plot(lams, losses, ".-", color="tab:red", lw=0.9, label="measured")
        a.axvline(threshold(results), color="0.3", lw=0.9, ls=":", label="1/max|w| at lam = 0")
        a.set_xscale("symlog", linthresh=0.1)
        a.set_xticks(
            [0, 0.05, 0.1, 0.2, 0.4, 1, 2, 4], ["0", ".05", ".1", ".2", ".4", "1", "2", "4"]
        )
        a.legend(fontsize=7)
        label(a, "(a) converged loss", "lam", "mean loss over the training examples")
        for i, lam in enumerate(results.config.lams):
            colour = (0.1 + 0.8 * i / len(lams), 0.3, 0.9 - 0.8 * i / len(lams))
            b.plot(*smoothed(results, lam), color=colour, lw=0.9, label=f"lam = {lam:g}")
        a.set_xlim(-0.02, 1.2 * lams[-1])
        b.set_yscale("log")
        b.set_yticks([0.2, 0.5, 1, 2], ["0.2", "0.5", "1", "2"])
        b.minorticks_off()
        b.legend(fontsize=6, loc="center left", bbox_to_anchor=(1, 0.5))
        label(b, "(b) loss, averaged over a window", "step", "cross-entropy")
        return picture

    def rows(self, results: Results) -> list[Row]:
        cases = [(_name(lam), lam) for lam in results.config.lams if lam]
        entries = results.last(_name(0.0), "entries")
        bound = phase_1.bound_row(results, cases, entries, constant=False)
        return [_threshold_row(results), *_speed_rows(results), bound]


def _name(lam: float) -> str:
    return f"lam={lam:g}"


def converged(results: Results) -> tuple[Any, Any]:
    """Figure 4 (a): the decays, and the loss over all training examples at the end."""
    lams = results.config.lams
    return np.array(lams), np.array([results.last(_name(lam), "train_loss") for lam in lams])


def threshold(results: Results) -> float:
    """Section 1, "Why Should Lion Decay Weight?": 1/|w|_inf of the weights found without decay."""
    return 1 / float(max(results.last(_name(0.0), "largest").values()))


def smoothed(results: Results, lam: float) -> tuple[Any, Any]:
    """Figure 4 (b): the recorded losses, each the mean of a window that ends there."""
    steps, losses = results.series(_name(lam), "loss")
    width = min(results.config.window, len(losses))
    sums = np.cumsum(np.concatenate([[0.0], losses]))
    return steps[width - 1 :], (sums[width:] - sums[:-width]) / width


def _threshold_row(results: Results) -> Row:
    lams, losses = converged(results)
    risen = losses > RISE * losses[0]
    low, high = lams[~risen].max(), lams[risen].min(initial=np.inf)
    ordered = low < high and bool(np.all(np.diff(losses[risen]) > 0))
    predicted = threshold(results)
    near = low / 1.5 <= predicted <= 1.5 * high
    verdict = "reproduced" if ordered and near else "partly" if ordered else "not at this scale"
    return Row(
        f"(a) the loss rises (by {RISE - 1:.0%}) only beyond a threshold of lam",
        f"between {low:g} and {high:g}; from {losses[0]:.3f} to {losses[-1]:.3f}",
        f"1/max|w| without decay = {predicted:.3f}",
        verdict,
    )


def _speed_rows(results: Results) -> list[Row]:
    return [_speed_row(results, mark) for mark in MARKS]


def _speed_row(results: Results, mark: float) -> Row:
    first = {lam: _crossing(results, lam, mark) for lam in results.config.lams}
    reached = {lam: t for lam, t in first.items() if t is not None}
    text = ", ".join(f"{lam:g}: {t}" for lam, t in reached.items())
    faster = [t < reached.get(0.0, 0) for lam, t in reached.items() if lam]
    verdict = "partly" if any(faster) else "not at this scale"
    return Row(
        f"(b) a larger lam reaches the loss {mark:g} sooner",
        f"steps by lam: {text}",
        "no step count; phase 1 ends sooner",
        "reproduced" if faster and all(faster) else verdict,
    )


def _crossing(results: Results, lam: float, mark: float) -> int | None:
    steps, losses = smoothed(results, lam)
    below = steps[losses <= mark]
    return int(below[0]) if len(below) else None
