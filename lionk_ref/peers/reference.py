"""Eq. (2) and (15) by this package itself, for every K: the peer that must always pass."""

from __future__ import annotations

import numpy as np

from lionk_ref.arrays import Array
from lionk_ref.convex import from_text
from lionk_ref.discrete import State
from lionk_ref.discrete.updates import SCHEMES
from lionk_ref.peers.interface import Answer, Peer, Setting, Stepper
from lionk_ref.peers.storage import ROUND


def start(x0: Array, s: Setting) -> Stepper:
    """A run of the core."""
    K, update, store = from_text(s.K), SCHEMES[s.scheme], ROUND[s.dtype]
    state = State(x0, np.zeros_like(x0))

    def step(g: Array, lr: float) -> Answer:
        nonlocal state
        after = update(K, state, g, lr=lr, beta1=s.beta1, beta2=s.beta2, lam=s.lam)
        state = State(store(after.x), store(after.m))
        return state.x, state.m

    return step


def peer() -> Peer:
    """The reference."""
    dtypes = ("binary64", "binary32", "bfloat16", "binary16")
    return Peer("lionk-ref", start, "", ("*",), ("explicit", "implicit"), dtypes)
