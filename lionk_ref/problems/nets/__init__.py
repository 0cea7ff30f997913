"""Section 5. The nets: forward and hand-derived backward, over any array library."""

from lionk_ref.problems.nets.causal_lm import CausalLM as CausalLM
from lionk_ref.problems.nets.convnet import ConvNet as ConvNet
from lionk_ref.problems.nets.mlp import MLP as MLP
from lionk_ref.problems.nets.net import Net as Net
from lionk_ref.problems.nets.transformer import Transformer as Transformer

NETS: dict[str, type[Net]] = {
    "mlp": MLP,
    "convnet": ConvNet,
    "transformer": Transformer,
    "causal_lm": CausalLM,
}
"""The kinds of nets by name."""
