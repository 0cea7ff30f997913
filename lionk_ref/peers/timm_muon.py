"""Eq. (2) with K the nuclear norm by timm's Muon, as it is by default."""

from __future__ import annotations

from typing import Any

from lionk_ref.discrete.muon import MUON
from lionk_ref.peers.interface import Peer
from lionk_ref.peers.torch_loop import torch_start, version
from lionk_ref.peers.without_init import module


def peer() -> Peer:
    """Muon without Nesterov's form: beta1 = beta2, where Muon's own is beta1 = mu^2."""
    Muon = module("timm.optim.muon").Muon

    def build(parameters: list[Any], settings: dict[str, Any]) -> Any:
        del settings["nesterov"]
        groups = [{"params": parameters, "use_muon": True}]
        return Muon(groups, adjust_lr_fn="original", **settings)

    notes = (
        "nesterov is off by default: beta1 = beta2, at the edge of Theorem 4.1",
        "its step is scaled by 0.2 sqrt(max(rows, columns)) by default; here by torch's rule",
    )
    return Peer("timm-muon", torch_start(build, "momentum_buffer", MUON), version("timm"),
                ("nuclear",), notes=notes)  # fmt: skip
