"""Section 5. A layer, layers in a chain, and a residual: y = F(w, x) and its transposed Jacobian.

A layer's parameters are entries of one flat dict that the whole net shares, under names that begin
with the name of the layer. ``forward`` returns y and what ``backward`` will need; ``backward`` maps
dL/dy to dL/dx and the dict of dL/dw.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

from lionk_ref.arrays import Array

Parameters: TypeAlias = Mapping[str, Array]
"""The parameters of a net by name."""

Saved: TypeAlias = Any
"""What a layer's forward pass hands to its backward pass."""


class Start(NamedTuple):
    """How a parameter begins: its shape, and the mean and deviation of its entries."""

    shape: tuple[int, ...]
    deviation: float = 0.0
    mean: float = 0.0


class Layer(ABC):
    """A differentiable map with named parameters."""

    def starts(self) -> dict[str, Start]:
        """The parameters by name; none by default."""
        return {}

    @abstractmethod
    def forward(self, w: Parameters, x: Array) -> tuple[Array, Saved]:
        """Y = F(w, x), and what `backward` needs."""

    @abstractmethod
    def backward(self, w: Parameters, saved: Saved, dy: Array) -> tuple[Array, dict[str, Array]]:
        """The gradients of a loss in x and in w, from ``dy``, its gradient in y."""


@dataclass(frozen=True)
class Chain(Layer):
    """Section 5. Layers one after the other.

    Examples
    --------
    >>> import numpy as np
    >>> from lionk_ref.problems.nets.activations import ReLU
    >>> Chain((ReLU(), ReLU())).forward({}, np.array([-1.0, 2.0]))[0]
    array([0., 2.])
    """

    layers: tuple[Layer, ...]

    def starts(self) -> dict[str, Start]:
        return {name: start for layer in self.layers for name, start in layer.starts().items()}

    def forward(self, w: Parameters, x: Array) -> tuple[Array, Saved]:
        kept = []
        for layer in self.layers:
            x, saved = layer.forward(w, x)
            kept.append(saved)
        return x, kept

    def backward(self, w: Parameters, saved: Saved, dy: Array) -> tuple[Array, dict[str, Array]]:
        gradient: dict[str, Array] = {}
        for layer, kept in zip(reversed(self.layers), reversed(saved), strict=True):
            dy, part = layer.backward(w, kept, dy)
            gradient |= part
        return dy, gradient


@dataclass(frozen=True)
class Residual(Layer):
    """Section 5. y = branch(x) + shortcut(x); an empty chain for a shortcut is the identity.

    Examples
    --------
    >>> import numpy as np
    >>> from lionk_ref.problems.nets.activations import ReLU
    >>> Residual(ReLU()).forward({}, np.array([-1.0, 2.0]))[0]
    array([-1.,  4.])
    """

    branch: Layer
    shortcut: Layer = Chain(())

    def starts(self) -> dict[str, Start]:
        return self.branch.starts() | self.shortcut.starts()

    def forward(self, w: Parameters, x: Array) -> tuple[Array, Saved]:
        along, saved = self.branch.forward(w, x)
        past, saved_past = self.shortcut.forward(w, x)
        return along + past, (saved, saved_past)

    def backward(self, w: Parameters, saved: Saved, dy: Array) -> tuple[Array, dict[str, Array]]:
        along, gradient = self.branch.backward(w, saved[0], dy)
        past, gradient_past = self.shortcut.backward(w, saved[1], dy)
        return along + past, gradient | gradient_past
