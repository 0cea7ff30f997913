"""Figure 4. The decay against the converged loss of a ConvNet, and the loss on the way there."""

from __future__ import annotations

from dataclasses import dataclass, replace
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

SIGMAS = 2.0
"""A converged loss has risen if it exceeds that without decay by so many standard errors."""

NEAR = 1.5
"""The predicted threshold may be off by this factor."""

MARKS = (1.5, 1.0, 0.7)
"""The losses whose first crossing is compared."""


@dataclass(frozen=True)
class Config4(NetConfig):
    """Figure 4: the decays, and how many seeds; the net is too small to learn all by heart."""

    lams: tuple[float, ...] = (0.0, 0.1, 0.2, 0.3, 0.5, 1.0, 2.0, 4.0)
    seeds: int = 3
    widths: tuple[int, ...] = (6, 8)
    lr: float = 0.005
    steps: int = 1500
    every: int = 5
    window: int = 20

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.lams != tuple(sorted(set(self.lams))) or self.lams[0] != 0:
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
        return len(config.lams) * config.seeds * config.steps

    def run(self, config: Config4, context: Context) -> None:
        data = dataset(config.dataset, config.data)
        schedule = Cosine(config.lr, steps=config.steps)
        for lam in config.lams:
            lion = LionK(L1(), lr=schedule, lam=lam, backend=context.backend)
            for seed in seeds(config):
                probes = (Confinement(10 * config.every),)
                one = replace(config, seed=seed)
                training(one, data, _name(lam, seed), lion, probes).run(context)

    def draw(self, results: Results) -> Picture:
        picture, ((a, b),) = panels(1, 2, width=4.5, height=3.4)
        lams, losses = converged(results)
        a.plot(lams, losses, ".", color="tab:red", ms=3)
        a.plot(lams, losses.mean(1), "-", color="tab:red", lw=0.9, label="mean over seeds")
        a.axvline(threshold(results), color="0.3", lw=0.9, ls=":", label="1/max|w| at lam = 0")
        a.set_xscale("symlog", linthresh=0.1)
        a.set_xticks(lams, [f"{lam:g}" for lam in lams])
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
        config = results.config
        cases = [(_name(lam, s), lam) for lam in config.lams if lam for s in seeds(config)]
        entries = results.last(_name(0.0, config.seed), "entries")
        bound = phase_1.bound_row(results, cases, entries, constant=False)
        return [_threshold_row(results), *(_speed_row(results, mark) for mark in MARKS), bound]


def seeds(config: Config4) -> range:
    """The seeds of Figure 4's runs."""
    return range(config.seed, config.seed + config.seeds)


def _name(lam: float, seed: int) -> str:
    return f"lam={lam:g},seed={seed}"


def converged(results: Results) -> tuple[Any, Any]:
    """Figure 4 (a): the decays, and for each seed the loss over all training examples."""
    config = results.config
    losses = [
        [results.last(_name(lam, s), "train_loss") for s in seeds(config)] for lam in config.lams
    ]
    return np.array(config.lams), np.array(losses)


def threshold(results: Results) -> float:
    """Section 1, "Why Should Lion Decay Weight?": 1/|w|_inf of the weights found without decay."""
    largest = [results.last(_name(0.0, s), "largest") for s in seeds(results.config)]
    return 1 / float(np.mean([max(one.values()) for one in largest]))


def smoothed(results: Results, lam: float) -> tuple[Any, Any]:
    """Figure 4 (b): the losses, means over the seeds and over a window that ends there."""
    runs = [results.series(_name(lam, s), "loss") for s in seeds(results.config)]
    steps, losses = runs[0][0], np.mean([loss for _, loss in runs], axis=0)
    width = min(results.config.window, len(losses))
    sums = np.cumsum(np.concatenate([[0.0], losses]))
    return steps[width - 1 :], (sums[width:] - sums[:-width]) / width


def risen(losses: Any) -> Any:
    """Figure 4 (a): which decays end above the first, by more than the uncertainty of the mean.

    The differences are taken seed by seed: a seed draws the same weights and batches at each decay.

    Examples
    --------
    >>> risen(np.array([[1.0, 3.0], [1.3, 2.8], [1.9, 4.1]]))
    array([False, False,  True])
    """
    apart, count = losses - losses[0], losses.shape[1]
    error = apart.std(axis=1, ddof=1) / np.sqrt(count) if count > 1 else 0.0
    return apart.mean(axis=1) > SIGMAS * error


def _threshold_row(results: Results) -> Row:
    lams, losses = converged(results)
    up, means, predicted = risen(losses), losses.mean(axis=1), threshold(results)
    low, high = lams[~up].max(), lams[up].min(initial=np.inf)
    ordered = low < high < np.inf and bool(np.all(np.diff(means[up]) > 0))
    near = low / NEAR <= predicted <= NEAR * high
    place = f"between {low:g} and {high:g}" if high < np.inf else "no rise"
    verdict = "partly" if ordered else "not at this scale"
    return Row(
        "(a) the converged loss rises only beyond a threshold of lam",
        f"{place}; from {means[0]:.3f} to {means[-1]:.3f}",
        f"1/max|w| without decay = {predicted:.3f}",
        "reproduced" if ordered and near else verdict,
    )


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
