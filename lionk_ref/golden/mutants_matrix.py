"""Wrong K on matrices: what can go wrong with the polar factor, the slope of Muon's K."""

from __future__ import annotations

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
