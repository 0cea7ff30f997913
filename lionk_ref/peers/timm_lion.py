"""Eq. (2) by timm."""

from __future__ import annotations

from typing import Any

from lionk_ref.peers.interface import Peer
from lionk_ref.peers.torch_loop import FROZEN, torch_start, version
from lionk_ref.peers.without_init import module


def peer() -> Peer:
    """The optimizer as it is by default, with the case's hyper-parameters."""
    Lion = module("timm.optim.lion").Lion

    def build(parameters: list[Any], settings: dict[str, Any]) -> Any:
        return Lion(parameters, **settings)

    return Peer("timm", torch_start(build), version("timm"), nan="freeze", notes=(FROZEN,))
