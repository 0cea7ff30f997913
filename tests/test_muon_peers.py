"""`LionK(Nuclear())` against Muon as PyTorch, Keras and pytorch_optimizer have it.

Each computes its polar factor by Newton-Schulz. With the exact one put in its place they follow
Lion-K to rounding; with their own they part from it as `newton_schulz` does.
"""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="torch is not installed")

from lionk_ref import LionK, Nuclear  # noqa: E402
from lionk_ref.convex import newton_schulz, polar_factor  # noqa: E402
from lionk_ref.discrete.muon import KERAS_MUON, MUON, muon_scale  # noqa: E402

SHAPES = [(6, 4), (4, 6), (5, 5)]
STEPS = 25


def gradients(shape: tuple[int, int]) -> list[Any]:
    """A sequence that depends on nothing."""
    rng = np.random.default_rng(7)
    return [rng.normal(size=shape) for _ in range(STEPS)]


def ours(optimizer: LionK, x: Any) -> list[Any]:
    """Our iterates."""
    s, xs = optimizer.init(x), []
    for g in gradients(x.shape):
        s = optimizer.step(s, g)
        xs.append(s.x)
    return xs


def of_torch(make: Any, x: Any) -> list[Any]:
    """The iterates of a PyTorch optimizer in float64."""
    p = torch.nn.Parameter(torch.tensor(x))
    optimizer, xs = make([p]), []
    for g in gradients(x.shape):
        p.grad = torch.tensor(g)
        optimizer.step()
        xs.append(p.detach().numpy().copy())
    return xs


def apart(a: list[Any], b: list[Any]) -> float:
    """The largest difference along the way."""
    return max(float(np.abs(p - q).max()) for p, q in zip(a, b, strict=True))


def start(shape: tuple[int, int]) -> Any:
    """Somewhere."""
    return np.random.default_rng(8).normal(size=shape)


def exact(grad: Any, *args: Any, **settings: Any) -> Any:
    """The exact polar factor in PyTorch's place."""
    return torch.tensor(polar_factor(grad.detach().numpy()))


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("nesterov", [True, False])
@pytest.mark.parametrize("adjust", ["original", "match_rms_adamw"])
def test_torch_exact(
    monkeypatch: pytest.MonkeyPatch, shape: tuple[int, int], nesterov: bool, adjust: str
) -> None:
    """torch.optim.Muon with the exact factor: equal to 1e-13, whatever its switches."""
    monkeypatch.setattr("torch.optim._muon._zeropower_via_newtonschulz", exact)
    settings = {"lr": 0.05, "momentum": 0.9, "nesterov": nesterov, "weight_decay": 0.3}
    convention = replace(MUON, scale=muon_scale(*shape, adjust))
    lion_k = LionK(Nuclear(), **convention.to_paper(settings)._asdict())
    peer = of_torch(lambda p: torch.optim.Muon(p, adjust_lr_fn=adjust, **settings), start(shape))
    assert apart(ours(lion_k, start(shape)), peer) < 1e-13


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_torch_parts_as_predicted(shape: tuple[int, int]) -> None:
    """Its first step is that of `newton_schulz`, to the rounding of bfloat16, and not the exact."""
    settings = {"lr": 0.1, "momentum": 0.9, "nesterov": True, "weight_decay": 0.0}
    x, g = np.zeros(shape), gradients(shape)[0]
    step = -of_torch(lambda p: torch.optim.Muon(p, **settings), x)[0]
    step = step / (0.1 * muon_scale(*shape))
    assert np.abs(step - newton_schulz(g, "jordan", 5)).max() < 0.05
    assert np.abs(step - polar_factor(g)).max() > 0.05


@pytest.mark.parametrize("nesterov", [True, False])
def test_pytorch_optimizer_exact(monkeypatch: pytest.MonkeyPatch, nesterov: bool) -> None:
    """pytorch_optimizer's Muon with the exact factor; its momentum is the average, as ours."""
    po = pytest.importorskip("pytorch_optimizer", reason="pytorch_optimizer is not installed")
    batch = lambda self, group, zs: [exact(z) for z in zs]  # noqa: E731
    monkeypatch.setattr(po.Muon, "_orthogonalize", batch)
    settings = {"lr": 0.05, "momentum": 0.9, "nesterov": nesterov, "weight_decay": 0.3}

    def make(params: Any) -> Any:
        group = {"params": params, "use_muon": True, **settings}
        return po.Muon([group], foreach=False)

    lion_k = LionK(Nuclear(), **MUON.to_paper(settings)._asdict())
    assert apart(ours(lion_k, start((5, 5))), of_torch(make, start((5, 5)))) < 1e-13


@pytest.mark.parametrize("nesterov", [True, False])
def test_keras_exact(nesterov: bool) -> None:
    """Keras' Muon with the exact factor, in its float32: its momentum is a sum, its lr float32."""
    os.environ.setdefault("KERAS_BACKEND", "torch")
    keras = pytest.importorskip("keras", reason="keras is not installed")

    class Exact(keras.optimizers.Muon):  # type: ignore[misc, name-defined]
        """With the exact factor."""

        def zeropower_via_newtonschulz5(self, x: Any, steps: int) -> Any:
            factor = polar_factor(keras.ops.convert_to_numpy(x).astype("float64"))
            return keras.ops.convert_to_tensor(factor.astype("float32"))

    settings = {
        "learning_rate": 0.0625,
        "momentum": 0.875,
        "nesterov": nesterov,
        "weight_decay": 0.25,
    }
    x = start((6, 4)).astype("float32")
    variable = keras.Variable(x, dtype="float32", name="kernel")
    peer, xs = Exact(rms_rate=None, exclude_layers=[], **settings), []
    for g in gradients(x.shape):
        peer.apply([keras.ops.convert_to_tensor(g.astype("float32"))], [variable])
        xs.append(np.array(keras.ops.convert_to_numpy(variable)))
    lion_k = LionK(Nuclear(), **KERAS_MUON.to_paper(settings)._asdict())
    assert apart(ours(lion_k, x.astype("float64")), xs) < 1e-4
