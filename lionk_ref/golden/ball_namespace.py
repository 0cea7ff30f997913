"""Section 2 in ball arithmetic: the functions of the Array API standard that the catalogue uses."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any

import flint
import numpy as np

from lionk_ref.golden.ball_logic import larger, power
from lionk_ref.golden.ball_matrices import eigh, svd
from lionk_ref.golden.ball_order import Order, exact
from lionk_ref.golden.balls import Balls, each_entry

arb: Any = flint.arb


def _elementwise(name: str) -> Callable[..., Balls]:
    def function(self: BallNamespace, z: Balls) -> Balls:
        return Balls(each_entry(lambda v: getattr(v, name)(), z.data), z.dtype, self)

    return function


class BallNamespace(Order):
    """The namespace of `Balls`; with ``midpoints`` every result loses its radius.

    The second is plain arithmetic of 256 bits. It serves where a fixed number of Newton's steps
    would let the radii grow without end, and says nothing about its own error.
    """

    float64, float32, int64, bool = "float64", "float32", "int64", "bool"
    inf, nan, pi = math.inf, math.nan, math.pi
    exp, log1p, sinh, tanh = map(_elementwise, ("exp", "log1p", "sinh", "tanh"))
    asinh, atanh, cosh, log = map(_elementwise, ("asinh", "atanh", "cosh", "log"))
    expm1 = _elementwise("expm1")

    def __init__(self, midpoints: Any = False) -> None:
        self.__name__ = f"balls({midpoints})"
        self.midpoints = midpoints
        self.linalg = SimpleNamespace(svd=svd, eigh=eigh)

    def asarray(
        self, values: Any, dtype: Any = None, device: Any = None, copy: Any = None
    ) -> Balls:
        """An array of these numbers; Fractions and floats are taken exactly."""
        if isinstance(values, Balls):
            return values
        return Balls(each_entry(exact, np.asarray(values, dtype=object)), dtype or "float64", self)

    def astype(self, z: Balls, dtype: Any, copy: Any = None) -> Balls:
        """The same values; a comparison becomes 0, 1, or the interval between."""
        return Balls(each_entry(_number, z.data), dtype, self)

    def finfo(self, dtype: Any) -> Any:
        """The limits of float64, in place of which the balls stand."""
        return np.finfo(np.float64)

    def where(self, condition: Balls, a: Any, b: Any) -> Balls:
        """a where it holds, b where it does not, the hull of both where it may."""
        a, b = (self.asarray(v) for v in (a, b))
        chosen = np.frompyfunc(_choose, 3, 1)(condition.data, a.data, b.data)
        return Balls(chosen, a.dtype, self)

    def abs(self, z: Balls) -> Balls:
        """|z|."""
        return abs(z)

    def sqrt(self, z: Balls) -> Balls:
        """The root, of the part that is >= 0."""
        return Balls(each_entry(_root, z.data), z.dtype, self)

    def isnan(self, z: Balls) -> Balls:
        """False throughout: a ball that is everything is no NaN."""
        return Balls(each_entry(lambda v: False, z.data), "bool", self)

    def maximum(self, a: Any, b: Any) -> Balls:
        """The larger."""
        a, b = self.asarray(a), self.asarray(b)
        return Balls(np.frompyfunc(larger, 2, 1)(a.data, b.data), a.dtype, self)

    def minimum(self, a: Any, b: Any) -> Balls:
        """The smaller."""
        return -self.maximum(-self.asarray(a), -self.asarray(b))

    def clip(self, z: Balls, min: Any = None, max: Any = None) -> Balls:  # noqa: A002
        """Z between two limits."""
        z = z if min is None else self.maximum(z, min)
        return z if max is None else self.minimum(z, max)

    def sum(self, z: Balls, axis: Any = None, keepdims: Any = False, dtype: Any = None) -> Balls:
        """The sum of all entries, or along an axis."""
        total = np.sum(z.data, axis=axis, keepdims=keepdims, initial=arb(0))
        return Balls(total, z.dtype if z.dtype != "bool" else "int64", self)

    def max(self, z: Balls, axis: Any = None, keepdims: Any = False) -> Balls:
        """The largest entry."""
        axes = range(z.ndim) if axis is None else axis if isinstance(axis, tuple) else (axis,)
        largest = z.data
        for a in axes:
            largest = np.frompyfunc(larger, 2, 1).reduce(largest, a, keepdims=True)
        return Balls(largest if keepdims else np.squeeze(largest, tuple(axes)), z.dtype, self)

    def min(self, z: Balls, axis: Any = None, keepdims: Any = False) -> Balls:
        """The smallest entry."""
        return -self.max(-z, axis, keepdims)

    def all(self, z: Balls, axis: Any = None, keepdims: Any = False) -> Balls:
        """Whether every entry is True; one that is undecided leaves that open."""
        worst = np.frompyfunc(_and, 2, 1)
        if axis is None:
            return Balls(worst.reduce(z.data.reshape(-1), initial=True), "bool", self)
        return Balls(worst.reduce(z.data, axis, keepdims=keepdims), "bool", self)

    def cumulative_sum(self, z: Balls, axis: int = 0, include_initial: Any = False) -> Balls:
        """The running sums, from 0 if asked for."""
        sums = np.cumsum(z.data, axis)
        if include_initial:
            zeros = np.take(0 * z.data, [0], axis) if z.size else np.array([arb(0)])
            sums = np.concatenate([zeros, sums], axis)
        return Balls(sums, z.dtype, self)

    def concat(self, arrays: Sequence[Balls], axis: int = 0) -> Balls:
        """The arrays one after the other."""
        return Balls(np.concatenate([a.data for a in arrays], axis), arrays[0].dtype, self)

    def stack(self, arrays: Sequence[Balls], axis: int = 0) -> Balls:
        """The arrays along a new axis."""
        return Balls(np.stack([a.data for a in arrays], axis), arrays[0].dtype, self)

    def reshape(self, z: Balls, shape: Any, copy: Any = None) -> Balls:
        """The same entries in another shape."""
        return Balls(z.data.reshape(shape), z.dtype, self)

    def flip(self, z: Balls, axis: Any = None) -> Balls:
        """The entries backwards."""
        return Balls(np.flip(z.data, axis), z.dtype, self)

    def broadcast_to(self, z: Balls, shape: Any) -> Balls:
        """The array repeated."""
        return Balls(np.broadcast_to(z.data, shape), z.dtype, self)

    def full(self, shape: Any, value: Any, dtype: Any = None, device: Any = None) -> Balls:
        """``value`` throughout."""
        return self.asarray(np.full(shape, value, dtype=object), dtype)

    def zeros(self, shape: Any, dtype: Any = None, device: Any = None) -> Balls:
        """0 throughout."""
        return self.full(shape, 0.0, dtype)

    def full_like(self, z: Balls, value: Any) -> Balls:
        """``value`` in the shape of z."""
        return self.full(z.shape, value, z.dtype)

    def zeros_like(self, z: Balls) -> Balls:
        """0 in the shape of z."""
        return self.full_like(z, 0.0)

    def ones_like(self, z: Balls) -> Balls:
        """1 in the shape of z."""
        return self.full_like(z, 1.0)


def _number(v: Any) -> Any:
    if v is None:
        return arb(0).union(arb(1))
    return arb(int(v)) if isinstance(v, bool | np.bool_) else v


def _choose(condition: bool | None, a: Any, b: Any) -> Any:
    return a.union(b) if condition is None else a if condition else b


def _and(a: bool | None, b: bool | None) -> bool | None:
    return False if a is False or b is False else None if a is None or b is None else True


def _root(v: Any) -> Any:
    return v.sqrt() if v > 0 or v.is_zero() else power(v.nonnegative_part(), 0.5)
