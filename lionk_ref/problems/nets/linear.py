"""Section 5. The linear layer."""

from __future__ import annotations

import math
from dataclasses import dataclass

from lionk_ref.arrays import Array
from lionk_ref.problems.nets.layer import Layer, Parameters, Saved, Start
from lionk_ref.problems.nets.ops import namespace, rows


@dataclass(frozen=True)
class Linear(Layer):
    """y = x W + b along the last axis, W of shape (inputs, outputs).

    Parameters
    ----------
    name : str
        The parameters are ``name.W`` and ``name.b``.
    inputs, outputs : int
    gain : float
        The entries of W begin with the deviation gain/sqrt(inputs); Kaiming's for ReLU is sqrt(2).

    Examples
    --------
    >>> import numpy as np
    >>> w = {"a.W": np.array([[2.0], [3.0]]), "a.b": np.array([1.0])}
    >>> y, saved = Linear("a", 2, 1).forward(w, np.array([[1.0, 1.0]]))
    >>> y, Linear("a", 2, 1).backward(w, saved, np.ones((1, 1)))[0]
    (array([[6.]]), array([[2., 3.]]))
    """

    name: str
    inputs: int
    outputs: int
    gain: float = 1.0

    def starts(self) -> dict[str, Start]:
        deviation = self.gain / math.sqrt(self.inputs)
        shape = (self.inputs, self.outputs)
        return {f"{self.name}.W": Start(shape, deviation), f"{self.name}.b": Start(shape[1:])}

    def forward(self, w: Parameters, x: Array) -> tuple[Array, Saved]:
        y = rows(x) @ w[f"{self.name}.W"] + w[f"{self.name}.b"]
        return namespace(x).reshape(y, (*x.shape[:-1], self.outputs)), x

    def backward(self, w: Parameters, saved: Saved, dy: Array) -> tuple[Array, dict[str, Array]]:
        xp, x, dy = namespace(dy), saved, rows(dy)
        dx = xp.reshape(dy @ w[f"{self.name}.W"].T, x.shape)
        return dx, {f"{self.name}.W": rows(x).T @ dy, f"{self.name}.b": xp.sum(dy, axis=0)}
