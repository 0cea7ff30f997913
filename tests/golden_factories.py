"""Factories as a user of ``lionk conform module:factory`` writes them, right and wrong."""

from __future__ import annotations

from typing import Any

import numpy as np


def right(x: Any, *, beta1: float, beta2: float, lam: float, **_: Any) -> Any:
    """Lion."""
    m = np.zeros_like(x)

    def step(g: Any, lr: float) -> Any:
        nonlocal x, m
        z = beta1 * m - (1 - beta1) * g
        x = x + lr * (np.where(z == 0, 0 * z, np.sign(z)) - lam * x)
        m = beta2 * m - (1 - beta2) * g
        return x, m

    return step


def swapped(x: Any, *, beta1: float, beta2: float, **rest: Any) -> Any:
    """The betas swapped."""
    return right(x, beta1=beta2, beta2=beta1, **rest)


def crashing(x: Any, **_: Any) -> Any:
    """Fails at its first step."""
    return lambda g, lr: 1 / 0


def shapeless(x: Any, **_: Any) -> Any:
    """Answers a number."""
    return lambda g, lr: (1.0, None)


def hidden(x: Any, **rest: Any) -> Any:
    """Lion, whose m is not shown, and who does not take every case."""
    from lionk_ref.peers import Unsupported

    if len(x) == 2:
        raise Unsupported("no pairs")
    inner = right(x, **rest)
    return lambda g, lr: (inner(g, lr)[0], None)


hidden.K = ("l1",)
hidden.dtypes = ("binary64",)
hidden.notes = ("m is hidden",)


def late(x: Any, *, beta1: float, beta2: float, lam: float, **_: Any) -> Any:
    """The update that nadir 0.1.1 publishes: the decay after the step; torch.sign(NaN) is 0."""
    m = np.zeros_like(x)

    def step(g: Any, lr: float) -> Any:
        nonlocal x, m
        z = beta1 * m + (1 - beta1) * g
        x = x - lr * np.where(np.isnan(z), 0, np.sign(z)).astype(x.dtype)
        x = x - lr * lam * x
        m = beta2 * m + (1 - beta2) * g
        return x, 0 - m

    return step


late.nan = "freeze"
