"""Figure 6. The norm that each K constrains, on a ConvNet, a Transformer and a language model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from lionk_ref.arrays import as_float, max_abs, norm
from lionk_ref.experiments.base import Figure, Results, Row
from lionk_ref.experiments.context import Context
from lionk_ref.experiments.pictures import label, panels
from lionk_ref.experiments.settings import POSITIVE
from lionk_ref.experiments.three_nets import TITLES, Task, ThreeNetsConfig, matched, tasks
from lionk_ref.experiments.training import Moment, Training

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Picture

PS = (1, 2)
DUALS = {1: r"\infty", 2: "2"}
UNIT = {"float32": 2.0**-24, "float64": 2.0**-53}
EDGE = 0.999


@dataclass(frozen=True)
class Config6(ThreeNetsConfig):
    """Figure 6: a decay strong enough that every net begins outside its constraint."""

    positive = POSITIVE | {"lam"}

    steps: int = 1000
    lr: float = 0.001
    lam: float = 10.0
    seed: int = 0


@dataclass(frozen=True)
class DualNorms:
    """Figure 6: lam |w| of each tensor in the norm that K constrains; the constraint is <= 1."""

    every: int
    p: int

    def measure(self, training: Training, context: Context, at: Moment) -> dict[str, Any]:
        """The norm of each tensor, times its lam."""
        of = max_abs if self.p == 1 else norm
        lams = {name: training.optimizer_of(name).lam for name in at.x}
        return {"norm": {name: lams[name] * as_float(of(w)) for name, w in at.x.items()}}


class Figure6(Figure):
    """Figure 6."""

    number = 6
    title = "the constrained norms under Lion-l1 and Lion-l2 on three nets"
    claim = (
        "On deep nets as well the norms behave as the theory predicts: |w|_inf under Lion-l1 and "
        "|w|_2 under Lion-l2 fall to 1/lam and stay there."
    )
    config = Config6

    def steps(self, config: Config6) -> int:
        return len(PS) * len(config.nets) * config.steps

    def run(self, config: Config6, context: Context) -> None:
        for task in tasks(config):
            for p in PS:
                _training(task, p, config, context.backend).run(context)

    def draw(self, results: Results) -> Picture:
        config = results.config
        picture, grid = panels(len(PS), len(config.nets), height=2.6)
        for p, line in zip(PS, grid, strict=True):
            for name, axes in zip(config.nets, line, strict=True):
                _draw_norms(results, name, p, axes)
        grid[0][0].legend(fontsize=6, loc="upper right")
        return picture

    def rows(self, results: Results) -> list[Row]:
        cases = [(name, p) for name in results.config.nets for p in PS]
        entries = [_entry_row(results, name, p) for name, p in cases]
        edges = [_edge_row(results, name, p) for name, p in cases]
        return [_bound_row(results, cases), *entries, *edges]


def _training(task: Task, p: int, config: Config6, backend: str) -> Training:
    same = {k: getattr(config, k) for k in ("steps", "seed", "dtype", "every", "checkpoint")}
    optimizer = matched(p, task.sizes, config.lr, config.lam, backend)
    return Training(
        _run(task.name, p), task.net, task.dataset, optimizer, batch_size=task.batch_size,
        probes=(DualNorms(config.every, p),), **same,
    )  # fmt: skip


def _run(name: str, p: int) -> str:
    return f"{name},p={p}"


def norms(results: Results, name: str, p: int) -> tuple[Any, Any]:
    """Figure 6, measured: the recorded steps, and lam |w|, a column for each tensor."""
    steps, values = results.series(_run(name, p), "norm")
    return steps, np.array([list(v.values()) for v in values])


def allowed(config: Config6, steps: Any, first: Any) -> Any:
    """Figure 6, predicted: lam |w_t| <= 1 + (1 - lr lam)^t (lam |w_0| - 1), by eq. (2).

    It is |w'| <= (1 - lr lam) |w| + lr |grad K| with |grad K| <= 1, for a norm inside or outside.

    Examples
    --------
    >>> allowed(Config6(lr=0.1, lam=5.0), np.array([0, 1, 2]), np.array([3.0])).ravel()
    array([3. , 2. , 1.5])
    """
    decay = (1 - config.lr * config.lam) ** np.asarray(steps, dtype=float)
    return 1 + decay[:, None] * (first - 1)


def _draw_norms(results: Results, name: str, p: int, axes: Any) -> None:
    steps, values = norms(results, name, p)
    bound = allowed(results.config, steps, values[0])
    axes.plot(steps, values[:, 0], color="0.75", lw=0.6, label="each tensor")
    axes.plot(steps, values[:, 1:], color="0.75", lw=0.6)
    axes.plot(steps, values.max(axis=1), color="tab:blue", lw=1.4, label="the largest")
    axes.plot(steps, bound.max(axis=1), color="black", lw=0.9, ls=":", label="phase 1, predicted")
    axes.axhline(1, color="red", lw=0.9, ls="--", label="1")
    axes.set_yscale("log")
    axes.set_ylim(3e-2, 2 * values.max())
    label(axes, f"{TITLES[name]}; p = {p}", "step", rf"$\lambda\,\|w\|_{{{DUALS[p]}}}$")


def _bound_row(results: Results, cases: list[tuple[str, int]]) -> Row:
    """Each norm at each record against eq. (2)'s bound, with what rounding may add.

    A step rounds an entry three times, each time by at most a unit u of |w| + lr; the decay keeps
    1/(lr lam) of these errors. In the norm of K, relative to 1/lam: 6u (1 + 1/(lr lam)) times the
    bound itself.
    """
    config, worst, count = results.config, 0.0, 0
    rounding = 6 * UNIT[config.dtype] * (1 + 1 / (config.lr * config.lam))
    for name, p in cases:
        steps, values = norms(results, name, p)
        bound = allowed(config, steps, values[0])
        # A bias begins at 0, where the bound is 0 as well.
        worst = max(worst, float(np.max(values[1:] / bound[1:])))
        count += values[1:].size
    return Row(
        "Every tensor, at every record: lam |w| <= 1 + (1 - lr lam)^t (lam |w_0| - 1)",
        f"{count} norms, at most {worst:.6f} of the bound", "at most 1, but for rounding",
        "held" if worst <= 1 + rounding else "FAILED",
    )  # fmt: skip


def _entry_row(results: Results, name: str, p: int) -> Row:
    config = results.config
    steps, values = norms(results, name, p)
    bound, top = allowed(config, steps, values[0]).max(axis=1), values.max(axis=1)
    predicted, measured = (steps[curve <= 1.01] for curve in (bound, top))
    outside = int(np.sum(values[0] > 1))
    ok = len(measured) and (not len(predicted) or measured[0] <= predicted[0])
    return Row(
        f"{TITLES[name]}, p = {p}: {outside} of {values.shape[1]} tensors begin outside, and all "
        "come within 1%",
        f"by step {measured[0]}" if len(measured) else f"not in {steps[-1]} steps",
        f"by step {predicted[0]}" if len(predicted) else f"after {steps[-1]} steps",
        "reproduced" if ok else "not at this scale",
    )


def _edge_row(results: Results, name: str, p: int) -> Row:
    _, values = norms(results, name, p)
    last = values[-1]
    at_edge = int(np.sum(last >= EDGE))
    return Row(
        f"{TITLES[name]}, p = {p}: and stay there; the largest at the end",
        f"{last.max():.4f}; {at_edge} of {len(last)} tensors within 0.1% of the edge",
        "at most 1",
        "reproduced" if last.max() <= 2 - EDGE else "partly",
    )
