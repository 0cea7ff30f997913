"""Eq. (2) by torch-optimi."""

from __future__ import annotations

from typing import Any

from lionk_ref.peers.interface import Peer
from lionk_ref.peers.torch_loop import FROZEN, torch_start, version


def peer() -> Peer:
    """The optimizer as it is by default, with the case's hyper-parameters."""
    from optimi import Lion

    def build(parameters: list[Any], settings: dict[str, Any]) -> Any:
        return Lion(parameters, **settings)

    return Peer(
        "torch-optimi", torch_start(build), version("torch-optimi"), nan="freeze", notes=(FROZEN,)
    )
