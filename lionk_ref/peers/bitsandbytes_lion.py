"""Eq. (2) by bitsandbytes, 32-bit state."""

from __future__ import annotations

from typing import Any

from lionk_ref.peers.interface import Peer
from lionk_ref.peers.torch_loop import FROZEN, torch_start, version


def peer() -> Peer:
    """The optimizer with its state in 32 bits."""
    import bitsandbytes

    def build(parameters: list[Any], settings: dict[str, Any]) -> Any:
        return bitsandbytes.optim.Lion(parameters, **settings)

    notes = ("computes in float32 whatever the parameter's dtype", FROZEN)
    return Peer("bitsandbytes", torch_start(build, "state1"), version("bitsandbytes"),
                dtypes=("binary32",), nan="freeze", notes=notes)  # fmt: skip
