"""Section 5. The nets: forward and hand-derived backward, over any array library."""

from lionk_ref.problems.nets.convnet import ConvNet as ConvNet
from lionk_ref.problems.nets.mlp import MLP as MLP
from lionk_ref.problems.nets.net import Net as Net

NETS: dict[str, type[Net]] = {"mlp": MLP, "convnet": ConvNet}
"""The kinds of nets by name."""
