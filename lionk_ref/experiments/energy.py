"""Theorem 4.1 on a net: where the energy of a step goes, minibatch noise included."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from lionk_ref.arrays import Array, Arrays, as_float, combine, dot, precise
from lionk_ref.certificates.energy_balance import energy_balance, first_bracket, second_bracket
from lionk_ref.certificates.quantities import point, quantities
from lionk_ref.discrete import LionK, State, Step
from lionk_ref.experiments.context import Context
from lionk_ref.experiments.training import CHUNK, Moment, Training

NODES = 3


@dataclass(frozen=True)
class EnergyBalance:
    """The energy balance of one step, with f the mean loss over all training examples.

    H' - H = D_f(x', x) + <grad f(x) - g, x' - x> - (1 + c lam) [first] - c [second], where g is the
    gradient of the batch; see `lionk_ref.certificates.energy_balance`. All is held in float64.
    Recorded are the causes, the residual relative to the sum of their sizes, and the tolerance of
    that. ``along`` is D_f once more, from gradients between x and x' instead of from f, by the
    quadrature of Gauss: it agrees only if the net's gradient is that of its loss.

    Parameters
    ----------
    every : int
        The steps between two balances; each takes the gradient over all examples five times.
    """

    every: int

    def measure(self, training: Training, context: Context, at: Moment) -> dict[str, Any]:
        """The terms of the balance at this step."""
        if not isinstance(training.optimizer, LionK):
            raise TypeError("The energy balance needs one LionK for all tensors.")
        return {"balance": balance(training, training.optimizer, context, at)}


def balance(training: Training, lion: LionK, context: Context, at: Moment) -> dict[str, float]:
    """Theorem 4.1 as an equality: the terms of one step of a training."""
    before, f = State(at.x, at.m), NetLoss(training, context)
    step = Step(at.t, lion.lr_at(at.t), before, at.g, lion.step(before, at.g, at.t))
    K = lion.convex_function(at.x)
    start, end = (point(K, f, s, lion.lam) for s in (step.before, step.after))
    q = quantities(lion, f, step, start, end)
    judged = energy_balance(q)
    terms = {
        "change": q.change,
        "curvature": q.bregman,
        "noise": q.noise,
        "first": -(1 + q.c * q.lam) * first_bracket(q),
        "second": -q.c * second_bracket(q),
        "residual": judged.residual,
        "tolerance": judged.tolerance / judged.scale,
        "along": f.bregman_along(end.x, start.x),
    }
    return {name: as_float(term) for name, term in terms.items()}


@dataclass(frozen=True, eq=False)
class NetLoss:
    """Section 2's f on a net: the mean loss over all training examples, in float64."""

    training: Training
    context: Context
    seen: dict[int, tuple[Arrays, Array, Arrays]] = field(default_factory=dict)

    smoothness = float("inf")

    def f(self, x: Arrays) -> Array:
        """The loss at x."""
        return self._at(x)[0]

    def gradient(self, x: Arrays) -> Arrays:
        """Its gradient at x."""
        return self._at(x)[1]

    def majorant(self, v: Arrays) -> Arrays:
        """0: no bound on the curvature is known, and the energy balance asks for none."""
        return combine(0, v, 0, v)

    def bregman(self, x_next: Arrays, x: Arrays) -> Array:
        """D_f(x', x) = f(x') - f(x) - <grad f(x), x' - x>."""
        return self.f(x_next) - self.f(x) - dot(self.gradient(x), combine(1, x_next, -1, x))

    def bregman_along(self, x_next: Arrays, x: Arrays) -> Array:
        """The integral of <grad f(x + s d) - grad f(x), d> over s in [0, 1], d = x' - x."""
        d, start = combine(1, x_next, -1, x), self.gradient(x)
        places, weights = np.polynomial.legendre.leggauss(NODES)
        total: Array = 0.0
        for place, weight in zip(places.tolist(), weights.tolist(), strict=True):
            g = self._over_all(combine(1, x, (1 + place) / 2, d))[1]
            total = total + weight / 2 * dot(combine(1, g, -1, start), d)
        return total

    def _at(self, x: Arrays) -> tuple[Array, Arrays]:
        # The same few points are asked for again and again; each costs a pass over all examples.
        if id(x) not in self.seen:
            self.seen[id(x)] = (x, *self._over_all(x))
        return self.seen[id(x)][1:]

    def _over_all(self, x: Arrays) -> tuple[Array, Arrays]:
        x, inputs = precise(x), self.training.dataset.train_inputs
        loss: Array = 0.0
        gradient = combine(0, x, 0, x)
        for i in range(0, len(inputs), CHUNK):
            some, targets = self._examples(slice(i, i + CHUNK))
            share = targets.shape[0] / len(inputs)
            f, g = self.training.net.loss_and_gradient(x, some, targets)
            loss, gradient = loss + share * f, combine(1, gradient, share, g)
        return loss, gradient

    def _examples(self, rows: slice) -> tuple[Array, Array]:
        t, d = self.training, self.training.dataset
        inputs = t.inputs(d.train_inputs[rows], self.context, "float64")
        return inputs, self.context.array(d.train_targets[rows])
