"""Eq. (2) by Optax."""

from __future__ import annotations

from typing import Any

from lionk_ref.discrete.conventions import OPTAX
from lionk_ref.peers.interface import Answer, Array, Peer, Setting, Stepper
from lionk_ref.peers.torch_loop import settings


def optax_start(transform: Any) -> Any:
    """A `Peer`'s ``start`` from ``transform(lr, setting)``, which is made anew for every lr."""

    def start(x0: Array, s: Setting) -> Stepper:
        import jax

        jax.config.update("jax_enable_x64", True)
        import jax.numpy as jnp
        import numpy as np
        import optax

        x = jnp.asarray(x0)
        state = transform(s.lr, s).init(x)

        def step(g: Array, lr: float) -> Answer:
            nonlocal x, state
            updates, state = transform(lr, s).update(jnp.asarray(g), state, x)
            x = optax.apply_updates(x, updates)
            return np.array(x), -np.array(state[0].mu) + 0.0

        return step

    return start


def _lion(lr: float, s: Setting) -> Any:
    import optax

    return optax.lion(**(settings(OPTAX, s) | {"learning_rate": lr}))


def peer() -> Peer:
    """optax.lion with the decay of the case."""
    import optax

    notes = ("weight_decay is 1e-3 by default: without it Lion decays all the same",)
    return Peer("optax", optax_start(_lion), optax.__version__, notes=notes)
