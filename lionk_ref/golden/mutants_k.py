"""Wrong K: what can go wrong with the subgradients of Table 2 and their relatives."""

from __future__ import annotations

from typing import Any

import numpy as np

from lionk_ref.golden.mutant import Lion

Array = Any


class DualExponent(Lion):
    """q in place of p, 1/p + 1/q = 1: the step of the dual norm."""

    seen = "Lion-lp: the exponent of the set taken for that of K"
    K = ("lp",)

    def slope(self, m_tilde: Array, g: Array) -> Array:
        return _lp(m_tilde, self.function.q, self.function.q)


class RootNScaled(Lion):
    """The l_p step enlarged so that its entries are of size 1: a ball sqrt(N) times as large."""

    seen = "adv_optm's Lion-lp"
    K = ("lp",)

    def slope(self, m_tilde: Array, g: Array) -> Array:
        scale = np.asarray(np.sqrt(m_tilde.size), m_tilde.dtype)
        return _lp(m_tilde, self.function.p, self.function.p) * scale


class PowersNotNormalised(Lion):
    """|z|^(p - 1) over |z|_p: right for p = 2 only."""

    seen = "the exponent p - 1 of the norm forgotten"
    K = ("lp",)

    def slope(self, m_tilde: Array, g: Array) -> Array:
        norm = np.sum(np.abs(m_tilde) ** self.function.p) ** (1 / self.function.p)
        return np.sign(m_tilde) * np.abs(m_tilde) ** (self.function.p - 1) / (norm or 1)


class ZeroOverZero(Lion):
    """Table 2's quotient at z = 0 as it stands: NaN."""

    seen = "Table 2, line 2 as printed (an erratum)"
    K = ("l2", "lp")

    def slope(self, m_tilde: Array, g: Array) -> Array:
        u = super().slope(m_tilde, g)
        return u if np.any(m_tilde) else u * np.nan


class HuberWithoutScale(Lion):
    """clip(z, -e, e) without the division by e: the box shrinks with e."""

    seen = "clipping at a threshold taken for Huber"
    K = ("huber",)

    def slope(self, m_tilde: Array, g: Array) -> Array:
        return np.clip(m_tilde, -self.function.e, self.function.e)


class SoftThreshold(Lion):
    """sign(z) max(|z| - e, 0): the prox of l1 in place of the dead zone's slope."""

    seen = "soft thresholding taken for the dead zone"
    K = ("dead_zone",)

    def slope(self, m_tilde: Array, g: Array) -> Array:
        return np.sign(m_tilde) * np.maximum(np.abs(m_tilde) - self.function.e, 0)


class DeadZoneClosed(Lion):
    """|z| = e moves: not the element of least norm."""

    seen = ">= for > in the indicator"
    K = ("dead_zone",)

    def slope(self, m_tilde: Array, g: Array) -> Array:
        return np.sign(m_tilde) * (np.abs(m_tilde) >= np.asarray(self.function.e, m_tilde.dtype))


class PerTensorNorm(Lion):
    """A norm of the whole taken over halves: each tensor by itself."""

    seen = "per-parameter loops around a global norm"
    K = ("l2",)

    def slope(self, m_tilde: Array, g: Array) -> Array:
        halves = np.split(m_tilde, 2)
        return np.concatenate([h / (np.linalg.norm(h) or 1) for h in halves])


class WholeNorm(Lion):
    """A norm over groups taken over the whole."""

    seen = "tensors concatenated before the norm"
    K = ("group_l2",)

    def slope(self, m_tilde: Array, g: Array) -> Array:
        return m_tilde / (np.linalg.norm(m_tilde) or 1)


class NormWithEps(Lion):
    """1e-3 added to the norm: short momenta make short steps."""

    seen = "normalised gradient descent's eps"
    K = ("l2",)

    def slope(self, m_tilde: Array, g: Array) -> Array:
        return m_tilde / (np.linalg.norm(m_tilde) + np.asarray(1e-3, m_tilde.dtype))


class WeightsForgotten(Lion):
    """The weights of the weighted l1 norm are dropped: Lion."""

    seen = "per-group settings that are never read"
    K = ("weighted_l1",)

    def slope(self, m_tilde: Array, g: Array) -> Array:
        return np.sign(m_tilde)


def _lp(z: Array, p: float, q: float) -> Array:
    scaled = np.abs(z) / (np.max(np.abs(z)) or 1)
    norm = np.sum(scaled**p) ** (1 / p) or 1
    return np.sign(z) * (scaled / norm) ** (q - 1)
