"""The known peers by name: each is one module with ``peer()``, imported when it is asked for."""

from __future__ import annotations

import importlib
import shlex
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from lionk_ref.peers.claims import claims
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

INSTALLED_BY = {
    **dict.fromkeys(("keras", "lion-pytorch", "optax", "optax-refined"), "lionk-ref[peers]"),
    **dict.fromkeys(("optax-smooth", "torch-optimi"), "lionk-ref[peers]"),
    "bitsandbytes-8bit": "bitsandbytes",
    "mlx": "mlx[cpu]",
    "timm-muon": "timm",
    "torch-muon": "torch",
}
"""What brings a peer, where it is not the package of that name."""


def find(name: str) -> Peer:
    """The peer of that name, or the factory that ``module:factory`` names.

    Raises
    ------
    ValueError
        If there is none, it is not installed, its import fails, or it claims what is unknown.
    """
    if ":" in name:
        return from_factory(name)
    if name not in PEERS:
        raise ValueError(f"Unknown peer {name!r}. Known: {', '.join(PEERS)}, or module:factory.")
    try:
        found: Peer = importlib.import_module(f"lionk_ref.peers.{PEERS[name]}").peer()
    except (Exception, SystemExit) as error:
        remedy = _remedy(name) if isinstance(error, ModuleNotFoundError) else ""
        raise ValueError(f"{name} cannot be imported here ({_why(error)}).{remedy}") from None
    return found


def _remedy(name: str) -> str:
    return f" Install it: pip install {shlex.quote(INSTALLED_BY.get(name, name))}."


def _why(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"


def from_factory(name: str) -> Peer:
    """A peer from ``factory(x0, *, K, lr, beta1, beta2, lam, scheme, dtype) -> step(g, lr)``.

    Attributes of the factory named K, schemes, dtypes, nan, notes and version, where it has them,
    are its claims. Without them it claims Lion: K = l1 and the explicit scheme.
    """
    module, _, attribute = name.rpartition(":")
    factory = getattr(_import(module, attribute), attribute, None)
    if not callable(factory):
        raise ValueError(f"{name}: {module} has no function {attribute!r}.")

    def start(x0: Any, s: Setting) -> Stepper:
        stepper: Stepper = factory(x0, **s._asdict())
        return stepper

    names = ("version", "K", "schemes", "dtypes", "nan", "notes")
    found = {n: getattr(factory, n) for n in names if hasattr(factory, n)}
    return Peer(name, start, **claims(name, **found))


def _import(module: str, attribute: str) -> ModuleType:
    _refuse_path(module, attribute)
    if (here := str(Path.cwd())) not in sys.path:
        sys.path.insert(0, here)
    try:
        return importlib.import_module(module)
    except (Exception, SystemExit) as error:
        why = str(error) if isinstance(error, ImportError) else _why(error)
        raise ValueError(f"{module} cannot be imported: {why}.") from None


def _refuse_path(module: str, attribute: str) -> None:
    """A file is a likely slip: what it would be as a module is said."""
    stem = module.replace("\\", "/").rpartition("/")[2].removesuffix(".py")
    if stem != module or not module or module.startswith("."):
        wanted = f"{stem.strip('.') or 'module'}:{attribute or 'factory'}"
        raise ValueError(
            f"{module}:{attribute} names a file; a module is wanted, as in {wanted}, "
            "run in the folder that holds it."
        )
