"""Section 5, Figures 6, 7. A Transformer encoder on patches, of the vision Transformer's shape."""

from __future__ import annotations

import math
from dataclasses import dataclass

from lionk_ref.arrays import Array
from lionk_ref.problems.nets.block import blocks
from lionk_ref.problems.nets.embedding import Positions
from lionk_ref.problems.nets.layer import Chain, Layer, Parameters
from lionk_ref.problems.nets.linear import Linear
from lionk_ref.problems.nets.net import Net, require_signal
from lionk_ref.problems.nets.shapes import MeanPool, Patches


@dataclass(frozen=True)
class Transformer(Net):
    """Patches, a linear map, positions, blocks, the mean over the patches, a linear head.

    ViT-B/16 (A. Dosovitskiy et al., 2021) is ``Transformer((224, 224, 3), 1000, patch=16,
    width=768, heads=12, depth=12)``, with the mean in the place of a class token.

    Parameters
    ----------
    shape : tuple of int
        (length, channels) or (height, width, channels), in whole patches.
    classes : int
    patch : int
        The places of a patch along each axis.
    width, heads, depth : int
        The channels, a multiple of the heads, and the number of blocks.

    Examples
    --------
    >>> import numpy as np
    >>> net = Transformer()
    >>> w = net.parameters(seed=0)
    >>> sum(a.size for a in w.values())
    26282
    >>> net.logits(w, np.zeros((7, 40, 1), dtype=np.float32)).shape
    (7, 10)
    """

    shape: tuple[int, ...] = (40, 1)
    classes: int = 10
    patch: int = 4
    width: int = 32
    heads: int = 2
    depth: int = 2

    def build(self) -> Layer:
        if any(length % self.patch for length in self.shape[:-1]):
            got = f"shape {self.shape} and patch={self.patch}"
            raise ValueError(f"Transformer needs whole patches along each axis, got {got}.")
        places = math.prod(length // self.patch for length in self.shape[:-1])
        inputs = self.patch ** (len(self.shape) - 1) * self.shape[-1]
        return Chain(
            (
                Patches(self.patch),
                Linear("patch", inputs, self.width),
                Positions("position", places, self.width),
                *blocks(self.depth, self.width, self.heads, causal=False),
                MeanPool(),
                Linear("head", self.width, self.classes),
            )
        )

    def check_inputs(self, parameters: Parameters, inputs: Array) -> None:
        require_signal("Transformer", self.shape, parameters, inputs)
