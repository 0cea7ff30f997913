"""Section 2 in ball arithmetic: arrays whose entries are intervals that hold the true values.

`Balls` is an array of the Array API standard, as far as the catalogue uses it, over the balls of
python-flint. A K of the catalogue runs on it as it stands, and what comes out encloses dK of every
point of the ball that went in. A comparison has three answers, and `where` takes the hull of both
branches when it does not know. Nothing depends on a platform's libm.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from functools import cached_property
from typing import Any

import numpy as np

from lionk_ref.golden.ball_logic import both, divide, equal, greater, negate, power

Vector = Any
PRECISION = 256


class UndecidedError(ArithmeticError):
    """A ball is too wide to say which entry of an array is meant."""


class Balls:
    """An n-d array of balls or, as the result of a comparison, of True, False and None."""

    device = "cpu"

    def __new__(cls, data: Any, dtype: str, xp: Any) -> Balls:
        # A namespace belongs to a class of arrays, and there are two.
        return object.__new__(Midpoints if xp.midpoints else Balls)

    def __init__(self, data: Any, dtype: str, xp: Any) -> None:
        self.data = np.asarray(data, dtype=object)
        self.dtype, self.xp = dtype, xp
        if xp.midpoints and dtype != "bool":
            self.data = each_entry(lambda v: v.mid() if hasattr(v, "mid") else v, self.data)

    def __array_namespace__(self, api_version: str | None = None) -> Any:
        return self.xp

    @property
    def shape(self) -> tuple[int, ...]:
        return self.data.shape

    @property
    def ndim(self) -> int:
        return self.data.ndim

    @property
    def size(self) -> int:
        return self.data.size

    @property
    def T(self) -> Balls:
        return self._like(self.data.T)

    def __getitem__(self, key: Any) -> Balls:
        return self._like(self.data[key])

    def __iter__(self) -> Any:
        return (self[i] for i in range(self.shape[0]))

    def __float__(self) -> float:
        return float(self.data.item().mid())

    def __bool__(self) -> bool:
        if self.data.item() is None:
            raise UndecidedError("a comparison of balls that overlap")
        return bool(self.data.item())

    def _like(self, data: Any, dtype: str | None = None) -> Balls:
        return Balls(data, dtype or self.dtype, self.xp)

    def _with(self, op: Callable[[Any, Any], Any], a: Any, b: Any) -> Balls:
        return self._like(op(_plain(a), _plain(b)))

    def __add__(self, other: Any) -> Balls:
        return self._with(operator.add, self, other)

    def __radd__(self, other: Any) -> Balls:
        return self._with(operator.add, other, self)

    def __sub__(self, other: Any) -> Balls:
        return self._with(operator.sub, self, other)

    def __rsub__(self, other: Any) -> Balls:
        return self._with(operator.sub, other, self)

    def __mul__(self, other: Any) -> Balls:
        return self._with(operator.mul, self, other)

    def __rmul__(self, other: Any) -> Balls:
        return self._with(operator.mul, other, self)

    def __truediv__(self, other: Any) -> Balls:
        return self._with(divide, self, other)

    def __rtruediv__(self, other: Any) -> Balls:
        return self._with(divide, other, self)

    def __matmul__(self, other: Any) -> Balls:
        return self._with(operator.matmul, self, other)

    def __pow__(self, exponent: float) -> Balls:
        return self._like(each_entry(lambda v: power(v, exponent), self.data))

    def __neg__(self) -> Balls:
        return self._like(-self.data)

    def __pos__(self) -> Balls:
        return self._like(self.data)

    def __abs__(self) -> Balls:
        return self._magnitude

    @cached_property
    def _magnitude(self) -> Balls:
        # Computed once: `equal` knows a number again by its object.
        return self._like(each_entry(abs, self.data))

    def __gt__(self, other: Any) -> Balls:
        return self._compare(greater, self, other)

    def __lt__(self, other: Any) -> Balls:
        return self._compare(greater, other, self)

    def __ge__(self, other: Any) -> Balls:
        return self._compare(lambda a, b: negate(greater(b, a)), self, other)

    def __le__(self, other: Any) -> Balls:
        return self._compare(lambda a, b: negate(greater(a, b)), self, other)

    def __eq__(self, other: Any) -> Balls:  # type: ignore[override]
        return self._compare(equal, self, other)

    def __ne__(self, other: Any) -> Balls:  # type: ignore[override]
        return self._compare(lambda a, b: negate(equal(a, b)), self, other)

    def __and__(self, other: Any) -> Balls:
        return self._compare(both, self, other)

    def __or__(self, other: Any) -> Balls:
        return self._compare(lambda a, b: negate(both(negate(a), negate(b))), self, other)

    def __invert__(self) -> Balls:
        return self._like(each_entry(negate, self.data))

    __hash__ = None  # type: ignore[assignment]

    def _compare(self, question: Callable[[Any, Any], Any], a: Any, b: Any) -> Balls:
        return self._like(np.frompyfunc(question, 2, 1)(_plain(a), _plain(b)), "bool")


class Midpoints(Balls):
    """The same without radii: every result is the midpoint of its ball."""


def _plain(a: Any) -> Any:
    return a.data if isinstance(a, Balls) else a


def each_entry(f: Callable[[Any], Any], data: Vector) -> Vector:
    """``f`` of every entry, as an array even where it has no axis."""
    return np.asarray(np.frompyfunc(f, 1, 1)(data), dtype=object)
