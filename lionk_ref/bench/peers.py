"""Section 4 by others, timed: who they are, whether they can be had, whether they step right."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import numpy as np

from lionk_ref.bench import peers_jax, peers_torch
from lionk_ref.bench.limit import HYPER
from lionk_ref.bench.places import Place
from lionk_ref.bench.started import Start, Started
from lionk_ref.peers import find
from lionk_ref.peers.interface import Setting

STARTS: dict[str, Start] = {
    "bitsandbytes": peers_torch.bitsandbytes,
    "deepspeed": peers_torch.deepspeed,
    "lion-pytorch": peers_torch.lion_pytorch,
    "lion-pytorch-foreach": peers_torch.lion_pytorch_foreach,
    "optax": peers_jax.optax,
    "pytorch-optimizer": peers_torch.pytorch_optimizer,
    "timm": peers_torch.timm,
    "torch-compile": peers_torch.torch_compile,
}
"""How each is brought to step on given arrays."""

ONE_BY_ONE = {"optax", "torch-compile"}
"""Those that compile: a graph of a thousand arrays would take them minutes."""

SLOW = {"bitsandbytes", "torch-compile"}
"""Those that take ten seconds and more to start: ``--quick`` leaves them out."""

OWN_THREADS = {"optax"}
"""Those that cannot be told how many threads to use: they are measured beside all cores only."""

ADAPTERS = {"lion-pytorch-foreach": "lion-pytorch"}
LR, BETA1, BETA2, LAM = HYPER
SETTING = Setting("l1", LR, BETA1, BETA2, LAM, "explicit", "binary32")


def version(name: str) -> str:
    """The version of a peer.

    Raises
    ------
    ValueError
        If it is unknown or cannot be imported.
    """
    if name not in STARTS:
        raise ValueError(f"Unknown peer {name!r}. Known are: {', '.join(STARTS)}, all and none.")
    if name == "torch-compile":
        return _torch_version()
    return find(ADAPTERS.get(name, name)).version


def _torch_version() -> str:
    try:
        import torch
    except Exception as error:
        raise ValueError(f"torch cannot be imported here ({_first_line(error)}).") from None
    return str(torch.__version__)


def start(name: str, place: Place, arrays: Sequence[tuple[Any, Any, Any]]) -> Started:
    """A peer on these arrays, after one step that was found to be eq. (2).

    Raises
    ------
    ValueError
        If it cannot be started here, or its step is another one.
    """
    try:
        started = STARTS[name](place, arrays, SETTING)
        require_lion(started, place.download(arrays[0][2][: started.shown]))
    except Exception as error:
        raise ValueError(_first_line(error)) from None
    return started


def require_lion(started: Started, g: Any) -> None:
    """Raise unless the next step is eq. (2) for Lion, on minus the paper's momentum.

    Entries where beta1 m + (1 - beta1) g is next to zero are not looked at.
    """
    x, m = started.look()
    started.run()
    after, momentum = started.look()
    m_tilde = BETA1 * m + (1 - BETA1) * g
    clear = np.abs(m_tilde) > 1e-4
    wrong = np.abs(after - ((1 - LR * LAM) * x - LR * np.sign(m_tilde)))[clear]
    stale = np.abs(momentum - (BETA2 * m + (1 - BETA2) * g))
    for what, off in (("x", wrong), ("its momentum", stale)):
        if not (off.size and off.max() < LR / 10):
            raise ValueError(f"its step is not eq. (2): {what} is off by {off.max(initial=0):.1e}")


def _first_line(error: BaseException) -> str:
    text = str(error).strip().partition("\n")[0][:200]
    return text if isinstance(error, ValueError) else f"{type(error).__name__}: {text}"


def set_threads(threads: int) -> None:
    """Tell PyTorch, and every OpenMP that is loaded, how many threads to use."""
    if threads and "torch" in sys.modules:
        peers_torch.set_threads(threads)
