"""Section 5: the nets on every array library and in float32, and what does not fit them."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

import array_api_compat
import numpy as np
import pytest

from helpers import Library, to_numpy
from lionk_ref import L1, LionK
from lionk_ref.problems.datasets import digits, digits_1d
from lionk_ref.problems.nets import MLP, CausalLM, ConvNet, Transformer
from lionk_ref.problems.nets import NETS as KINDS
from lionk_ref.problems.nets.convolution import Convolution
from lionk_ref.problems.nets.normalisation import GroupNorm
from nets_cases import LAYERS, NETS, example


@pytest.mark.parametrize("name", NETS)
@pytest.mark.parametrize(("dtype", "tolerance"), [("float64", 1e-12), ("float32", 2e-5)])
def test_every_library(library: Library, name: str, dtype: str, tolerance: float) -> None:
    """The same loss, gradient and accuracy, in arrays of the library, device and dtype."""
    net = NETS[name]
    w, x, y = example(net)
    kind = "int64" if isinstance(net, CausalLM) else dtype
    there = {key: library.make(a, dtype) for key, a in w.items()}
    data = library.make(x, kind), library.make(y, "int64")
    loss, gradient = net.loss_and_gradient(there, *data)
    expected, expected_gradient = net.loss_and_gradient(w, x, y)
    for got, right in [
        (loss, expected),
        *((gradient[key], expected_gradient[key]) for key in w),
        (net.accuracy(there, *data), net.accuracy(w, x, y)),
        (net.logits(there, data[0]), net.logits(w, x)),
    ]:
        same_kind(library, got, right, dtype)
        back, scale = to_numpy(got).astype(float), max(1.0, float(np.max(np.abs(right))))
        assert np.max(np.abs(back - right)) <= tolerance * scale


def same_kind(library: Library, got: Any, expected: Any, dtype: str) -> None:
    """The array belongs to the library, its device and the dtype, with the shape expected."""
    assert array_api_compat.array_namespace(got) == array_api_compat.array_namespace(
        library.make([])
    )
    assert got.dtype == getattr(library.xp, dtype)
    assert array_api_compat.device(got) == library.device
    assert got.shape == np.shape(expected)


@pytest.mark.parametrize("name", NETS)
def test_parameters_on_every_library(library: Library, name: str) -> None:
    """The parameters follow ``like``; a dtype of its own goes before that of ``like``."""
    net = NETS[name]
    here = net.parameters(3, dtype=np.float64)
    for key, a in net.parameters(3, like=library.make([0.0])).items():
        same_kind(library, a, here[key], "float64")
        assert (to_numpy(a) == here[key]).all()
    tokens = library.make([0], "int64")
    for key, a in net.parameters(3, initialisation="normal", like=tokens).items():
        same_kind(library, a, here[key], "float32")


@pytest.mark.skipif(find_spec("torch") is None, reason="torch is not installed")
@pytest.mark.parametrize("name", NETS)
def test_torch_differentiates_alike(name: str) -> None:
    """A third derivative: PyTorch's own, of the forward pass, on PyTorch's arrays."""
    torch = importlib.import_module("torch")
    net = NETS[name]
    w, x, y = example(net)
    there = {key: torch.tensor(a, requires_grad=True) for key, a in w.items()}
    data = torch.tensor(x), torch.tensor(y)
    net.loss(there, *data).backward()
    plain = {key: a.detach() for key, a in there.items()}
    _, gradient = net.loss_and_gradient(plain, *data)
    for key, a in there.items():
        assert float((a.grad - gradient[key]).abs().max()) <= 1e-12


def test_inputs_are_not_written_to() -> None:
    """A second call on the same arrays gives the same bits."""
    for net in NETS.values():
        w, x, y = example(net)
        before = {key: a.copy() for key, a in w.items()}
        first, second = net.loss_and_gradient(w, x, y), net.loss_and_gradient(w, x, y)
        assert first[0] == second[0]
        assert all((w[k] == before[k]).all() and (first[1][k] == second[1][k]).all() for k in w)


def test_layers_of_every_kind_are_differentiated() -> None:
    """A layer that a net uses is in the table of the gradient checks."""
    checked = {type(layer).__name__ for layer, _ in LAYERS.values()} | {"Embedding"}
    used: set[str] = set()
    waiting: list[Any] = [net.layers for net in NETS.values()]
    while waiting:
        layer = waiting.pop()
        used.add(type(layer).__name__)
        waiting += getattr(layer, "layers", ())
        waiting += [vars(layer)[key] for key in ("branch", "shortcut") if key in vars(layer)]
    assert used <= checked
    assert {type(net) for net in NETS.values()} == set(KINDS.values())


def bad_parameters(**changes: Any) -> Callable[[], Any]:
    """A call with parameters of the wrong name or shape."""
    net = NETS["mlp"]
    w, x, _ = example(net)
    w = {key: a for key, a in {**w, **changes}.items() if a is not None}
    return lambda: net.logits(w, x)


def with_inputs(name: str, change: Callable[[Any], Any]) -> Callable[[], Any]:
    """A call with inputs of the wrong shape or dtype."""
    w, x, _ = example(NETS[name])
    return lambda: NETS[name].logits(w, change(x))


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (bad_parameters(**{"head.b": None}), ValueError, "differs in: head.b"),
        (bad_parameters(more=np.zeros(1)), ValueError, "differs in: more"),
        (bad_parameters(**{"head.b": np.zeros(4)}), ValueError, r"head.b \(3,\), got .*\(4,\)"),
        (with_inputs("mlp", lambda x: x[:, :2]), ValueError, r"shape \(n, 5, 1\), got \(3, 2, 1\)"),
        (with_inputs("mlp", lambda x: x[0]), ValueError, "expected inputs of shape"),
        (with_inputs("convnet", lambda x: x[..., 0]), ValueError, "expected inputs of shape"),
        (with_inputs("transformer", lambda x: x.astype("f")), TypeError, "Convert to one"),
        (with_inputs("causal-lm", lambda x: x.astype(float)), TypeError, "integer tokens"),
        (with_inputs("causal-lm", lambda x: np.tile(x, 2)), ValueError, "1 <= T <= 4"),
        (with_inputs("causal-lm", lambda x: x[0]), ValueError, "1 <= T <= 4"),
        (lambda: MLP().parameters(0, initialisation="ones"), ValueError, "uniform or normal"),
        (lambda: Transformer((10, 1)).layers, ValueError, "whole patches"),
        (lambda: Transformer(heads=3).layers, ValueError, "multiple of heads"),
        (lambda: ConvNet(groups=3).layers, ValueError, "multiple of groups"),
        (lambda: GroupNorm("n", 4, 3), ValueError, "channels=4, groups=3"),
        (lambda: Convolution("c", 1, 1, size=4), ValueError, "odd size, got size=4"),
    ],
)
def test_what_does_not_fit(call: Callable[[], Any], error: type[Exception], message: str) -> None:
    """One line that says what was expected and what was got."""
    with pytest.raises(error, match=message) as caught:
        call()
    assert "\n" not in str(caught.value)


def learned(net: Any, data: Any, steps: int, lr: float) -> float:
    """The accuracy on the test set after some steps of Lion."""
    lion = LionK(L1(), lr=lr, lam=1.0)
    s = lion.init(net.parameters(0))
    for t in range(steps):
        s = lion.step(s, net.loss_and_gradient(s.x, *data.batch(t, 50, seed=0))[1])
    return float(net.accuracy(s.x, data.test_inputs, data.test_targets))


def test_the_nets_learn() -> None:
    """Far better than the tenth that a guess gets right, after a second of training."""
    assert learned(MLP(shape=(8, 8, 1)), digits(), 200, 1e-3) > 0.9
    assert learned(ConvNet(), digits_1d(), 250, 3e-3) > 0.6
