"""Eq. (2) by pytorch_optimizer."""

from __future__ import annotations

from typing import Any

from lionk_ref.peers.interface import Peer
from lionk_ref.peers.torch_loop import FROZEN, torch_start, version


def peer() -> Peer:
    """The optimizer as it is by default, with the case's hyper-parameters."""
    from pytorch_optimizer import Lion

    def build(parameters: list[Any], settings: dict[str, Any]) -> Any:
        return Lion(parameters, **settings)

    return Peer(
        "pytorch-optimizer",
        torch_start(build),
        version("pytorch_optimizer"),
        nan="freeze",
        notes=(FROZEN,),
    )
