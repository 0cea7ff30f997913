"""Eq. (2) with K = LogCosh by Optax: scale_by_lion in its mode "smooth"."""

from __future__ import annotations

from typing import Any

from lionk_ref.convex import from_text
from lionk_ref.peers.interface import Peer, Setting
from lionk_ref.peers.optax_lion import optax_start


def _transform(lr: float, s: Setting) -> Any:
    import optax

    K: Any = from_text(s.K)
    scaled = optax.scale_by_lion(s.beta1, s.beta2, mode="smooth", smooth_beta=1 / K.e)
    return optax.chain(scaled, optax.add_decayed_weights(s.lam), optax.scale_by_learning_rate(lr))


def peer() -> Peer:
    """The chain that optax.lion is, with the other mode."""
    import optax

    return Peer("optax-smooth", optax_start(_transform), optax.__version__, ("log_cosh",))
