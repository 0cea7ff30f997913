"""Eq. (2) by an optimizer of PyTorch: one parameter, one step at a time, its state read back."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import version as version_of
from typing import Any

import numpy as np

from lionk_ref.discrete.conventions import TORCH, Convention, Hyperparameters
from lionk_ref.peers.interface import Answer, Array, Setting, Start, Stepper, Unsupported

FROZEN = "NaN freezes a coordinate in silence: m stays NaN, and torch.sign(NaN) is 0"


def torch_start(
    build: Callable[[list[Any], dict[str, Any]], Any],
    state: str | None = "exp_avg",
    convention: Convention = TORCH,
) -> Start:
    """A `Peer`'s ``start`` from ``build(parameters, settings)``; ``state`` holds minus m."""

    def start(x0: Array, s: Setting) -> Stepper:
        import torch

        x = torch.nn.Parameter(torch.tensor(np.asarray(x0)))
        optimizer = build([x], settings(convention, s))

        def step(g: Array, lr: float) -> Answer:
            for group in optimizer.param_groups:
                group["lr"] = lr
            x.grad = torch.tensor(np.asarray(g))
            optimizer.step()
            m = None if state is None else _paper(optimizer.state[x][state], x0)
            return x.detach().numpy().copy(), m

        return step

    return start


def _paper(state: Any, like: Array) -> Array:
    return -state.detach().numpy().reshape(like.shape) + 0.0


def settings(convention: Convention, s: Setting) -> dict[str, Any]:
    """The framework's own settings; what it cannot express is not asked of it."""
    try:
        return convention.from_paper(Hyperparameters(s.lr, s.beta1, s.beta2, s.lam, s.scheme))
    except ValueError as error:
        raise Unsupported(str(error)) from None


def version(distribution: str) -> str:
    """The version of an installed distribution."""
    return version_of(distribution)
