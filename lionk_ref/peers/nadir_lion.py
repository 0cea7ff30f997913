"""Eq. (2) by nadir, whose decay shrinks the step along with x."""

from __future__ import annotations

from typing import Any

from lionk_ref.peers.interface import Peer, Unsupported
from lionk_ref.peers.torch_loop import FROZEN, torch_start, version


def peer() -> Peer:
    """The optimizer as it is by default, with the case's hyper-parameters."""
    from nadir import Lion, LionConfig

    def build(parameters: list[Any], settings: dict[str, Any]) -> Any:
        beta1, beta2 = settings.pop("betas")
        try:
            return Lion(parameters, LionConfig(beta_1=beta1, beta_2=beta2, **settings))
        except ValueError as error:
            raise Unsupported("nadir: " + "".join(error.args)) from None

    notes = ("0 < beta < 1 and lam < 1 are asked for", FROZEN)
    return Peer("nadir", torch_start(build, "momentum"), version("nadir"),
                nan="freeze", notes=notes)  # fmt: skip
