"""Section 5: the layers against their definitions, and every gradient against two derivatives."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

import nets_twins
from lionk_ref.problems.nets import CausalLM
from lionk_ref.problems.nets.activations import GELU
from lionk_ref.problems.nets.attention import Attention
from lionk_ref.problems.nets.convolution import Convolution
from lionk_ref.problems.nets.cross_entropy import cross_entropy, cross_entropy_gradient
from lionk_ref.problems.nets.initialise import initialise
from lionk_ref.problems.nets.layer import Layer, Start
from lionk_ref.problems.nets.normalisation import GroupNorm, LayerNorm
from lionk_ref.problems.nets.shapes import Patches
from nets_cases import (
    EMBEDDING,
    LAYERS,
    NETS,
    TOKENS,
    as_complex,
    away_from_zero,
    central_difference,
    complex_step,
    example,
    weights,
)

ROUNDING = 1e-12
"""Sums of some hundred terms of size 1 to 100, each with a relative error of 1e-16."""
TRUNCATION = 1e-7
"""h^2 f'''/6 + u f/h with h = 2^-17: 1e-11 f''' + 1e-11 f, f and f''' up to some thousand."""


def close(got: Any, expected: Any, tolerance: float) -> bool:
    """Equal within the tolerance, relative to the largest entry or to 1."""
    scale = max(1.0, float(np.max(np.abs(expected), initial=0.0)))
    return got.shape == np.shape(expected) and bool(
        np.max(np.abs(got - expected), initial=0.0) <= tolerance * scale
    )


def check_layer(name: str, layer: Layer | None = None) -> None:
    """Both gradients of <dy, F(w, x)>, in x and in every parameter."""
    layer, shape = layer or LAYERS[name][0], LAYERS[name][1]
    rng = np.random.default_rng(3)
    w, x = weights(layer.starts(), rng), away_from_zero(rng, shape)
    y, saved = layer.forward(w, x)
    dy = rng.standard_normal(y.shape)
    dx, dw = layer.backward(w, saved, dy)
    assert dw.keys() == w.keys()
    for derivative, tolerance, to in (
        (complex_step, ROUNDING, as_complex),
        (central_difference, TRUNCATION, dict),
    ):
        dtype = np.result_type(*to({"x": x}).values())

        def along_x(a: Any, to: Any = to) -> Any:
            return np.sum(dy * layer.forward(to(w), a)[0])

        assert close(dx, derivative(along_x, x), tolerance)
        for key in w:

            def along_w(a: Any, to: Any = to, key: str = key, dtype: Any = dtype) -> Any:
                return np.sum(dy * layer.forward({**to(w), key: a}, x.astype(dtype))[0])

            assert close(dw[key], derivative(along_w, w[key]), tolerance), key


@pytest.mark.parametrize("name", LAYERS)
def test_gradient_of_layer(name: str) -> None:
    """`backward` is the transposed Jacobian: complex step and central differences."""
    check_layer(name)


def test_gradient_of_embedding() -> None:
    """A token that occurs often gets the sum; one that does not occur gets zero."""
    w = {"e.W": np.random.default_rng(0).standard_normal((4, 2))}
    y, saved = EMBEDDING.forward(w, TOKENS)
    dy = np.random.default_rng(1).standard_normal(y.shape)
    got = EMBEDDING.backward(w, saved, dy)[1]["e.W"]

    def along(a: Any) -> Any:
        return np.sum(dy * EMBEDDING.forward({"e.W": a}, TOKENS)[0])

    assert close(got, complex_step(along, w["e.W"]), ROUNDING)
    assert close(got, central_difference(along, w["e.W"]), TRUNCATION)


def check_net(name: str) -> None:
    """The gradient of a whole net, entry by entry for each parameter."""
    net = NETS[name]
    w, x, y = example(net)
    loss, gradient = net.loss_and_gradient(w, x, y)
    assert loss == net.loss(w, x, y)
    assert list(gradient) == list(w)
    xc, wc = x if isinstance(net, CausalLM) else x.astype(complex), as_complex(w)
    for key, a in w.items():

        def along(b: Any, key: str = key) -> Any:
            exact = b.dtype == complex
            return net.loss({**(wc if exact else w), key: b}, xc if exact else x, y)

        assert close(gradient[key], complex_step(along, a), ROUNDING), key
        assert close(gradient[key], central_difference(along, a), TRUNCATION), key


@pytest.mark.parametrize("name", NETS)
def test_gradient_of_net(name: str) -> None:
    """Every entry of every parameter's gradient, by both derivatives."""
    check_net(name)


def test_convolution_is_its_definition() -> None:
    """Windows and a matrix product are the sum over taps, with zeros outside."""
    rng = np.random.default_rng(0)
    for shape, size, stride in [((7,), 3, 1), ((8,), 5, 2), ((5, 6), 3, 2), ((4, 4), 1, 2)]:
        layer = Convolution("c", 2, 3, size, stride, len(shape))
        w, x = weights(layer.starts(), rng), rng.standard_normal((2, *shape, 2))
        expected = nets_twins.convolution(x, w["c.W"], w["c.b"], stride)
        assert close(layer.forward(w, x)[0], expected, ROUNDING)


def test_attention_is_its_definition() -> None:
    """Heads, scaling and mask, against averages made one by one."""
    x = np.random.default_rng(0).standard_normal((2, 4, 12))
    for heads in (1, 2):
        for causal in (False, True):
            expected = nets_twins.attention(x, heads, causal)
            assert close(Attention(heads, causal).forward({}, x)[0], expected, ROUNDING)


def test_normalisation_is_its_definition() -> None:
    """Group normalisation, and layer normalisation as that of single places."""
    rng = np.random.default_rng(0)
    w = {"n.scale": rng.standard_normal(4), "n.shift": rng.standard_normal(4)}
    x = 3 + rng.standard_normal((2, 3, 5, 4))
    for groups in (1, 2, 4):
        expected = nets_twins.group_norm(x, *w.values(), groups)
        assert close(GroupNorm("n", 4, groups).forward(w, x)[0], expected, ROUNDING)
    apart = nets_twins.group_norm(x.reshape(-1, 4), *w.values(), 1)
    assert close(LayerNorm("n", 4).forward(w, x)[0], apart.reshape(x.shape), ROUNDING)


def test_gelu_is_near_its_definition() -> None:
    """x Phi(x), of which the form with tanh is off by less than 5e-4."""
    x = np.linspace(-6, 6, 601)
    exact = [v * (1 + math.erf(v / math.sqrt(2))) / 2 for v in x]
    assert np.max(np.abs(GELU().forward({}, x)[0] - exact)) < 5e-4


def test_patches_are_read_row_by_row() -> None:
    """A piece of an image keeps its pixels together."""
    x = np.arange(48.0).reshape(2, 4, 6, 1)
    assert (Patches(2).forward({}, x)[0] == nets_twins.patches(x, 2)).all()


def test_cross_entropy_is_its_definition() -> None:
    """The mean over all leading axes, and a gradient that sums to zero over the classes."""
    rng = np.random.default_rng(0)
    logits, targets = rng.standard_normal((3, 4, 5)), rng.integers(0, 5, (3, 4))
    got = cross_entropy(logits, targets)
    assert abs(got - nets_twins.cross_entropy(logits, targets)) < ROUNDING
    exact = complex_step(lambda a: cross_entropy(a, targets), logits)
    assert close(cross_entropy_gradient(logits, targets), exact, ROUNDING)


def test_cross_entropy_does_not_overflow() -> None:
    """Scores of 1e30 in float32: the loss of a sure and right answer is 0, of a wrong one 1e30."""
    logits = np.array([[1e30, 0.0], [-1e30, 0.0]], dtype=np.float32)
    assert cross_entropy(logits, np.array([0, 1])) == 0
    assert cross_entropy(logits, np.array([1, 0])) == np.float32(1e30)


def test_logits_do_not_see_the_future() -> None:
    """Tokens after t change no bit of the logits up to t; the token t changes those from t on."""
    net = NETS["causal-lm"]
    w, tokens, _ = example(net, n=4)
    before = net.logits(w, tokens)
    for t in range(tokens.shape[1]):
        changed = tokens.copy()
        changed[:, t] = (changed[:, t] + 1) % 5
        after = net.logits(w, changed)
        assert (after[:, :t] == before[:, :t]).all()
        assert (after[:, t:] != before[:, t:]).any(axis=(0, 2)).all()


def test_shorter_sequences_have_the_same_logits() -> None:
    """The logits of a prefix are the prefix of the logits."""
    net = NETS["causal-lm"]
    w, tokens, targets = example(net)
    assert close(net.logits(w, tokens[:, :2]), net.logits(w, tokens)[:, :2], ROUNDING)
    unused = net.loss_and_gradient(w, tokens[:, :2], targets[:, :2])[1]["position.W"][2:]
    assert (unused == 0).all()


@pytest.mark.parametrize(("law", "fourth"), [("uniform", 9 / 5), ("normal", 3.0)])
def test_initialisation(law: str, fourth: float) -> None:
    """Both laws have the deviation asked for; the fourth moment tells them apart."""
    n = 40_000
    w = initialise({"W": Start((n,), 0.3), "b": Start((2,), mean=1.0)}, 1, law, dtype=np.float64)
    z = w["W"] / 0.3
    # The deviations of the means of z^2 and z^4 over n draws; a normal z^8 has the mean 105.
    assert abs(np.mean(z**2) - 1) < 5 * math.sqrt(2 / n)
    assert abs(np.mean(z**4) - fourth) < 5 * math.sqrt((105 - 9) / n)
    assert (w["b"] == 1).all()
    assert (np.abs(z) <= math.sqrt(3)).all() == (law == "uniform")


def test_kaiming_deviations() -> None:
    """sqrt(2/fan_in) for the convolutions before a ReLU, as in Figure 3."""
    starts = NETS["convnet"].starts
    assert starts["stem.W"].deviation == pytest.approx(math.sqrt(2 / 3))
    assert starts["stage1.block0.conv1.W"].deviation == pytest.approx(math.sqrt(2 / (3 * 2)))
    assert starts["stage1.block0.conv2.W"].deviation == pytest.approx(math.sqrt(2 / (3 * 3) / 2))


def test_parameters_are_those_of_the_seed() -> None:
    """The same seed gives the same bits, another one others; float32 is float64 rounded."""
    net = NETS["transformer"]
    one, two, other = net.parameters(1), net.parameters(1), net.parameters(2)
    wide = net.parameters(1, dtype=np.float64)
    assert all((one[k] == two[k]).all() for k in one)
    assert (one["head.W"] != other["head.W"]).any()
    assert all((one[k] == wide[k].astype(np.float32)).all() for k in one)
