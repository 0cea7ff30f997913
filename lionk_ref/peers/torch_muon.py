"""Eq. (2) with K the nuclear norm by torch.optim.Muon: the polar factor by Newton-Schulz."""

from __future__ import annotations

from typing import Any

from lionk_ref.discrete.muon import MUON
from lionk_ref.peers.interface import Peer
from lionk_ref.peers.torch_loop import torch_start, version


def peer() -> Peer:
    """Muon as it is by default: Nesterov's form, five iterations in bfloat16."""
    import torch

    def build(parameters: list[Any], settings: dict[str, Any]) -> Any:
        return torch.optim.Muon(parameters, **settings)

    notes = ("beta1 = mu^2, beta2 = mu; Newton-Schulz in bfloat16 approximates the polar factor",)
    return Peer("torch-muon", torch_start(build, "momentum_buffer", MUON), version("torch"),
                ("nuclear",), notes=notes)  # fmt: skip
