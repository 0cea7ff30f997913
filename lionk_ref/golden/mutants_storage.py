"""Wrong Lions: what can go wrong where m is stored in 8 bits between two steps of eq. (2)."""

from __future__ import annotations

from typing import Any

import numpy as np

from lionk_ref.golden.mutant import Lion

Array = Any
BLOCK = 256
CELLS = np.float32(32768)


class QuantisedZero(Lion):
    """m is stored in 8 bits by a lookup that takes 0 for a small value: zeros drift."""

    seen = "bitsandbytes' Lion8bit on CPU"
    K = ("l1",)

    def slope(self, m_tilde: Array, g: Array) -> Array:
        # As torch.sign: a NaN waits in m, which the lookup then takes for the least value.
        return np.where(np.isnan(m_tilde), 0, super().slope(m_tilde, g)).astype(m_tilde.dtype)

    def momentum(self, g: Array) -> Array:
        tracked = -np.ravel(super().momentum(g)).astype(np.float32)
        blocks = [stored(tracked[i : i + BLOCK]) for i in range(0, tracked.size, BLOCK)]
        return -np.concatenate(blocks).astype(g.dtype).reshape(g.shape)


def table() -> Array:
    """The 256 values between -1 and 1, finer towards 0, which is one of them."""
    edges = (np.linspace(0.1, 1, 2**i + 1) for i in range(7))
    sizes = [10.0 ** (i - 6) * (e[:-1] + e[1:]) / 2 for i, e in enumerate(edges)]
    positive = np.concatenate(sizes)
    return np.sort(np.concatenate([-positive, [0.0, 1.0], positive])).astype(np.float32)


def stored(block: Array) -> Array:
    """What comes back: the entry nearest to the middle of the value's cell.

    The cells start at whole multiples of 1/32768; none has its middle near enough to 0.
    """
    largest = np.fmax.reduce(np.abs(block))
    if not largest > 0:
        return block
    values = table()
    cell = np.floor((block / largest + np.float32(1)) * CELLS).clip(0, 2 * CELLS - 1)
    middle = (cell + 0.5) / CELLS - 1
    nearest = np.argmin(np.abs(middle[:, None].astype(np.float64) - values), axis=1)
    return values[nearest] * largest
