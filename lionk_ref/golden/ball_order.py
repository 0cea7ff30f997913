"""Section 2 in ball arithmetic: sorting and indexing, where the order is certain."""

from __future__ import annotations

from typing import Any

import flint
import numpy as np

from lionk_ref.golden.ball_logic import greater
from lionk_ref.golden.balls import Balls, UndecidedError, each_entry

arb: Any = flint.arb


class Order:
    """The part of the namespace of `Balls` that depends on their order."""

    sum: Any
    astype: Any

    def sort(self, z: Balls, axis: int = -1, descending: Any = False) -> Balls:
        """Order statistics: the balls from the sorted lower and the sorted upper ends."""
        order = np.argsort(z.data, axis, kind="stable")
        rising = np.take_along_axis(z.data, order, axis)
        if _is_order(rising, axis):
            return Balls(np.flip(rising, axis) if descending else rising, z.dtype, self)
        low = np.sort(each_entry(lambda v: v.lower(), z.data), axis)
        high = np.sort(each_entry(lambda v: v.upper(), z.data), axis)
        rising = np.frompyfunc(lambda p, q: p.union(q), 2, 1)(low, high)
        return Balls(np.flip(rising, axis) if descending else rising, z.dtype, self)

    def argsort(self, z: Balls, axis: int = -1, descending: Any = False, stable: Any = True) -> Any:
        """The order of the entries; equal ones as they stand."""
        key = -z.data if descending else z.data
        order = np.argsort(key, axis, kind="stable")
        if not _is_order(np.take_along_axis(key, order, axis), axis):
            raise UndecidedError("an order that depends on the point of the ball")
        return Balls(each_entry(exact, order), "int64", self)

    def searchsorted(self, a: Balls, v: Balls, side: str = "left") -> Balls:
        """How many entries of ``a``, which rises, lie below each of v (or not above it)."""
        ahead = (a[None, :] < v[:, None]) if side == "left" else (a[None, :] <= v[:, None])
        counted: Balls = self.sum(self.astype(ahead, "int64"), axis=1)
        return counted

    def take(self, z: Balls, indices: Balls, axis: int = 0) -> Balls:
        """The entries at ``indices``."""
        return Balls(np.take(z.data, _whole(indices), axis), z.dtype, self)

    def take_along_axis(self, z: Balls, indices: Balls, axis: int = -1) -> Balls:
        """The entries at ``indices``, row by row."""
        return Balls(np.take_along_axis(z.data, _whole(indices), axis), z.dtype, self)


def exact(v: Any) -> Any:
    """A number as a ball of radius 0 (of 256 bits where a quotient does not fit)."""
    if isinstance(v, arb | bool | type(None)):
        return v
    if hasattr(v, "numerator") and not isinstance(v, float):
        return arb(flint.fmpz(int(v.numerator))) / flint.fmpz(int(v.denominator))
    return arb(float(v))


def _whole(indices: Balls) -> Any:
    """Balls that hold one whole number each, as those numbers."""
    flat = [v.unique_fmpz() for v in indices.data.reshape(-1)]
    if None in flat:
        raise UndecidedError("an index that depends on the point of the ball")
    return np.array([int(v) for v in flat], dtype=np.int64).reshape(indices.shape)


def _is_order(rising: Any, axis: int) -> bool:
    """Whether the entries rise for certain."""
    steps = range(rising.shape[axis] - 1)
    a, b = np.take(rising, steps, axis), np.take(rising, [i + 1 for i in steps], axis)
    pairs = zip(a.reshape(-1), b.reshape(-1), strict=True)
    return all(greater(p, q) is False for p, q in pairs)
