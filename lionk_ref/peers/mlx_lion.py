"""Eq. (2) by MLX, on the CPU."""

from __future__ import annotations

import numpy as np

from lionk_ref.peers.interface import Answer, Array, Peer, Setting, Stepper
from lionk_ref.peers.torch_loop import FROZEN, version


def start(x0: Array, s: Setting) -> Stepper:
    """One array under mlx.optimizers.Lion."""
    import mlx.core as mx
    import mlx.optimizers as optimizers

    mx.set_default_device(mx.cpu)
    kind = mx.float64 if x0.dtype == np.float64 else mx.float32
    optimizer = optimizers.Lion(s.lr, betas=[s.beta1, s.beta2], weight_decay=s.lam)
    tree = {"x": mx.array(np.asarray(x0), dtype=kind)}

    def step(g: Array, lr: float) -> Answer:
        nonlocal tree
        optimizer.learning_rate = lr
        tree = optimizer.apply_gradients({"x": mx.array(np.asarray(g), dtype=kind)}, tree)
        return np.array(tree["x"]), -np.array(optimizer.state["x"]["m"]) + 0.0

    return step


def peer() -> Peer:
    """MLX's Lion."""
    import mlx.optimizers  # noqa: F401

    notes = ("lr is kept in float32", FROZEN)
    return Peer("mlx", start, version("mlx"), nan="freeze", notes=notes)
