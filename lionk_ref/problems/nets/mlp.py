"""Section 5. The multi-layer perceptron, the smallest net here."""

from __future__ import annotations

import math
from dataclasses import dataclass

from lionk_ref.arrays import Array
from lionk_ref.problems.nets.activations import ReLU
from lionk_ref.problems.nets.layer import Chain, Layer, Parameters
from lionk_ref.problems.nets.linear import Linear
from lionk_ref.problems.nets.net import Net, require_signal
from lionk_ref.problems.nets.shapes import Flatten


@dataclass(frozen=True)
class MLP(Net):
    """Linear layers with ReLU between them, on the flattened example.

    Parameters
    ----------
    shape : tuple of int
        That of an example.
    classes : int
    widths : tuple of int
        Of the hidden layers; may be empty, which is softmax regression.

    Examples
    --------
    >>> net = MLP(shape=(4, 1), classes=3, widths=(5,))
    >>> {name: w.shape for name, w in net.parameters(seed=0).items()}
    {'hidden0.W': (4, 5), 'hidden0.b': (5,), 'head.W': (5, 3), 'head.b': (3,)}
    """

    shape: tuple[int, ...] = (40, 1)
    classes: int = 10
    widths: tuple[int, ...] = (100, 100)

    def build(self) -> Layer:
        layers: list[Layer] = [Flatten()]
        width = math.prod(self.shape)
        for i, wider in enumerate(self.widths):
            layers += [Linear(f"hidden{i}", width, wider, math.sqrt(2.0)), ReLU()]
            width = wider
        return Chain((*layers, Linear("head", width, self.classes)))

    def check_inputs(self, parameters: Parameters, inputs: Array) -> None:
        require_signal("MLP", self.shape, parameters, inputs)
