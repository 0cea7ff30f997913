"""Eq. (2) by lion-pytorch."""

from __future__ import annotations

from typing import Any

from lionk_ref.peers.interface import Peer
from lionk_ref.peers.torch_loop import FROZEN, torch_start, version


def peer() -> Peer:
    """The optimizer as it is by default, with the case's hyper-parameters."""
    from lion_pytorch import Lion

    def build(parameters: list[Any], settings: dict[str, Any]) -> Any:
        return Lion(parameters, **settings)

    return Peer(
        "lion-pytorch", torch_start(build), version("lion-pytorch"), nan="freeze", notes=(FROZEN,)
    )
