"""Layers and nets small enough to differentiate entry by entry, and the two ways to do it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from lionk_ref.problems.nets import MLP, CausalLM, ConvNet, Net, Transformer
from lionk_ref.problems.nets.activations import GELU, ReLU
from lionk_ref.problems.nets.attention import Attention
from lionk_ref.problems.nets.convolution import Convolution
from lionk_ref.problems.nets.embedding import Embedding, Positions
from lionk_ref.problems.nets.layer import Chain, Layer, Residual
from lionk_ref.problems.nets.linear import Linear
from lionk_ref.problems.nets.normalisation import GroupNorm, LayerNorm
from lionk_ref.problems.nets.shapes import Flatten, MeanPool, Patches

LAYERS: dict[str, tuple[Layer, tuple[int, ...]]] = {
    "linear": (Linear("a", 3, 3), (4, 3)),
    "linear-places": (Linear("a", 3, 2), (2, 4, 3)),
    "convolution-1d": (Convolution("c", 2, 3, size=3, dimensions=1), (2, 5, 2)),
    "convolution-strided": (Convolution("c", 2, 2, size=5, stride=2, dimensions=1), (2, 7, 2)),
    "convolution-short": (Convolution("c", 2, 3, size=1, stride=2, dimensions=1), (2, 5, 2)),
    "convolution-2d": (Convolution("c", 2, 2, size=3, stride=2), (2, 4, 5, 2)),
    "layer-norm": (LayerNorm("n", 4), (2, 3, 4)),
    "group-norm": (GroupNorm("n", 4, groups=2), (2, 3, 4)),
    "group-norm-2d": (GroupNorm("n", 4, groups=2), (2, 2, 3, 4)),
    "relu": (ReLU(), (3, 4)),
    "gelu": (GELU(), (3, 4)),
    "attention": (Attention(heads=2), (2, 3, 12)),
    "attention-causal": (Attention(heads=2, causal=True), (2, 4, 12)),
    "positions": (Positions("p", 5, 2), (3, 4, 2)),
    "flatten": (Flatten(), (2, 3, 2)),
    "mean-pool": (MeanPool(), (2, 3, 4)),
    "mean-pool-2d": (MeanPool(), (2, 3, 2, 2)),
    "patches": (Patches(2), (2, 6, 3)),
    "patches-2d": (Patches(2), (2, 4, 6, 2)),
    "chain": (Chain((Linear("a", 3, 4), GELU(), Linear("b", 4, 2))), (2, 3)),
    "residual": (Residual(Linear("a", 3, 3)), (4, 3)),
    "residual-short": (Residual(Linear("a", 3, 2), Linear("b", 3, 2)), (4, 3)),
}
"""Layers with the shape of an input. `Embedding` is apart: its input has no gradient."""

EMBEDDING = Embedding("e", 4, 2)
TOKENS = np.array([[0, 3, 3], [3, 1, 0]])

NETS: dict[str, Net] = {
    "softmax": MLP(shape=(2, 2), classes=3, widths=()),
    "mlp": MLP(shape=(5, 1), classes=3, widths=(4, 4)),
    "convnet": ConvNet(shape=(9, 1), classes=3, widths=(2, 3), stem_size=3),
    "convnet-2d": ConvNet((3, 4, 1), 3, widths=(2, 3), blocks=2, stem_size=3, stem_stride=1),
    "convnet-norm": ConvNet((9, 1), 3, widths=(2, 4), stem_size=3, groups=2),
    "transformer": Transformer((8, 1), 3, patch=2, width=4, heads=2, depth=2),
    "transformer-2d": Transformer((4, 4, 2), 3, patch=2, width=4, heads=1, depth=1),
    "causal-lm": CausalLM(vocabulary=5, context=4, width=4, heads=2, depth=2),
}


def away_from_zero(rng: np.random.Generator, shape: tuple[int, ...]) -> Any:
    """Normal entries moved outwards by 0.1: a ReLU has its kink at 0."""
    a = rng.standard_normal(shape)
    return a + 0.1 * np.where(a < 0, -1.0, 1.0)


def weights(starts: dict[str, Any], rng: np.random.Generator) -> dict[str, Any]:
    """Parameters in general position."""
    return {name: 0.5 * away_from_zero(rng, start.shape) for name, start in starts.items()}


def example(net: Net, n: int = 3, dtype: str = "float64") -> tuple[dict[str, Any], Any, Any]:
    """Parameters, inputs and targets of a net, at random."""
    rng = np.random.default_rng(5)
    w = {name: a.astype(dtype) for name, a in weights(net.starts, rng).items()}
    if isinstance(net, CausalLM):
        tokens = rng.integers(0, net.vocabulary, (2, n, net.context))
        return w, tokens[0], tokens[1]
    inputs = rng.standard_normal((n, *net.shape)).astype(dtype)  # type: ignore[attr-defined]
    return w, inputs, rng.integers(0, 3, n)


def complex_step(f: Callable[[Any], Any], a: Any) -> Any:
    """The gradient of f at ``a``, entry by entry: Im f(a + ih)/h, which nothing cancels in."""
    gradient, h = np.empty(a.shape), 1e-30
    for i in np.ndindex(a.shape):
        moved = a.astype(complex)
        moved[i] += h * 1j
        gradient[i] = f(moved).imag / h
    return gradient


def central_difference(f: Callable[[Any], Any], a: Any) -> Any:
    """The gradient of f at ``a``, entry by entry: (f(a + h) - f(a - h))/2h, h = u^(1/3)."""
    gradient, h = np.empty(a.shape), 2.0**-17
    for i in np.ndindex(a.shape):
        ahead, behind = a.copy(), a.copy()
        ahead[i] += h
        behind[i] -= h
        gradient[i] = (f(ahead) - f(behind)) / (2 * h)
    return gradient


def as_complex(w: dict[str, Any]) -> dict[str, Any]:
    """The parameters as complex numbers."""
    return {name: a.astype(complex) for name, a in w.items()}
