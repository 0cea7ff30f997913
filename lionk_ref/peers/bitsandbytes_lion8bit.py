"""Eq. (2) by bitsandbytes, 8-bit state: an approximation, whose m is not shown."""

from __future__ import annotations

from typing import Any

from lionk_ref.peers.interface import Peer
from lionk_ref.peers.torch_loop import torch_start, version


def peer() -> Peer:
    """The optimizer with its state in 8 bits, for tensors of any size."""
    import bitsandbytes

    def build(parameters: list[Any], settings: dict[str, Any]) -> Any:
        return bitsandbytes.optim.Lion8bit(parameters, min_8bit_size=0, **settings)

    notes = ("m is quantised to 8 bits, block by block: only x is compared",)
    return Peer("bitsandbytes-8bit", torch_start(build, None), version("bitsandbytes"),
                dtypes=("binary32",), notes=notes)  # fmt: skip
