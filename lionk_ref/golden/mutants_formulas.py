"""Wrong K: formulas that are right on paper, and overflow, underflow or cancel in a format."""

from __future__ import annotations

from typing import Any

import numpy as np

from lionk_ref.golden.mutant import Lion

Array = Any


class RootOfSquares(Lion):
    """sqrt(sum z^2) in the format of z: 0 or inf where the squares leave it."""

    seen = "x / x.square().sum().sqrt()"
    K = ("l2", "group_l2")

    def slope(self, m_tilde: Array, g: Array) -> Array:
        size, weights = (getattr(self.function, n, 0) for n in ("size", "weights"))
        groups = np.split(m_tilde, range(size or m_tilde.size, m_tilde.size, size or m_tilde.size))
        parts = zip(groups, np.broadcast_to(weights or 1.0, len(groups)), strict=True)
        u = [w * z / (np.sqrt(np.sum(z * z)) or 1) for z, w in parts]
        return np.concatenate(u).astype(m_tilde.dtype)


class PowersAsPrinted(Lion):
    """sign(z) |z|^(p - 1) over |z|_p^(p - 1), without a division by the largest entry first."""

    seen = "Table 2, line 2 as printed"
    K = ("lp",)

    def slope(self, m_tilde: Array, g: Array) -> Array:
        p, a = self.function.p, np.abs(m_tilde)
        total = np.sum(a**p) ** ((p - 1) / p)
        return np.sign(m_tilde) * a ** (p - 1) / (total or 1)


class SizesAsPrinted(Lion):
    """The powers of the singular values, without a division by the largest first."""

    seen = "Table 2, line 2 as printed, on singular values"
    K = ("schatten",)

    def slope(self, m_tilde: Array, g: Array) -> Array:
        p, (U, s, Vh) = self.function.p, np.linalg.svd(m_tilde, full_matrices=False)
        total = np.sum(s**p) ** ((p - 1) / p)
        return (U * (s ** (p - 1) / (total or 1))) @ Vh


class RelativisticAsPrinted(Lion):
    """z / sqrt(|z|^2 + e^2) in the format of z: large momenta stand still."""

    seen = "relativistic gradient descent as printed"
    K = ("relativistic",)

    def slope(self, m_tilde: Array, g: Array) -> Array:
        return m_tilde / np.sqrt(np.sum(m_tilde * m_tilde) + self.function.e**2)


class RelativisticByDirection(Lion):
    """z/|z| times |z|/sqrt(|z|^2 + e^2), with |z| in the format of z: small momenta are lost."""

    seen = "a step put together of direction and speed"
    K = ("relativistic",)

    def slope(self, m_tilde: Array, g: Array) -> Array:
        length = np.sqrt(np.sum(m_tilde * m_tilde))
        speed = length / np.hypot(length, np.asarray(self.function.e, m_tilde.dtype))
        return m_tilde / (length or 1) * speed


class PseudoHuberAsPrinted(Lion):
    """z / sqrt(z^2 + e^2), entry by entry, in the format of z: large entries stand still."""

    seen = "the Charbonnier loss as printed"
    K = ("pseudo_huber",)

    def slope(self, m_tilde: Array, g: Array) -> Array:
        return m_tilde / np.sqrt(m_tilde * m_tilde + self.function.e**2)


class PseudoHuberByRatio(Lion):
    """sign(z) / sqrt(1 + (e/z)^2): right where z is large, 0 where it is tiny."""

    seen = "the remedy for the overflow of the printed formula"
    K = ("pseudo_huber",)

    def slope(self, m_tilde: Array, g: Array) -> Array:
        ratio = self.function.e / np.where(m_tilde == 0, 1, m_tilde)
        return np.sign(m_tilde) / np.sqrt(1 + ratio * ratio)


class TanhByExponentials(Lion):
    """(e^r - e^-r) / (e^r + e^-r) for tanh: NaN where r is large, 0 where it is tiny."""

    seen = "the definition of tanh, written out"
    K = ("log_cosh",)

    def slope(self, m_tilde: Array, g: Array) -> Array:
        r = m_tilde / self.function.e
        up, down = np.exp(r), np.exp(-r)
        return (up - down) / (up + down)


class TanhByOneExponential(Lion):
    """1 - 2/(e^2r + 1) for tanh: right where r is large, 0 where it is tiny."""

    seen = "the remedy for the overflow of the definition"
    K = ("log_cosh",)

    def slope(self, m_tilde: Array, g: Array) -> Array:
        return 1 - 2 / (np.exp(2 * m_tilde / self.function.e) + 1)
