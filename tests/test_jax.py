"""A step that JAX traces: what it sees has neither numbers nor a place."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from convex_probe import instances, label
from lionk_ref import LionK
from lionk_ref.convex import Blocks, ConvexFunction

jax = pytest.importorskip("jax", reason="jax is not installed")


def takes_arrays(K: Any) -> bool:
    """Whether it takes arrays and no dicts."""
    while hasattr(K, "K"):
        K = K.K
    return not isinstance(K, Blocks)


@pytest.mark.filterwarnings("ignore")  # JAX says that it has no float64.
@pytest.mark.parametrize("scheme", ["explicit", "implicit"])
@pytest.mark.parametrize("K", [*filter(takes_arrays, instances())], ids=label)
def test_a_jitted_step_is_the_step(K: ConvexFunction, scheme: str) -> None:
    """To within what the compiler contracts."""
    optimizer = LionK(K, lr=0.01, lam=0.1, scheme=scheme)
    x, g = jax.numpy.linspace(-1, 1, 6), jax.numpy.linspace(2, -1, 6)
    s = optimizer.init(x)
    plain, jitted = optimizer.step(s, g), jax.jit(optimizer.step)(s, g)
    for a, b in zip(plain, jitted, strict=True):
        assert np.max(np.abs(np.asarray(a) - np.asarray(b))) < 1e-5
