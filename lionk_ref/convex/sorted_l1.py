"""Table 2, line 4 with falling weights: the sorted l1 norm (OWL), which makes ties."""

import math
from dataclasses import dataclass
from itertools import pairwise
from numbers import Real
from typing import Self

from lionk_ref.arrays import Array, array_namespace, device, max_abs, sign, total
from lionk_ref.convex.base import ConvexFunction, indicator, zeros
from lionk_ref.convex.isotonic import decreasing_fit


@dataclass(frozen=True)
class SortedL1(ConvexFunction):
    r"""K(z) = sum_j w_j |z|_(j), with |z|_(1) >= |z|_(2) >= ... and weights w_1 >= w_2 >= ... >= 0.

    The weights of tied entries are averaged. Where there are more entries than weights the rest
    count nothing, so that ``(1, 1)`` is `TopK` with k = 2 and ``(1,)`` is `LInf`.

    Parameters
    ----------
    weights : tuple of float
        Non-increasing, the first positive.

    Examples
    --------
    >>> import numpy as np
    >>> SortedL1(weights=(1.0, 0.5, 0.25)).subgradient(np.array([1.0, -3.0, 1.0, 0.0]))
    array([ 0.375, -1.   ,  0.375,  0.   ])
    """

    key = "sorted_l1"
    formula = "sum w_j |z|_(j)"
    formula_subgradient = "w in the order of |z|, averaged over ties, times sign(z)"
    formula_conjugate = "0"
    domain = "|y|_(1) + ... + |y|_(k) <= w_1 + ... + w_k for all k"
    also_known_as = ("OWL", "SLOPE")
    solves = r"\min f(x) \;\text{s.t.}\; \sum_{j \le k} |x|_{(j)} \le \sum_{j \le k} w_j/\lambda"
    solves_text = "min f(x)  s.t. |x|_(1) + ... + |x|_(k) <= (w_1 + ... + w_k)/lam for all k"
    positively_homogeneous = True

    weights: tuple[float, ...] = (1.0, 0.5)

    def __post_init__(self) -> None:
        w = self.weights
        if not isinstance(w, tuple) or not w or not all(map(_is_weight, w)):
            raise ValueError(f"SortedL1 needs a tuple of finite weights >= 0, got weights={w!r}.")
        object.__setattr__(self, "weights", tuple(float(a) for a in w))
        if w[0] == 0 or any(a < b for a, b in pairwise(w)):
            raise ValueError(f"SortedL1 needs w_1 >= w_2 >= ... >= 0, w_1 > 0, got weights={w!r}.")

    def _w(self, z: Array) -> Array:
        """As many weights as z has entries, in float64."""
        xp, size = array_namespace(z), math.prod(z.shape)
        fitted = (self.weights + (0.0,) * size)[:size]
        return xp.asarray(fitted, dtype=xp.float64, device=device(z))

    def value(self, z: Array) -> Array:
        xp = array_namespace(z)
        w, a = self._w(z), xp.astype(_falling(z), xp.float64)
        terms = xp.where(w == 0, xp.zeros_like(a), w * a)
        return xp.astype(xp.where(xp.isnan(max_abs(z)), max_abs(z), total(terms)), z.dtype)

    def subgradient(self, z: Array) -> Array:
        xp = array_namespace(z)
        w, a = self._w(z), xp.reshape(xp.abs(z), (-1,))
        if math.prod(z.shape) == 0:
            return xp.zeros_like(z)
        rising = xp.sort(a)
        below = xp.searchsorted(rising, a, side="left")
        ahead = a.shape[0] - xp.searchsorted(rising, a, side="right")
        ties = a.shape[0] - below - ahead
        sums = _sums(w)
        group = xp.take(sums, ahead + ties) - xp.take(sums, ahead)
        mean = xp.where(ties == 1, xp.take(w, ahead), group / xp.astype(ties, w.dtype))
        u = sign(z) * xp.astype(xp.reshape(mean, z.shape), z.dtype)
        return xp.where(xp.isnan(max_abs(z)), xp.full_like(z, xp.nan), u)

    def _gauge(self, y: Array) -> Array:
        """The least t with y in t dom K*: the largest ratio of the two running sums."""
        xp = array_namespace(y)
        if math.prod(y.shape) == 0:
            return total(y)
        sums = xp.cumulative_sum(xp.astype(_falling(y), xp.float64))
        ratio = xp.max(sums / _sums(self._w(y))[1:])
        return xp.where(xp.isnan(max_abs(y)), max_abs(y), xp.astype(ratio, y.dtype))

    def conjugate(self, y: Array) -> Array:
        return indicator(self._gauge(y))

    def conjugate_subgradient(self, y: Array) -> Array:
        return zeros(y)

    def project_domain(self, y: Array) -> Array:
        xp = array_namespace(y)
        a = xp.astype(xp.reshape(xp.abs(y), (-1,)), xp.float64)
        order = xp.argsort(a, descending=True)
        largest = xp.where(xp.isnan(a), a, xp.clip(a, 0.0, xp.finfo(xp.float64).max))
        p = _project_falling(xp.take(largest, order), self._w(y))
        p = xp.reshape(xp.take(p, xp.argsort(order)), y.shape)
        return xp.where(self._gauge(y) > 1, sign(y) * xp.astype(p, y.dtype), y)

    @classmethod
    def examples(cls, shape: tuple[int, ...] = (6,)) -> tuple[Self, ...]:
        size = max(2, math.prod(shape))
        slope = tuple(1.0 - 0.75 * i / (size - 1) for i in range(size))
        return cls(), cls(weights=slope), cls(weights=(2.0, 1.0, 1.0, 0.25))


def _is_weight(a: object) -> bool:
    return isinstance(a, Real) and not isinstance(a, bool) and 0 <= float(a) < math.inf


def _falling(z: Array) -> Array:
    """|z|_(1) >= |z|_(2) >= ..."""
    xp = array_namespace(z)
    return xp.sort(xp.reshape(xp.abs(z), (-1,)), descending=True)


def _sums(w: Array) -> Array:
    """0, w_1, w_1 + w_2, ..."""
    return array_namespace(w).cumulative_sum(w, include_initial=True)


def _project_falling(a: Array, w: Array) -> Array:
    """The projection of a >= 0, sorted downwards, by Moreau: a minus its prox, a pooled a - w.

    No pool reaches over a gap of more than w_1, so that larger gaps are cut to it first: nothing
    large is subtracted from anything large.
    """
    xp = array_namespace(a, w)
    if a.shape[0] == 0:
        return a
    gaps = xp.minimum(a - xp.concat([a[1:], xp.zeros_like(a[:1])]), w[:1])
    near = xp.flip(xp.cumulative_sum(xp.flip(gaps)))
    kept = decreasing_fit(near - w)
    return near - xp.maximum(kept, xp.zeros_like(kept))
