"""Mistakes in the layers of the nets: at least one for each, most of them in the way back."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

import test_nets
from lionk_ref.problems.nets import attention, cross_entropy, embedding, initialise, linear
from lionk_ref.problems.nets.layer import Residual
from lionk_ref.problems.nets.normalisation import FLOOR
from lionk_ref.problems.nets.ops import rows
from mutants import Mutant

NETS = "lionk_ref.problems.nets"
LINEAR, GRADIENT = linear.Linear.backward, cross_entropy.cross_entropy_gradient
ATTENTION, EMBEDDING = attention.Attention.backward, embedding.Embedding.backward
POSITIONS, RESIDUAL, DRAW = embedding.Positions.backward, Residual.backward, initialise._draw


def no_transpose(self: Any, w: Any, saved: Any, dy: Any) -> Any:
    """dx = dy W for dy W'."""
    return dy @ w[f"{self.name}.W"], LINEAR(self, w, saved, dy)[1]


def mean_bias(self: Any, w: Any, saved: Any, dy: Any) -> Any:
    """The bias gets the mean over the examples for their sum."""
    dx, dw = LINEAR(self, w, saved, dy)
    return dx, {**dw, f"{self.name}.b": rows(dy).mean(axis=0)}


def overwriting_fold(windows: Any, axis: int, stride: int, length: int) -> Any:
    """Where windows overlap, the last one counts alone."""
    shape = [*windows.shape[:-2], windows.shape[-1]]
    count, shape[axis] = shape[axis], length
    x = np.zeros(shape, windows.dtype)
    for k in range(windows.shape[-2]):
        end = k + stride * (count - 1) + 1
        x[(*(slice(None),) * axis, slice(k, end, stride), ...)] = windows[..., k, :]
    return x


def one_sided(x: Any, axis: int, margin: int) -> Any:
    """All zeros in front."""
    widths = [(2 * margin, 0) if i == axis else (0, 0) for i in range(x.ndim)]
    return np.pad(x, widths)


def fixed_statistics(h: Any, inverse: Any, dh: Any, mean: Any) -> Any:
    """The variance taken for a constant."""
    return inverse * (dh - mean(dh))


def floor_outside(x: Any, mean: Any) -> Any:
    """sqrt(variance) + 1e-5 for sqrt(variance + 1e-5)."""
    centred = x - mean(x)
    inverse = 1 / (np.sqrt(mean(centred * centred)) + FLOOR)
    return centred * inverse, inverse


def leaky(self: Any, w: Any, saved: Any, dy: Any) -> Any:
    """The gradient passes where the unit is off."""
    return dy, {}


def gelu_without_three(self: Any, w: Any, saved: Any, dy: Any) -> Any:
    """The derivative of the cube without its 3."""
    x, half = saved
    inner = math.sqrt(2 / math.pi) * (1 + 0.044715 * x * x)
    return dy * (half + x * 2 * half * (1 - half) * inner), {}


def no_jacobian_term(self: Any, w: Any, saved: Any, dy: Any) -> Any:
    """The softmax's share * (dshare - <share, dshare>) without the inner product."""
    q, k, v, share = saved
    dy = self._apart(dy)
    dscores = share * (dy @ v.swapaxes(-1, -2)) / math.sqrt(q.shape[-1])
    parts = dscores @ k, dscores.swapaxes(-1, -2) @ q, share.swapaxes(-1, -2) @ dy
    return np.concatenate([self._joined(part) for part in parts], axis=-1), {}


def one_token_ahead(scores: Any) -> Any:
    """A query sees the next key."""
    index = np.arange(scores.shape[-1])
    return np.where(index[:, None] + 1 >= index[None, :], scores, -np.inf)


def strictly_before(scores: Any) -> Any:
    """A query does not see its own key, but for the first."""
    index = np.arange(scores.shape[-1])
    seen = (index[:, None] > index[None, :]) | (index[None, :] == 0)
    return np.where(seen, scores, -np.inf)


def keys_for_queries(self: Any, w: Any, saved: Any, dy: Any) -> Any:
    """The gradients of q and k exchanged."""
    dx, _ = ATTENTION(self, w, saved, dy)
    width = dx.shape[-1] // 3
    return np.roll(dx[..., : 2 * width], width, axis=-1), {}


def last_token_counts(self: Any, w: Any, saved: Any, dy: Any) -> Any:
    """A repeated token keeps the gradient of its last place."""
    W = np.zeros_like(w[f"{self.name}.W"])
    W[saved.ravel()] = rows(dy)
    return dy, {f"{self.name}.W": W}


def mean_position(self: Any, w: Any, saved: Any, dy: Any) -> Any:
    """The mean over the examples for their sum."""
    dx, dw = POSITIONS(self, w, saved, dy)
    return dx, {name: a / len(dy) for name, a in dw.items()}


def undivided(self: Any, w: Any, saved: Any, dy: Any) -> Any:
    """The mean's gradient without the division."""
    places = (1,) * (len(saved) - 2)
    return dy.reshape(len(dy), *places, -1) + np.zeros(saved), {}


def patch_order(cuts: int) -> tuple[int, ...]:
    """The places of a piece before the pieces."""
    return (0, *range(2, cuts + 1, 2), *range(1, cuts + 1, 2), cuts + 1)


def no_shortcut(self: Any, w: Any, saved: Any, dy: Any) -> Any:
    """The gradient of the branch alone."""
    dx, dw = RESIDUAL(self, w, saved, dy)
    return dx - self.shortcut.backward(w, saved[1], dy)[0], dw


def per_example(logits: Any, targets: Any) -> Any:
    """Divided by the examples, not by their tokens."""
    return GRADIENT(logits, targets) * (targets.size / len(targets))


def softmax_without_shift(logits: Any, targets: Any) -> Any:
    """exp of the scores as they are."""
    picked = np.take_along_axis(logits, targets[..., None], -1)[..., 0]
    return np.mean(np.log(np.sum(np.exp(logits), axis=-1)) - picked)


def unit_reach(rng: Any, start: Any, law: str) -> Any:
    """Uniform in [-1, 1], which has a third of the variance."""
    if law == "uniform":
        return start.mean + start.deviation * rng.uniform(-1, 1, start.shape)
    return DRAW(rng, start, law)


def killed_by(name: str) -> Any:
    """The gradient check of one layer."""
    return lambda: test_nets.check_layer(name)


MUTANTS = (
    Mutant("linear-transpose", "dy W for dy W'", f"{NETS}.linear.Linear.backward", no_transpose,
           killed_by("linear")),
    Mutant("linear-bias", "mean for sum", f"{NETS}.linear.Linear.backward", mean_bias,
           killed_by("linear-places")),
    Mutant("fold-overwrites", "no sum where windows overlap", f"{NETS}.convolution.fold",
           overwriting_fold, killed_by("convolution-1d")),
    Mutant("convolution-shifted", "padded on one side", f"{NETS}.convolution.padded", one_sided,
           test_nets.test_convolution_is_its_definition),
    Mutant("norm-fixed", "variance held fixed", f"{NETS}.normalisation.standardised_backward",
           fixed_statistics, killed_by("group-norm")),
    Mutant("norm-floor", "1e-5 beside the root", f"{NETS}.normalisation.standardised",
           floor_outside, test_nets.test_normalisation_is_its_definition),
    Mutant("relu-leaks", "gradient where it is off", f"{NETS}.activations.ReLU.backward", leaky,
           killed_by("relu")),
    Mutant("gelu-three", "a factor of the chain rule", f"{NETS}.activations.GELU.backward",
           gelu_without_three, killed_by("gelu")),
    Mutant("gelu-cubic", "another constant", f"{NETS}.activations.CUBIC", 0.14715,
           test_nets.test_gelu_is_near_its_definition),
    Mutant("softmax-jacobian", "a term forgotten", f"{NETS}.attention.Attention.backward",
           no_jacobian_term, killed_by("attention")),
    Mutant("attention-q-k", "q and k exchanged", f"{NETS}.attention.Attention.backward",
           keys_for_queries, killed_by("attention")),
    Mutant("mask-ahead", "sees the next token", f"{NETS}.attention._masked", one_token_ahead,
           test_nets.test_logits_do_not_see_the_future),
    Mutant("mask-behind", "does not see its own token", f"{NETS}.attention._masked",
           strictly_before, test_nets.test_attention_is_its_definition),
    Mutant("embedding-last", "repeated tokens", f"{NETS}.embedding.Embedding.backward",
           last_token_counts, test_nets.test_gradient_of_embedding),
    Mutant("positions-mean", "mean for sum", f"{NETS}.embedding.Positions.backward",
           mean_position, killed_by("positions")),
    Mutant("pool-undivided", "the division forgotten", f"{NETS}.shapes.MeanPool.backward",
           undivided, killed_by("mean-pool-2d")),
    Mutant("patch-order", "pixels of different pieces", f"{NETS}.shapes.Patches._order",
           staticmethod(patch_order), test_nets.test_patches_are_read_row_by_row),
    Mutant("residual-branch", "the shortcut forgotten", f"{NETS}.layer.Residual.backward",
           no_shortcut, killed_by("residual")),
    Mutant("loss-per-example", "tokens not counted", f"{NETS}.net.cross_entropy_gradient",
           per_example, lambda: test_nets.check_net("causal-lm")),
    Mutant("loss-overflow", "no shift by the maximum", "test_nets.cross_entropy",
           softmax_without_shift, test_nets.test_cross_entropy_does_not_overflow),
    Mutant("kaiming-reach", "U(-s, s) for U(-sqrt 3 s, sqrt 3 s)", f"{NETS}.initialise._draw",
           unit_reach, lambda: test_nets.test_initialisation("uniform", 9 / 5)),
)  # fmt: skip
"""The mistakes."""
