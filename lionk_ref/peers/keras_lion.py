"""Eq. (2) by Keras."""

from __future__ import annotations

import os
from typing import Any

import numpy as np

from lionk_ref.discrete.conventions import KERAS
from lionk_ref.peers.interface import Answer, Array, Peer, Setting, Stepper, Unsupported
from lionk_ref.peers.torch_loop import FROZEN, settings


def start(x0: Array, s: Setting) -> Stepper:
    """One variable under keras.optimizers.Lion."""
    import keras

    if s.beta1 == 0:
        raise Unsupported("Keras rejects beta_1 = 0")
    x = keras.Variable(np.asarray(x0), dtype=str(x0.dtype))
    optimizer = keras.optimizers.Lion(**settings(KERAS, s))
    optimizer.build([x])

    def step(g: Array, lr: float) -> Answer:
        optimizer.learning_rate = lr
        optimizer.apply([keras.ops.convert_to_tensor(np.asarray(g))])
        (m,) = _momenta(optimizer)
        return _numpy(x), -_numpy(m) + 0.0

    return step


def _momenta(optimizer: Any) -> list[Any]:
    return [v for v in optimizer.variables if "momentum" in v.path]


def _numpy(v: Any) -> Array:
    import keras

    return np.array(keras.ops.convert_to_numpy(v.value))


def peer() -> Peer:
    """Keras on the PyTorch backend, unless KERAS_BACKEND says otherwise."""
    os.environ.setdefault("KERAS_BACKEND", "torch")
    import keras

    torch = keras.backend.backend() == "torch"
    formed = "lr is kept in float32, and 1 - lr lam formed there"
    notes = (formed, "beta_1 = 0 is rejected", *([FROZEN] if torch else []))
    nan = "freeze" if torch else "propagate"
    return Peer("keras", start, keras.__version__, nan=nan, notes=notes)
