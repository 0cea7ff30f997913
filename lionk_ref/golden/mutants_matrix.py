"""Wrong K on matrices: what can go wrong with the polar factor, the slope of Muon's K."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from lionk_ref.golden.mutant import Lion

Array = Any


class NewtonSchulz(Lion):
    """Five quintic Newton-Schulz iterations in place of the polar factor."""

    seen = "Muon: torch, Optax, Keras, timm, most of them in bfloat16"
    blur = 0.4
    K = ("nuclear",)

    def slope(self, m_tilde: Array, g: Array) -> Array:
        X = m_tilde / (np.linalg.norm(m_tilde) + np.asarray(1e-7, m_tilde.dtype))
        for _ in range(5):
            A = X @ X.T
            X = 3.4445 * X + (-4.7750 * A + 2.0315 * A @ A) @ X
        return X


class NewtonSchulzWithoutNesterov(NewtonSchulz):
    """Newton-Schulz, and the step follows m' itself: beta1 = beta2."""

    seen = "timm's Muon by default"

    def look_ahead(self, g: Array, new: Array) -> Array:
        return new


class FullRotation(Lion):
    """U V' over all singular pairs, those of the singular value 0 included."""

    seen = "U @ Vh from the SVD"
    K = ("nuclear",)

    def slope(self, m_tilde: Array, g: Array) -> Array:
        U, _, Vh = np.linalg.svd(m_tilde, full_matrices=False)
        return U @ Vh


class FrobeniusForPolar(Lion):
    """Z/|Z|_F: the ball of the Frobenius norm in place of the spectral one."""

    seen = "normalised momentum on matrices"
    K = ("nuclear",)

    def slope(self, m_tilde: Array, g: Array) -> Array:
        return m_tilde / (np.linalg.norm(m_tilde) or 1)


class PolarOfVector(Lion):
    """A matrix treated as a vector of signs: Lion where Muon is meant."""

    seen = "matrices sent to the element-wise branch"
    K = ("nuclear",)

    def slope(self, m_tilde: Array, g: Array) -> Array:
        return np.sign(m_tilde)


class CubicNewtonSchulz(Lion):
    """Twelve cubic Newton-Schulz steps: singular values below 1/100 of the largest stay small."""

    seen = "1.5 X - 0.5 X X' X, a fixed number of times"
    K = ("nuclear",)

    def slope(self, m_tilde: Array, g: Array) -> Array:
        X = _divided(m_tilde)
        X = X / (np.linalg.norm(X) or 1)
        for _ in range(12):
            X = 1.5 * X - 0.5 * X @ X.T @ X
        return X.astype(m_tilde.dtype)


class RankCut(Lion):
    """Singular values below a tenth of the largest count as 0."""

    seen = "numpy.linalg.pinv's rcond, set for noise"
    K = ("nuclear", "ky_fan", "schatten")

    def slope(self, m_tilde: Array, g: Array) -> Array:
        return _of_sizes(self, m_tilde, lambda s: np.where(s > s[0] / 10, s, 0))


class NearSizesTied(Lion):
    """Singular values are rounded to one digit before ties are found."""

    seen = "a tolerance for ties that is far above the rounding"
    K = ("ky_fan", "spectral_norm")

    def slope(self, m_tilde: Array, g: Array) -> Array:
        return _of_sizes(self, m_tilde, lambda s: np.round(s / (s[0] or 1), 1))


class PowerIteration(Lion):
    """The leading singular pair by thirty power steps: near its neighbour it is a mixture."""

    seen = "Frank-Wolfe on the nuclear ball with a fixed number of steps"
    K = ("spectral_norm",)

    def slope(self, m_tilde: Array, g: Array) -> Array:
        v = np.arange(1, m_tilde.shape[1] + 1, dtype=m_tilde.dtype)
        for _ in range(30):
            u = m_tilde @ v
            v = m_tilde.T @ (u / (np.linalg.norm(u) or 1))
            v = v / (np.linalg.norm(v) or 1)
        return np.outer(u / (np.linalg.norm(u) or 1), v)


class PolarByGram(Lion):
    """Z (Z'Z)^(-1/2): the condition is squared, and so is the scale."""

    seen = "the polar factor from eigh of Z'Z"
    K = ("nuclear",)

    def slope(self, m_tilde: Array, g: Array) -> Array:
        gram = m_tilde.T @ m_tilde
        if not np.all(np.isfinite(gram)):
            return m_tilde * np.nan
        w, V = np.linalg.eigh(gram)
        root = np.where(w > w[-1] * len(w) * np.finfo(w.dtype).eps, w, np.inf) ** -0.5
        return m_tilde @ (V * root) @ V.T


def _of_sizes(lion: Lion, z: Array, change: Callable[[Array], Array]) -> Array:
    """U diag(dk(change(sigma))) V'."""
    U, s, Vh = np.linalg.svd(_divided(z), full_matrices=False)
    u = (U * lion.function.vector.subgradient(change(s))) @ Vh
    return u.astype(z.dtype)


def _divided(z: Array) -> Array:
    return z / (np.max(np.abs(z)) or 1)
