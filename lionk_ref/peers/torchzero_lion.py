"""Eq. (2) by torchzero, put together from its modules."""

from __future__ import annotations

import numpy as np

from lionk_ref.peers.interface import Answer, Array, Peer, Setting, Stepper
from lionk_ref.peers.torch_loop import FROZEN, version


def start(x0: Array, s: Setting) -> Stepper:
    """Lion, then decoupled decay, then the step size."""
    import torch
    import torchzero as tz

    x = torch.nn.Parameter(torch.tensor(np.asarray(x0)))
    modules = [tz.m.Lion(s.beta1, s.beta2), tz.m.WeightDecay(s.lam), tz.m.LR(s.lr)]
    optimizer = tz.Optimizer([x], *modules)

    def step(g: Array, lr: float) -> Answer:
        for group in optimizer.param_groups:
            group["lr"] = lr
        x.grad = torch.tensor(np.asarray(g))
        optimizer.step()
        return x.detach().numpy().copy(), None

    return step


def peer() -> Peer:
    """The chain of modules; its m is not read."""
    import torchzero  # noqa: F401

    return Peer("torchzero", start, version("torchzero"), nan="freeze", notes=(FROZEN,))
