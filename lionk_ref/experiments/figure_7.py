"""Figure 7. Lion-lp with p between 1 and 2 on three nets, to see which p learns fastest."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from lionk_ref.discrete import Cosine, State
from lionk_ref.experiments.base import Figure, Results, Row
from lionk_ref.experiments.comparison import (
    TUNING,
    best,
    curves,
    final,
    run_name,
    tuning,
    verdict_row,
)
from lionk_ref.experiments.context import Context
from lionk_ref.experiments.pictures import panels
from lionk_ref.experiments.three_nets import Task, ThreeNetsConfig, matched, tasks
from lionk_ref.experiments.training import Moment, Training, step_

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Picture


@dataclass(frozen=True)
class Config7(ThreeNetsConfig):
    """Figure 7: every p gets the best of the ``lrs``, then ``seeds`` runs with it."""

    ps: tuple[float, ...] = (1.0, 1.25, 1.5, 1.75, 2.0)
    steps: int = 500
    lrs: tuple[float, ...] = (0.001, 0.003, 0.01, 0.03)
    lam: float = 1.0
    seeds: int = 4
    warmup: int = 30
    measure_every: int = 100

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.ps != tuple(sorted(set(self.ps))) or not 1 <= self.ps[0] <= self.ps[-1] <= 2:
            raise ValueError(f"The setting ps rises between 1 and 2, got {self.ps}.")


@dataclass(frozen=True)
class TestLoss:
    """Figure 7: the loss over the examples that are not trained on."""

    every: int

    def measure(self, training: Training, context: Context, at: Moment) -> dict[str, Any]:
        """The mean over all of them."""
        d = training.dataset
        loss = training.mean(training.net.loss, at.x, d.test_inputs, d.test_targets, context)
        return {"test_loss": loss}


class Figure7(Figure):
    """Figure 7."""

    number = 7
    title = "Lion-lp with p from 1 to 2 on three nets, each p with its best step size"
    claim = (
        "On the Transformer and the language model Lion-l1 does best, and smaller p is better; on "
        "the residual ConvNet the trend is reversed."
    )
    config = Config7

    def steps(self, config: Config7) -> int:
        runs = len(config.ps) * (len(config.lrs) + config.seeds)
        return len(config.nets) * runs * config.steps

    def run(self, config: Config7, context: Context) -> None:
        every = tasks(config)
        if not context.rehearsal:
            print(estimate(self, config, every, context), file=sys.stderr)
        for task in every:
            for p in config.ps:
                for lr in config.lrs:
                    _training(task, p, lr, TUNING, config, context.backend).run(context)
            chosen = _chosen(task, config, context)
            for p, lr in chosen.items():
                for seed in range(config.seeds):
                    _training(task, p, lr, seed, config, context.backend).run(context)

    def draw(self, results: Results) -> Picture:
        config = results.config
        picture, grid = panels(3, len(config.nets), height=2.6)
        for name, column in zip(config.nets, grid.T, strict=True):
            curves(results, name, column[0])
            final(results, name, column[1])
            tuning(results, name, column[2])
        return picture

    def rows(self, results: Results) -> list[Row]:
        return [
            verdict_row(results, name, key)
            for name in results.config.nets
            for key in ("train_loss", "test_loss")
        ]


def _chosen(task: Task, config: Config7, context: Context) -> dict[float, float]:
    if context.rehearsal:
        return dict.fromkeys(config.ps, config.lrs[0])
    tuned = Results.read(config, context.store.metrics())
    return {p: best(tuned, task.name, p) for p in config.ps}


def estimate(figure: Figure7, config: Config7, every: list[Task], context: Context) -> str:
    """What Figure 7 will cost, from a few steps of each net on this machine."""
    each = figure.steps(config) / len(every)
    seconds = sum(each * _step_time(task, config, context) for task in every)
    runs = round(figure.steps(config) / config.steps)
    return f"figure 7: {runs} runs of {config.steps} steps, some {seconds / 60:.0f} minutes here."


def _step_time(task: Task, config: Config7, context: Context, tries: int = 5) -> float:
    """The median time of a step between the cheapest p and the dearest."""
    training = _training(task, 1.5, config.lrs[0], TUNING, config, context.backend)
    x = task.net.parameters(0, like=context.array([0.0], config.dtype))
    s, times = State(x, {name: context.xp.zeros_like(a) for name, a in x.items()}), []
    for t in range(tries):
        began = time.perf_counter()
        _, g = task.net.loss_and_gradient(s.x, *training.batch(t, context))
        step_(training.optimizer, s, g, t)
        times.append(time.perf_counter() - began)
    return float(np.median(times))


def _training(
    task: Task, p: float, lr: float, seed: int, config: Config7, backend: str
) -> Training:
    same = {k: getattr(config, k) for k in ("steps", "dtype", "every", "checkpoint")}
    schedule = Cosine(lr, steps=config.steps, warmup=min(config.warmup, config.steps - 1))
    return Training(
        run_name(task.name, p, lr, seed), task.net, task.dataset,
        matched(p, task.sizes, schedule, config.lam, backend), batch_size=task.batch_size,
        seed=seed, probes=(TestLoss(config.measure_every),), **same,
    )  # fmt: skip
