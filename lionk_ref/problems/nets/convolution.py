"""Section 5. Convolution in any number of dimensions, as a matrix product over windows (im2col)."""

from __future__ import annotations

import math
from dataclasses import dataclass

from lionk_ref.arrays import Array
from lionk_ref.problems.nets.layer import Layer, Parameters, Saved, Start
from lionk_ref.problems.nets.ops import namespace, rows
from lionk_ref.problems.nets.windows import fold, padded, unfold


@dataclass(frozen=True)
class Convolution(Layer):
    """y[i] = b + sum_k x[stride i + k - size//2] W[k] over each spatial axis; x is zero outside.

    x has shape (n, *spatial, inputs) and W (size, ..., size, inputs, outputs).

    Parameters
    ----------
    name : str
        The parameters are ``name.W`` and ``name.b``.
    inputs, outputs : int
        The channels.
    size : int
        The width of the kernel along each axis, odd.
    stride : int
    dimensions : int
        The number of spatial axes.
    gain : float
        W begins with the deviation gain/sqrt(size^dimensions inputs).

    Examples
    --------
    >>> import numpy as np
    >>> w = {"c.W": np.array([0.0, 1.0, -1.0]).reshape(3, 1, 1), "c.b": np.zeros(1)}
    >>> x = np.array([1.0, 4.0, 9.0]).reshape(1, 3, 1)
    >>> Convolution("c", 1, 1, size=3, dimensions=1).forward(w, x)[0].ravel()
    array([-3., -5.,  9.])
    """

    name: str
    inputs: int
    outputs: int
    size: int = 3
    stride: int = 1
    dimensions: int = 2
    gain: float = math.sqrt(2.0)

    def __post_init__(self) -> None:
        if self.size % 2 == 0:
            raise ValueError(f"Convolution needs an odd size, got size={self.size}.")

    def starts(self) -> dict[str, Start]:
        shape = (self.size,) * self.dimensions + (self.inputs, self.outputs)
        deviation = self.gain / math.sqrt(math.prod(shape[:-1]))
        return {f"{self.name}.W": Start(shape, deviation), f"{self.name}.b": Start(shape[-1:])}

    def forward(self, w: Parameters, x: Array) -> tuple[Array, Saved]:
        xp, windows = namespace(x), x
        for axis in self._axes:
            windows = unfold(padded(windows, axis, self.size // 2), axis, self.size, self.stride)
        spatial = windows.shape[: 1 + self.dimensions]
        columns = xp.reshape(windows, (math.prod(spatial), -1))
        y = columns @ rows(w[f"{self.name}.W"]) + w[f"{self.name}.b"]
        return xp.reshape(y, (*spatial, self.outputs)), (columns, x.shape)

    def backward(self, w: Parameters, saved: Saved, dy: Array) -> tuple[Array, dict[str, Array]]:
        xp, (columns, shape), W = namespace(dy), saved, w[f"{self.name}.W"]
        spatial, dy = dy.shape[:-1], rows(dy)
        dx = xp.reshape(dy @ rows(W).T, (*spatial, *W.shape[:-1]))
        for axis in reversed(self._axes):
            dx = self._folded(dx, axis, shape[axis])
        dW = xp.reshape(columns.T @ dy, W.shape)
        return dx, {f"{self.name}.W": dW, f"{self.name}.b": xp.sum(dy, axis=0)}

    @property
    def _axes(self) -> range:
        return range(1, 1 + self.dimensions)

    def _folded(self, windows: Array, axis: int, length: int) -> Array:
        margin = self.size // 2
        whole = fold(windows, axis, self.stride, length + 2 * margin)
        return whole[(*(slice(None),) * axis, slice(margin, margin + length), ...)]
