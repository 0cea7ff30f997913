"""Section 5. Layers that only move entries: flatten, cut into patches, average over places."""

from __future__ import annotations

import math
from dataclasses import dataclass

import array_api_compat

from lionk_ref.arrays import Array
from lionk_ref.problems.nets.layer import Layer, Parameters, Saved
from lionk_ref.problems.nets.ops import namespace


@dataclass(frozen=True)
class Flatten(Layer):
    """(n, ...) to (n, entries).

    Examples
    --------
    >>> import numpy as np
    >>> Flatten().forward({}, np.zeros((3, 4, 2)))[0].shape
    (3, 8)
    """

    def forward(self, w: Parameters, x: Array) -> tuple[Array, Saved]:
        return namespace(x).reshape(x, (x.shape[0], -1)), x.shape

    def backward(self, w: Parameters, saved: Saved, dy: Array) -> tuple[Array, dict[str, Array]]:
        return namespace(dy).reshape(dy, saved), {}


@dataclass(frozen=True)
class MeanPool(Layer):
    """The mean over all places: (n, *spatial, channels) to (n, channels).

    Examples
    --------
    >>> import numpy as np
    >>> MeanPool().forward({}, np.array([[[1.0], [3.0]]]))[0]
    array([[2.]])
    """

    def forward(self, w: Parameters, x: Array) -> tuple[Array, Saved]:
        return namespace(x).mean(x, axis=tuple(range(1, x.ndim - 1))), x.shape

    def backward(self, w: Parameters, saved: Saved, dy: Array) -> tuple[Array, dict[str, Array]]:
        xp, places = namespace(dy), saved[1:-1]
        one = xp.reshape(dy / math.prod(places), (dy.shape[0], *(1,) * len(places), dy.shape[1]))
        return one + xp.zeros(saved, dtype=dy.dtype, device=array_api_compat.device(dy)), {}


@dataclass(frozen=True)
class Patches(Layer):
    """Pieces of ``size`` places along each axis: (n, *spatial, c) to (n, pieces, size^d c).

    Examples
    --------
    >>> import numpy as np
    >>> Patches(2).forward({}, np.arange(4.0).reshape(1, 4, 1))[0]
    array([[[0., 1.],
            [2., 3.]]])
    """

    size: int

    def forward(self, w: Parameters, x: Array) -> tuple[Array, Saved]:
        xp, shape = namespace(x), x.shape
        cut = [m for length in shape[1:-1] for m in (length // self.size, self.size)]
        pieces = xp.permute_dims(xp.reshape(x, (shape[0], *cut, shape[-1])), self._order(len(cut)))
        y = xp.reshape(pieces, (shape[0], math.prod(cut[::2]), -1))
        return y, (shape, pieces.shape)

    def backward(self, w: Parameters, saved: Saved, dy: Array) -> tuple[Array, dict[str, Array]]:
        xp, (shape, pieces) = namespace(dy), saved
        order = self._order(len(pieces) - 2)
        back = tuple(order.index(axis) for axis in range(len(order)))
        return xp.reshape(xp.permute_dims(xp.reshape(dy, pieces), back), shape), {}

    @staticmethod
    def _order(cuts: int) -> tuple[int, ...]:
        return (0, *range(1, cuts + 1, 2), *range(2, cuts + 1, 2), cuts + 1)
