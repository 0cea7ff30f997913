"""Section 5. Training a net by Lion-K: minibatches, metrics, checkpoints, and nothing hidden.

The batch of step t depends on the seed and t alone, and a checkpoint holds x and m as they are, so
that a resumed run repeats an uninterrupted one bit for bit.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from lionk_ref.arrays import Array, as_float
from lionk_ref.discrete import LionK, State
from lionk_ref.experiments.context import Clock, Context
from lionk_ref.experiments.state import digest, flattened, largest, unflattened
from lionk_ref.experiments.state import step_ as step_
from lionk_ref.experiments.store import Log

Optimizer = LionK | Mapping[str, LionK]
"""One optimizer for all tensors, or one for each by name."""

CHUNK = 1000


class Moment(NamedTuple):
    """What a probe sees: x_t and m_t, and the loss and the gradient of the batch of step t."""

    t: int
    x: dict[str, Array]
    m: dict[str, Array]
    loss: float
    g: dict[str, Array]


class Probe(Protocol):
    """Something to measure every so many steps, and at the end."""

    @property
    def every(self) -> int: ...

    def measure(self, training: Training, context: Context, at: Moment) -> dict[str, Any]:
        """Values for the record of this step: finite numbers, lists, dicts of them."""


@dataclass(frozen=True)
class Training:
    """One run: a net, data, an optimizer.

    Attributes
    ----------
    name : str
        The name of the run, in its records and files.
    net, dataset : Any
        One of `lionk_ref.problems.nets` and a `lionk_ref.problems.datasets.Dataset`.
    optimizer : LionK or dict of LionK
        One for all tensors, or one for each; a schedule is its ``lr``.
    steps, batch_size, seed : int
        How many steps, on how many examples each, and where the draws begin.
    initialisation : {"uniform", "normal"}
        Kaiming's, as in Figure 3.
    dtype : {"float32", "float64"}
        Of the parameters and the inputs.
    probes : tuple of Probe
        What is measured on the way.
    every, checkpoint : int
        After how many steps the loss is recorded, and a checkpoint written.
    """

    name: str
    net: Any
    dataset: Any
    optimizer: Optimizer
    steps: int
    batch_size: int = 100
    seed: int = 0
    initialisation: str = "uniform"
    dtype: str = "float32"
    probes: tuple[Probe, ...] = ()
    every: int = 10
    checkpoint: int = 200

    def run(self, context: Context) -> None:
        """Train from the last checkpoint, or from the start; a finished run is left alone."""
        log = context.log(self.name)
        if context.rehearsal:
            self._rehearse(log, context)
            return
        context.progress(log.checkpoint.t, self.name)
        if log.checkpoint.done:
            return
        clock = context.clocks[self.name] = Clock()
        state = self._state(log, context)
        for t in range(log.checkpoint.t, self.steps):
            with context.timed(clock, "total"):
                at = self._moment(t, state, context)
            self._record(log, context, at, t % self.every == 0)
            with context.timed(clock, "optimizer"):
                step_(self.optimizer, state, at.g, t)
            clock.tick(first=t == log.checkpoint.t)
            context.progress(1, f"{self.name}  loss {at.loss:.4f}")
            if (t + 1) % self.checkpoint == 0:
                log.save(t + 1, flattened(state))
        clock.total += clock.optimizer
        self._last(log, context, state)

    def optimizer_of(self, tensor: str) -> LionK:
        """Who steps this tensor."""
        return self.optimizer if isinstance(self.optimizer, LionK) else self.optimizer[tensor]

    def batch(self, t: int, context: Context) -> tuple[Array, Array]:
        """The inputs and targets of step t, in the library of the run."""
        inputs, targets = self.dataset.batch(t, self.batch_size, self.seed)
        return self.inputs(inputs, context), context.array(targets)

    def inputs(self, inputs: Any, context: Context, dtype: str | None = None) -> Array:
        """Inputs in the library and dtype of the run; whole numbers, such as bytes, stay so."""
        floating = inputs.dtype.kind == "f"
        return context.array(inputs, (dtype or self.dtype) if floating else None)

    def _state(self, log: Log, context: Context) -> State:
        if log.checkpoint.arrays:
            arrays = {key: context.array(a) for key, a in log.checkpoint.arrays.items()}
            return unflattened(arrays)
        like = context.array([0.0], self.dtype)
        x = self.net.parameters(self.seed, initialisation=self.initialisation, like=like)
        return State(x, {name: context.xp.zeros_like(a) for name, a in x.items()})

    def _rehearse(self, log: Log, context: Context) -> None:
        state = self._state(log, context)
        g = self._moment(0, state, context).g
        t = largest(self.optimizer_of(next(iter(g))), self.steps)
        step_(self.optimizer, state, g, t)

    def _moment(self, t: int, s: State, context: Context) -> Moment:
        loss, g = self.net.loss_and_gradient(s.x, *self.batch(t, context))
        return Moment(t, s.x, s.m, self._finite(as_float(loss), t), g)

    def _finite(self, loss: float, t: int) -> float:
        if not math.isfinite(loss):
            raise ValueError(
                f"The run {self.name!r} has diverged: the loss is {loss} at step {t}. "
                "Try a smaller lr. Earlier results are as they were."
            )
        return loss

    def _record(
        self, log: Log, context: Context, at: Moment, due: bool, last: bool = False
    ) -> None:
        values: dict[str, Any] = {}
        for probe in self.probes:
            if last or at.t % probe.every == 0:
                values |= probe.measure(self, context, at)
        if values or due:
            log.record(at.t, loss=at.loss, **values)

    def _last(self, log: Log, context: Context, state: State) -> None:
        at = self._moment(self.steps, state, context)
        self._record(log, context, at, due=True, last=True)
        entries = sum(math.prod(a.shape) for a in state.x.values())
        scores = self.scores(state.x, context)
        log.record(self.steps, **scores, entries=entries, sha256=digest(state))
        log.finish(self.steps)

    def scores(self, x: dict[str, Array], context: Context) -> dict[str, float]:
        """The loss over all training examples, and the share of test examples that are right."""
        d = self.dataset
        return {
            "train_loss": self.mean(self.net.loss, x, d.train_inputs, d.train_targets, context),
            "accuracy": self.mean(self.net.accuracy, x, d.test_inputs, d.test_targets, context),
        }

    def mean(self, f: Any, x: Any, inputs: Any, targets: Any, context: Context) -> float:
        """The mean of ``f(x, inputs, targets)`` over examples, a thousand at a time."""
        parts = []
        for i in range(0, len(inputs), CHUNK):
            some = self.inputs(inputs[i : i + CHUNK], context)
            value = as_float(f(x, some, context.array(targets[i : i + CHUNK])))
            parts.append(value * some.shape[0])
        return math.fsum(parts) / len(inputs)
