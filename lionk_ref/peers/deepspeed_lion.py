"""Eq. (2) by DeepSpeed's CPULion, whose kernel is compiled when it is first used."""

from __future__ import annotations

from typing import Any

from lionk_ref.discrete.conventions import DEEPSPEED
from lionk_ref.peers.interface import Peer
from lionk_ref.peers.torch_loop import torch_start, version


def peer() -> Peer:
    """The CPU optimizer; it has float32 only."""
    from deepspeed.ops.lion import DeepSpeedCPULion

    def build(parameters: list[Any], settings: dict[str, Any]) -> Any:
        return DeepSpeedCPULion(parameters, **settings)

    notes = ("its default beta2 is 0.999",)
    return Peer("deepspeed", torch_start(build, "exp_avg", DEEPSPEED), version("deepspeed"),
                dtypes=("binary32",), notes=notes)  # fmt: skip
