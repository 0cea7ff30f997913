"""Eq. (2) by adv_optm, without its stochastic rounding."""

from __future__ import annotations

from typing import Any

from lionk_ref.peers.interface import Peer
from lionk_ref.peers.torch_loop import FROZEN, torch_start, version


def peer() -> Peer:
    """The optimizer as it is by default, with the case's hyper-parameters."""
    from adv_optm import Lion_adv

    def build(parameters: list[Any], settings: dict[str, Any]) -> Any:
        return Lion_adv(parameters, **settings, stochastic_rounding=False)

    return Peer("adv-optm", torch_start(build), version("adv_optm"), nan="freeze", notes=(FROZEN,))
