"""Section 4 by optimizers of PyTorch, timed on the memory of the other contenders."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from lionk_ref.bench.places import Place
from lionk_ref.bench.started import SHOWN, Start, Started
from lionk_ref.discrete.conventions import DEEPSPEED, TORCH
from lionk_ref.peers.interface import Setting
from lionk_ref.peers.torch_loop import settings
from lionk_ref.peers.without_init import module

Arrays = Sequence[tuple[Any, Any, Any]]
Build = Callable[[list[Any], Setting], Any]


def optimizer(build: Build, state: str = "exp_avg") -> Start:
    """The start of an optimizer, whose ``state`` is moved to the memory of m."""

    def start(place: Place, arrays: Arrays, setting: Setting) -> Started:
        import torch

        parameters, momenta = [], []
        for x, m, g in arrays:
            parameters.append(torch.nn.Parameter(torch.from_dlpack(x)))
            parameters[-1].grad = torch.from_dlpack(g)
            momenta.append(torch.from_dlpack(m))
        stepper = build(parameters, setting)
        stepper.step()
        for parameter, momentum in zip(parameters, momenta, strict=True):
            stepper.state[parameter][state] = momentum
        return Started(stepper.step, _look(place, arrays))

    return start


def _look(place: Place, arrays: Arrays) -> Callable[[], tuple[Any, Any]]:
    def look() -> tuple[Any, Any]:
        place.settle()
        x, m, _ = arrays[0]
        return place.download(x[:SHOWN]), place.download(m[:SHOWN])

    return look


def _lion_pytorch(parameters: list[Any], setting: Setting) -> Any:
    from lion_pytorch import Lion

    return Lion(parameters, **settings(TORCH, setting))


def _lion_pytorch_foreach(parameters: list[Any], setting: Setting) -> Any:
    from lion_pytorch.foreach import Lion

    return Lion(parameters, **settings(TORCH, setting))


def _pytorch_optimizer(parameters: list[Any], setting: Setting) -> Any:
    from pytorch_optimizer import Lion

    return Lion(parameters, foreach=True, **settings(TORCH, setting))


def _timm(parameters: list[Any], setting: Setting) -> Any:
    Lion = module("timm.optim.lion").Lion
    return Lion(parameters, foreach=True, **settings(TORCH, setting))


def _deepspeed(parameters: list[Any], setting: Setting) -> Any:
    from deepspeed.ops.lion import DeepSpeedCPULion

    return DeepSpeedCPULion(parameters, **settings(DEEPSPEED, setting))


def _bitsandbytes(parameters: list[Any], setting: Setting) -> Any:
    import bitsandbytes

    return bitsandbytes.optim.Lion(parameters, **settings(TORCH, setting))


lion_pytorch = optimizer(_lion_pytorch)
lion_pytorch_foreach = optimizer(_lion_pytorch_foreach)
pytorch_optimizer = optimizer(_pytorch_optimizer)
timm = optimizer(_timm)
bitsandbytes = optimizer(_bitsandbytes, "state1")


def deepspeed(place: Place, arrays: Arrays, setting: Setting) -> Started:
    """DeepSpeed's kernel for the CPU."""
    if place.name != "cpu":
        raise ValueError("CPULion runs on a CPU only")
    return optimizer(_deepspeed)(place, arrays, setting)


def torch_compile(place: Place, arrays: Arrays, s: Setting) -> Started:
    """The step as a user would write it, through torch.compile, for arrays of this one size."""
    import torch

    torch._dynamo.reset()

    @torch.compile(dynamic=False)  # type: ignore[untyped-decorator,unused-ignore]
    def step(x: Any, m: Any, g: Any) -> None:
        u = torch.sign(s.beta1 * m + (1 - s.beta1) * g)
        x.mul_(1 - s.lr * s.lam).sub_(u, alpha=s.lr)
        m.mul_(s.beta2).add_(g, alpha=1 - s.beta2)

    x, m, g = map(torch.from_dlpack, arrays[0])
    return Started(lambda: step(x, m, g), _look(place, arrays))


def set_threads(threads: int) -> None:
    """For PyTorch, and for each OpenMP that was loaded with it or with an extension of it."""
    import torch

    torch.set_num_threads(threads)
    for library in openmp():
        library.omp_set_num_threads(threads)


def openmp() -> list[ctypes.CDLL]:
    """Each copy of an OpenMP that is loaded; none where the system does not tell."""
    maps = Path("/proc/self/maps")
    lines = maps.read_text("utf-8").splitlines() if maps.exists() else []
    found = {line.split()[-1] for line in lines if "libgomp" in line or "libomp" in line}
    return [ctypes.CDLL(path) for path in sorted(found)]
