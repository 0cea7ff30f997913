"""Eq. (2) with K = Huber(1) by Optax: scale_by_lion in its mode "refined"."""

from __future__ import annotations

from typing import Any

from lionk_ref.convex import from_text
from lionk_ref.peers.interface import Peer, Setting, Unsupported
from lionk_ref.peers.optax_lion import optax_start


def _transform(lr: float, s: Setting) -> Any:
    import optax

    K: Any = from_text(s.K)
    if K.e != 1:
        raise Unsupported(f"refined is Huber with e = 1, not {K.e}")
    scaled = optax.scale_by_lion(s.beta1, s.beta2, mode="refined")
    return optax.chain(scaled, optax.add_decayed_weights(s.lam), optax.scale_by_learning_rate(lr))


def peer() -> Peer:
    """The chain that optax.lion is, with the other mode."""
    import optax

    return Peer("optax-refined", optax_start(_transform), optax.__version__, ("huber",))
