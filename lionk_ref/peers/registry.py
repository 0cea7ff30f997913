"""The known peers by name: each is one module with ``peer()``, imported when it is asked for."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from lionk_ref.peers.interface import Peer, Setting, Stepper

PEERS = {
    "adv-optm": "adv_optm_lion",
    "bitsandbytes": "bitsandbytes_lion",
    "bitsandbytes-8bit": "bitsandbytes_lion8bit",
    "deepspeed": "deepspeed_lion",
    "keras": "keras_lion",
    "lion-pytorch": "lion_pytorch_lion",
    "lionk-ref": "reference",
    "mlx": "mlx_lion",
    "nadir": "nadir_lion",
    "optax": "optax_lion",
    "optax-refined": "optax_refined",
    "optax-smooth": "optax_smooth",
    "pytorch-optimizer": "pytorch_optimizer_lion",
    "timm": "timm_lion",
    "timm-muon": "timm_muon",
    "torch-muon": "torch_muon",
    "torch-optimi": "optimi_lion",
    "torchzero": "torchzero_lion",
}
"""The module of each peer, in this package."""


def find(name: str) -> Peer:
    """The peer of that name, or the factory that ``module:factory`` names.

    Raises
    ------
    ValueError
        If there is none, it is not installed, or its import fails.
    """
    if ":" in name:
        return from_factory(name)
    if name not in PEERS:
        raise ValueError(f"Unknown peer {name!r}. Known: {', '.join(PEERS)}, or module:factory.")
    module = importlib.import_module(f"lionk_ref.peers.{PEERS[name]}")
    try:
        found: Peer = module.peer()
    except Exception as error:
        why = f"{type(error).__name__}: {error}"
        raise ValueError(f"{name} cannot be imported here ({why}).") from None
    return found


def from_factory(name: str) -> Peer:
    """A peer from ``factory(x0, *, K, lr, beta1, beta2, lam, scheme, dtype) -> step(g, lr)``.

    Attributes of the factory named K, schemes, dtypes, nan, notes and version, where it has them,
    are its claims. Without them it claims Lion: K = l1 and the explicit scheme.
    """
    module, _, attribute = name.partition(":")
    factory = getattr(_import(module), attribute, None)
    if not callable(factory):
        raise ValueError(f"{name}: {module} has no function {attribute!r}.")

    def start(x0: Any, s: Setting) -> Stepper:
        stepper: Stepper = factory(x0, **s._asdict())
        return stepper

    names = ("version", "K", "schemes", "dtypes", "nan", "notes")
    claims = {n: getattr(factory, n) for n in names if hasattr(factory, n)}
    return Peer(name, start, **claims)


def _import(module: str) -> ModuleType:
    if (here := str(Path.cwd())) not in sys.path:
        sys.path.insert(0, here)
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise ValueError(f"{module} cannot be imported: {error}.") from None
