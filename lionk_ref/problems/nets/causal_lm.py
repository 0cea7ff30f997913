"""Section 5, Figures 6, 7. A causal language model of GPT-2's shape, of any size."""

from __future__ import annotations

from dataclasses import dataclass

from lionk_ref.arrays import Array
from lionk_ref.problems.nets.block import blocks
from lionk_ref.problems.nets.embedding import Embedding, Positions
from lionk_ref.problems.nets.layer import Chain, Layer, Parameters
from lionk_ref.problems.nets.linear import Linear
from lionk_ref.problems.nets.net import Net
from lionk_ref.problems.nets.ops import namespace


@dataclass(frozen=True)
class CausalLM(Net):
    """The logits of the next token at each place, from that token and those before it.

    GPT-2 (A. Radford et al., 2019) is ``CausalLM(50257, context=1024, width=768, heads=12,
    depth=12)``, with its embedding for a head as well; here the head has its own weights.

    Parameters
    ----------
    vocabulary : int
        The number of different tokens.
    context : int
        The longest sequence.
    width, heads, depth : int
        The channels, a multiple of the heads, and the number of blocks.

    Examples
    --------
    >>> import numpy as np
    >>> net = CausalLM(vocabulary=5, context=8, width=4, heads=2, depth=1)
    >>> net.logits(net.parameters(seed=0), np.array([[0, 4, 2]])).shape
    (1, 3, 5)
    """

    vocabulary: int = 128
    context: int = 32
    width: int = 32
    heads: int = 2
    depth: int = 2

    def build(self) -> Layer:
        return Chain(
            (
                Embedding("token", self.vocabulary, self.width),
                Positions("position", self.context, self.width),
                *blocks(self.depth, self.width, self.heads, causal=True),
                Linear("head", self.width, self.vocabulary),
            )
        )

    def check_inputs(self, parameters: Parameters, inputs: Array) -> None:
        if inputs.ndim != 2 or not 1 <= inputs.shape[1] <= self.context:
            wanted = f"(n, T), 1 <= T <= {self.context}"
            raise ValueError(f"CausalLM: expected tokens of shape {wanted}, got {inputs.shape}.")
        if not namespace(inputs).isdtype(inputs.dtype, "integral"):
            raise TypeError(f"CausalLM: expected integer tokens, got {inputs.dtype}.")
