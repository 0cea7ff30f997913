"""Section 4, timed: the limit where there is no C compiler, by Numba or by NumPy in blocks."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from typing import Any, TypeVar

import numpy as np

BLOCK = 16384
"""Entries that NumPy works on at once: they and the scratch memory stay in the cache."""

Made = TypeVar("Made")


def twin(reason: str, make: Callable[[str, dict[str, Any]], Made]) -> Made:
    """The twin that can be had, with the reason why it is not C."""
    if find_spec("numba") is not None:
        return make(f"Numba ({reason})", {"numba": in_numba})
    return make(f"NumPy in blocks ({reason} and no Numba)", {"numpy": in_numpy})


def in_numba(x: Any, m: Any, g: Any, hyper: tuple[float, ...]) -> Callable[[], object]:
    """Eq. (2) for Lion as a plain loop, compiled by Numba."""
    numbers, run = list(map(np.float32, hyper)), _loop()
    return lambda: run(x, m, g, *numbers, np.float32(1), np.float32(0))


@cache
def _loop() -> Any:
    import numba

    @numba.njit(nogil=True)  # type: ignore[untyped-decorator,unused-ignore]
    def loop(
        x: Any, m: Any, g: Any, lr: Any, beta1: Any, beta2: Any, lam: Any, one: Any, zero: Any
    ) -> None:
        for i in range(x.size):
            m_tilde = beta1 * m[i] - (one - beta1) * g[i]
            u = one if m_tilde > zero else (-one if m_tilde < zero else zero)
            x[i] = x[i] + lr * (u - lam * x[i])
            m[i] = beta2 * m[i] - (one - beta2) * g[i]

    return loop


def in_numpy(x: Any, m: Any, g: Any, hyper: tuple[float, ...]) -> Callable[[], object]:
    """Eq. (2) for Lion by NumPy, a block at a time, in scratch memory of two blocks."""
    lr, beta1, beta2, lam = map(np.float32, hyper)
    one, scratch = np.float32(1), np.empty((2, BLOCK), np.float32)

    def block(x: Any, m: Any, g: Any) -> None:
        u, part = scratch[:, : x.size]
        np.subtract(np.multiply(m, beta1, u), np.multiply(g, one - beta1, part), u)
        np.sign(u, part)
        np.subtract(part, np.multiply(x, lam, u), u)
        np.add(x, np.multiply(u, lr, u), x)
        np.subtract(np.multiply(m, beta2, u), np.multiply(g, one - beta2, part), m)

    def run() -> None:
        for i in range(0, x.size, BLOCK):
            block(x[i : i + BLOCK], m[i : i + BLOCK], g[i : i + BLOCK])

    return run
