"""Figure 7. The runs of each p put side by side: curves, means, errors, and the order of the p."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from lionk_ref.experiments.base import Results, Row
from lionk_ref.experiments.pictures import label
from lionk_ref.experiments.three_nets import TITLES

SMALLER_IS_BETTER = {"transformer": True, "language": True, "convnet": False}
"""What the paper says of each architecture."""

MEASURES = {"train_loss": "training loss", "test_loss": "test loss"}
TUNING = 1000
"""The seed of the runs that choose the step size; the others are 0, 1, 2, ..."""

CLEAR = 2.0
"""A difference counts from this many standard errors on."""


def best(results: Results, net: str, p: float) -> float:
    """The step size with the smallest training loss in the runs that Figure 7 tunes with."""
    lrs: tuple[float, ...] = results.config.lrs
    return min(lrs, key=lambda lr: last(results, net, p, lr, TUNING, "train_loss"))


def finals(results: Results, net: str, key: str) -> Any:
    """Figure 7's numbers: the last loss of each run with the best step size, (p, seed)."""
    config = results.config
    return np.array(
        [
            [last(results, net, p, best(results, net, p), s, key) for s in range(config.seeds)]
            for p in config.ps
        ]
    )


def mean_and_error(values: Any) -> tuple[Any, Any]:
    """Figure 7's error bars: the mean over the last axis, and its standard error.

    Examples
    --------
    >>> mean_and_error(np.array([1.0, 3.0]))
    (np.float64(2.0), np.float64(1.0))
    """
    n = values.shape[-1]
    spread = np.std(values, axis=-1, ddof=1) if n > 1 else np.full(values.shape[:-1], np.nan)
    return np.mean(values, axis=-1), spread / math.sqrt(n)


def verdict(losses: Any, smaller_is_better: bool) -> str:
    """Whether losses (p, seed), p ascending, are ordered as the paper says of Figure 7.

    Reproduced: p = 1 and p = 2 differ by more than two standard errors of the difference of runs
    with one seed, in the paper's direction, and the means are in order throughout. Partly: the ends
    differ so, but the order between is another.

    Examples
    --------
    >>> verdict(np.array([[1.0, 1.1], [1.2, 1.3], [1.4, 1.5]]), smaller_is_better=True)
    'reproduced'
    """
    rising = losses if smaller_is_better else losses[::-1]
    mean, error = mean_and_error(rising[-1] - rising[0])
    if not mean > CLEAR * error:
        return "not at this scale"
    ordered = np.all(np.diff(rising.mean(axis=1)) > 0)
    return "reproduced" if ordered else "partly"


def verdict_row(results: Results, net: str, key: str) -> Row:
    """The order of the p on one net."""
    config = results.config
    losses = finals(results, net, key)
    means, errors = mean_and_error(losses)
    smaller = SMALLER_IS_BETTER[net]
    return Row(
        f"{TITLES[net]}: {MEASURES[key]}, {'smaller' if smaller else 'larger'} p is better",
        "; ".join(
            f"p = {p:g}: {m:.4g} +- {e:.1g} ({_chosen(results, net, p)})"
            for p, m, e in zip(config.ps, means, errors, strict=True)
        ),
        f"by the paper, a loss that {'rises' if smaller else 'falls'} with p; "
        "the theory has no prediction",
        verdict(losses, smaller),
    )


def _chosen(results: Results, net: str, p: float) -> str:
    lrs, lr = results.config.lrs, best(results, net, p)
    at_end = ", the end of those tried" if lr in (min(lrs), max(lrs)) else ""
    return f"lr {lr:g}{at_end}"


def curves(results: Results, net: str, axes: Any) -> None:
    """The test loss over the steps: means of the seeds, with their standard errors."""
    config = results.config
    for i, p in enumerate(config.ps):
        lr = best(results, net, p)
        runs = [run_name(net, p, lr, s) for s in range(config.seeds)]
        steps = results.series(runs[0], "test_loss")[0]
        values = np.array([results.series(run, "test_loss")[1] for run in runs]).T
        mean, error = mean_and_error(values)
        axes.plot(steps, mean, color=f"C{i}", lw=1, label=f"p = {p:g}")
        axes.fill_between(steps, mean - error, mean + error, color=f"C{i}", alpha=0.2, lw=0)
    axes.legend(fontsize=6)
    logarithmic(axes)
    label(axes, TITLES[net], "step", "test loss")


def final(results: Results, net: str, axes: Any) -> None:
    """The losses at the end against p, with error bars and the single runs."""
    ps = np.array(results.config.ps)
    for key, colour, shift in (("train_loss", "tab:blue", -0.01), ("test_loss", "tab:red", 0.01)):
        losses = finals(results, net, key)
        mean, error = mean_and_error(losses)
        axes.errorbar(ps + shift, mean, error, fmt="o-", color=colour, ms=3, lw=0.9, capsize=2,
                      label=MEASURES[key])  # fmt: skip
        axes.plot(ps + shift, losses, ".", color=colour, ms=2, alpha=0.6)
    axes.legend(fontsize=6)
    logarithmic(axes)
    label(axes, "at the end, with the best lr of each p", "p", "loss")


def tuning(results: Results, net: str, axes: Any) -> None:
    """The training loss at the end against the step size, for each p."""
    config = results.config
    for i, p in enumerate(config.ps):
        losses = [last(results, net, p, lr, TUNING, "train_loss") for lr in config.lrs]
        axes.plot(config.lrs, losses, ".-", color=f"C{i}", lw=0.9, label=f"p = {p:g}")
    axes.set_xscale("log")
    logarithmic(axes)
    label(axes, "the choice of lr (a seed of its own)", "lr", "training loss at the end")


def logarithmic(axes: Any) -> None:
    """A logarithmic axis for Figure 7's losses, its numbers in plain digits."""
    axes.set_yscale("log")
    axes.yaxis.set_major_formatter("{x:.3g}")
    axes.yaxis.set_minor_formatter("{x:.3g}")
    axes.tick_params(which="minor", labelsize=6)


def run_name(net: str, p: float, lr: float, seed: int) -> str:
    """The name of one of Figure 7's runs.

    Examples
    --------
    >>> run_name("convnet", 1.5, 0.001, 0)
    'convnet,p=1.5,lr=0.001,seed=0'
    """
    return f"{net},p={p:g},lr={lr:g},seed={seed}"


def last(results: Results, net: str, p: float, lr: float, seed: int, key: str) -> float:
    """The last value of ``key`` in one of Figure 7's runs."""
    return float(results.last(run_name(net, p, lr, seed), key))
