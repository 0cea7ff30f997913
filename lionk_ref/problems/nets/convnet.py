"""Section 5, Figures 2-4, 6, 7. A residual convolutional net, of ResNet's shape but any size."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from lionk_ref.arrays import Array
from lionk_ref.problems.nets.activations import ReLU
from lionk_ref.problems.nets.convolution import Convolution
from lionk_ref.problems.nets.layer import Chain, Layer, Parameters, Residual
from lionk_ref.problems.nets.linear import Linear
from lionk_ref.problems.nets.net import Net, require_signal
from lionk_ref.problems.nets.normalisation import GroupNorm
from lionk_ref.problems.nets.shapes import MeanPool


@dataclass(frozen=True)
class ConvNet(Net):
    """A stem, stages of residual blocks, the mean over places, a linear head.

    A block is relu(conv(relu(conv(x))) + shortcut(x)). The first block of a stage after the first
    has the stride 2 and a shortcut of size 1. ResNet-18 for 32 x 32 images (K. He et al., 2016) is
    ``ConvNet((32, 32, 3), widths=(64, 128, 256, 512), blocks=2, stem_size=3, stem_stride=1,
    groups=32)``, with group normalisation in the place of batch normalisation.

    Parameters
    ----------
    shape : tuple of int
        (length, channels) or (height, width, channels).
    classes : int
    widths : tuple of int
        The channels of each stage.
    blocks : int
        The blocks of a stage.
    stem_size, stem_stride : int
        Kernel and stride of the first convolution; the others have the size 3.
    groups : int
        0: no normalisation; the second convolution of a block starts smaller by the square root of
        the number of blocks, so that the sum over blocks does not grow with it.
        Otherwise group normalisation after each convolution.

    Examples
    --------
    >>> import numpy as np
    >>> net = ConvNet()
    >>> w = net.parameters(seed=0)
    >>> sum(a.size for a in w.values())
    7210
    >>> net.logits(w, np.zeros((7, 40, 1), dtype=np.float32)).shape
    (7, 10)
    """

    shape: tuple[int, ...] = (40, 1)
    classes: int = 10
    widths: tuple[int, ...] = (16, 32)
    blocks: int = 1
    stem_size: int = 5
    stem_stride: int = 2
    groups: int = 0

    def build(self) -> Layer:
        first = self.widths[0]
        stem = self._convolution("stem", self.shape[-1], first, self.stem_size, self.stem_stride)
        head = Linear("head", self.widths[-1], self.classes)
        return Chain((*stem, ReLU(), *self._stages(), MeanPool(), head))

    def check_inputs(self, parameters: Parameters, inputs: Array) -> None:
        require_signal("ConvNet", self.shape, parameters, inputs)

    def _stages(self) -> Iterator[Layer]:
        before = self.widths[0]
        for i, width in enumerate(self.widths):
            for j in range(self.blocks):
                stride = 2 if i > 0 and j == 0 else 1
                yield from self._block(f"stage{i}.block{j}", before, width, stride)
                before = width

    def _block(self, name: str, inputs: int, outputs: int, stride: int) -> tuple[Layer, Layer]:
        one = self._convolution(f"{name}.conv1", inputs, outputs, 3, stride)
        count = 1 if self.groups else len(self.widths) * self.blocks
        two = self._convolution(f"{name}.conv2", outputs, outputs, 3, 1, 1 / math.sqrt(count))
        branch, shortcut = Chain((*one, ReLU(), *two)), Chain(())
        if stride > 1 or inputs != outputs:
            shortcut = Chain(self._convolution(f"{name}.short", inputs, outputs, 1, stride))
        return Residual(branch, shortcut), ReLU()

    def _convolution(
        self, name: str, inputs: int, outputs: int, size: int, stride: int, factor: float = 1.0
    ) -> tuple[Layer, ...]:
        gain, dimensions = factor * math.sqrt(2.0), len(self.shape) - 1
        layer = Convolution(name, inputs, outputs, size, stride, dimensions, gain)
        if not self.groups:
            return (layer,)
        return layer, GroupNorm(f"{name}.norm", outputs, self.groups)
