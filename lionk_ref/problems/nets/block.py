"""Section 5. The block that a Transformer repeats: attention, then a perceptron, both residual."""

from __future__ import annotations

import math
from collections.abc import Iterator

from lionk_ref.problems.nets.activations import GELU
from lionk_ref.problems.nets.attention import Attention
from lionk_ref.problems.nets.layer import Chain, Layer, Residual
from lionk_ref.problems.nets.linear import Linear
from lionk_ref.problems.nets.normalisation import LayerNorm


def blocks(count: int, width: int, heads: int, causal: bool) -> Iterator[Layer]:
    """Section 5: ``count`` blocks x + attention(norm(x)), x + perceptron(norm(x)), then a norm.

    The last linear map of each branch starts smaller by sqrt(2 count), as in GPT-2, so that the sum
    of the branches does not grow with their number.

    Raises
    ------
    ValueError
        If the width is not a multiple of the heads.

    Examples
    --------
    >>> len(list(blocks(count=2, width=8, heads=2, causal=False)))
    5
    """
    if width % heads:
        raise ValueError(f"The width must be a multiple of heads, got {width} and {heads}.")
    gain = 1 / math.sqrt(2 * count)
    for i in range(count):
        name = f"block{i}"
        yield Residual(_attention(name, width, heads, causal, gain))
        yield Residual(_perceptron(name, width, gain))
    yield LayerNorm("norm", width)


def _attention(name: str, width: int, heads: int, causal: bool, gain: float) -> Layer:
    return Chain(
        (
            LayerNorm(f"{name}.norm1", width),
            Linear(f"{name}.qkv", width, 3 * width),
            Attention(heads, causal),
            Linear(f"{name}.out", width, width, gain),
        )
    )


def _perceptron(name: str, width: int, gain: float) -> Layer:
    return Chain(
        (
            LayerNorm(f"{name}.norm2", width),
            Linear(f"{name}.up", width, 4 * width, math.sqrt(2.0)),
            GELU(),
            Linear(f"{name}.down", 4 * width, width, gain),
        )
    )
