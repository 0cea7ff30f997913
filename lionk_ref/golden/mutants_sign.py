"""Wrong Lions: what can go wrong with the sign, at zeros, ties and what is not finite."""

from __future__ import annotations

from typing import Any

import numpy as np

from lionk_ref.golden.mutant import Lion

Array = Any


class SignOfZeroPlus(Lion):
    """sign(0) = +1 for minus the momentum: a coordinate without gradient falls at full speed."""

    seen = "DeepSpeed's CPULion"
    K = ("l1",)

    def slope(self, m_tilde: Array, g: Array) -> Array:
        return np.where(m_tilde > 0, 1, -1).astype(m_tilde.dtype)


class SignOfZeroMinus(Lion):
    """sign(0) = -1 for minus the momentum: a coordinate without gradient climbs at full speed."""

    seen = "DeepSpeed's CUDA source; distributed-lion-pytorch's ties"
    K = ("l1",)

    def slope(self, m_tilde: Array, g: Array) -> Array:
        return np.where(m_tilde < 0, -1, 1).astype(m_tilde.dtype)


class ClipForSign(Lion):
    """clip(m_tilde, -1, 1) in place of the sign: Huber's K."""

    seen = 'Optax\'s scale_by_lion(mode="refined")'
    K = ("l1",)

    def slope(self, m_tilde: Array, g: Array) -> Array:
        return np.clip(m_tilde, -1, 1)


class TanhForSign(Lion):
    """tanh(m_tilde) in place of the sign: the K of log-cosh."""

    seen = 'Optax\'s scale_by_lion(mode="smooth")'
    K = ("l1",)

    def slope(self, m_tilde: Array, g: Array) -> Array:
        return np.tanh(m_tilde)


class NoSign(Lion):
    """The sign is missing: x follows the momentum itself."""

    seen = "Polyak's momentum"
    K = ("l1",)

    def slope(self, m_tilde: Array, g: Array) -> Array:
        return m_tilde


class MaxNormalised(Lion):
    """m_tilde over its largest entry in place of the sign."""

    seen = "normalised momentum"
    K = ("l1",)

    def slope(self, m_tilde: Array, g: Array) -> Array:
        return m_tilde / max(np.max(np.abs(m_tilde)), np.finfo(m_tilde.dtype).tiny)


class SoftSign(Lion):
    """m_tilde/(|m_tilde| + 1e-8) in place of the sign: small momenta are damped."""

    seen = "Adam's eps kept out of habit"
    K = ("l1",)

    def slope(self, m_tilde: Array, g: Array) -> Array:
        return m_tilde / (np.abs(m_tilde) + np.asarray(1e-8, m_tilde.dtype))


class SignOfTinyIsZero(Lion):
    """What is below 1e-12 counts as 0: small gradients do not move anything."""

    seen = "thresholds against noise; flushed subnormals"
    K = ("l1",)

    def slope(self, m_tilde: Array, g: Array) -> Array:
        return np.sign(np.where(np.abs(m_tilde) < 1e-12, 0, m_tilde)).astype(m_tilde.dtype)


class SignOfMinuteIsZero(Lion):
    """What is below 1e-30 counts as 0, though binary32 goes on to 1e-38."""

    seen = "an eps against 0/0 in x/(|x| + eps), made small"
    K = ("l1",)

    def slope(self, m_tilde: Array, g: Array) -> Array:
        return np.sign(np.where(np.abs(m_tilde) < 1e-30, 0, m_tilde)).astype(m_tilde.dtype)


class Cautious(Lion):
    """Entries of the step that point along the gradient are dropped, the rest is enlarged."""

    seen = "Cautious Lion, on by default in some packages"
    K = ("l1",)

    def slope(self, m_tilde: Array, g: Array) -> Array:
        u = super().slope(m_tilde, g)
        kept = (u * g < 0).astype(u.dtype)
        return u * kept * np.asarray(kept.size / (kept.sum() + 1), u.dtype)


class CautiousMask(Lion):
    """Entries of the step that point along the gradient are dropped."""

    seen = "Cautious Lion without its normaliser"
    K = ("l1",)

    def slope(self, m_tilde: Array, g: Array) -> Array:
        u = super().slope(m_tilde, g)
        return np.where(u * g > 0, 0, u).astype(u.dtype)


class NanIsZero(Lion):
    """A NaN in the gradient counts as 0, in silence."""

    seen = "nan_to_num before the step"

    def gradient(self, g: Array) -> Array:
        return np.where(np.isnan(g), 0, g).astype(g.dtype)


class NanWalks(Lion):
    """Where m_tilde is NaN the comparison m_tilde > 0 fails, and x walks at full speed."""

    seen = "DeepSpeed: NaN becomes a walk of +-lr"
    K = ("l1",)

    def slope(self, m_tilde: Array, g: Array) -> Array:
        return np.where(np.isnan(m_tilde), -1, super().slope(m_tilde, g)).astype(m_tilde.dtype)


class NanSpreads(Lion):
    """One NaN makes every coordinate NaN: the neighbours notice."""

    seen = "a global norm taken for clipping"

    def gradient(self, g: Array) -> Array:
        return g + 0 * np.sum(g) if np.isnan(g).any() else g


class InfBecomesNan(Lion):
    """inf in a gradient turns x into NaN."""

    seen = "x/|x| for the sign"
    K = ("l1",)

    def slope(self, m_tilde: Array, g: Array) -> Array:
        return np.where(m_tilde == 0, m_tilde, m_tilde / np.abs(m_tilde)) + 0.0
