"""Section 4 by Optax under jit, timed. It steps on memory of its own, which it donates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from lionk_ref.bench.places import Place
from lionk_ref.bench.started import SHOWN, Started
from lionk_ref.discrete.conventions import OPTAX
from lionk_ref.peers.interface import Setting
from lionk_ref.peers.torch_loop import settings


def optax(place: Place, arrays: Sequence[tuple[Any, Any, Any]], setting: Setting) -> Started:
    """``optax.lion`` and ``apply_updates`` as one function; its m starts at 0."""
    import jax
    import optax

    transform = optax.lion(**settings(OPTAX, setting))

    def step(x: Any, state: Any, g: Any) -> Any:
        updates, state = transform.update(g, state, x)
        return optax.apply_updates(x, updates), state

    run = jax.jit(step, donate_argnums=(0, 1))
    device = jax.devices(place.name)[0]
    x, _, g = (jax.device_put(place.download(a), device) for a in arrays[0])
    now = [x, transform.init(x)]

    def once() -> None:
        now[:] = run(*now, g)
        jax.block_until_ready(now)

    return Started(once, lambda: (np.array(now[0][:SHOWN]), np.array(now[1][0].mu[:SHOWN])))
