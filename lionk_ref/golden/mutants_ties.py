"""Wrong K: what can go wrong where entries are tied, or nearly so."""

from __future__ import annotations

from typing import Any

import numpy as np

from lionk_ref.golden.mutant import Lion

Array = Any


class TopKStrict(Lion):
    """Only entries above the k-th magnitude move: k - 1 of them, none for k = 1."""

    seen = "Table 2, line 4 as printed (an erratum)"
    K = ("top_k",)

    def slope(self, m_tilde: Array, g: Array) -> Array:
        a = np.abs(m_tilde)
        return np.sign(m_tilde) * (a > np.sort(a.ravel())[-self.function.k])


class TopKTiesAll(Lion):
    """Every entry tied with the k-th moves in full: more than k of them."""

    seen = ">= in the indicator; ProximalOperators.jl's sum of the k largest"
    K = ("top_k",)

    def slope(self, m_tilde: Array, g: Array) -> Array:
        a = np.abs(m_tilde)
        return np.sign(m_tilde) * (a >= np.sort(a.ravel())[-self.function.k])


class TopKByIndex(Lion):
    """Ties at the k-th magnitude go to the lowest index: a subgradient, but not equivariant."""

    seen = "torch.topk, jax.lax.top_k"
    K = ("top_k",)

    def slope(self, m_tilde: Array, g: Array) -> Array:
        first = np.argsort(-np.abs(m_tilde), kind="stable")[: self.function.k]
        return np.where(np.isin(np.arange(m_tilde.size), first), np.sign(m_tilde), 0 * m_tilde)


class LargestByIndex(Lion):
    """Ties at the maximum go to the lowest index."""

    seen = "argmax"
    K = ("linf",)

    def slope(self, m_tilde: Array, g: Array) -> Array:
        first = np.arange(m_tilde.size) == np.argmax(np.abs(m_tilde))
        return np.where(first, np.sign(m_tilde), 0 * m_tilde)


class LargestAll(Lion):
    """Every entry tied at the maximum moves in full: outside dom K*."""

    seen = "|x| == max|x| without the share"
    K = ("linf",)

    def slope(self, m_tilde: Array, g: Array) -> Array:
        return np.sign(m_tilde) * (np.abs(m_tilde) == np.max(np.abs(m_tilde)))


class SortedByIndex(Lion):
    """Tied entries take the sorted weights in the order of their index."""

    seen = "argsort"
    K = ("sorted_l1",)

    def slope(self, m_tilde: Array, g: Array) -> Array:
        weights = (self.function.weights + (0.0,) * m_tilde.size)[: m_tilde.size]
        order = np.argsort(-np.abs(m_tilde), kind="stable")
        u = np.zeros_like(m_tilde)
        u[order] = weights
        return u * np.sign(m_tilde)


class NearTies(Lion):
    """Magnitudes are rounded to two digits before ties are found."""

    seen = "a tolerance for ties that is far above the rounding"
    K = ("top_k", "linf", "sorted_l1")

    def slope(self, m_tilde: Array, g: Array) -> Array:
        rounded = np.round(m_tilde / (np.max(np.abs(m_tilde)) or 1), 2)
        u: Array = self.function.subgradient(rounded.astype(m_tilde.dtype))
        return u
