"""K of the catalogue in exact arithmetic, written from Table 2 alone.

A vector is a NumPy array of Fractions (dtype object), so the updates of Section 4 run on it as
they stand. Every subgradient is the one of least norm.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

Vector = Any
ZERO, ONE = Fraction(0), Fraction(1)


def vector(values: Iterable[Any]) -> Vector:
    """The values as Fractions, exactly."""
    return np.array([Fraction(v) for v in values], dtype=object)


def sign(z: Vector) -> Vector:
    """1, 0 or -1, entry by entry."""
    return vector((v > 0) - (v < 0) for v in z)


@dataclass(frozen=True)
class HalfSquare:
    """c/2 |z|^2, with K* = |y|^2/(2c)."""

    c: Fraction = ONE

    @property
    def smoothness(self) -> Fraction:
        """The Lipschitz constant of the gradient."""
        return self.c

    def value(self, z: Vector) -> Fraction:
        return self.c / 2 * (z @ z)

    def subgradient(self, z: Vector) -> Vector:
        return self.c * z

    def conjugate(self, y: Vector) -> Fraction:
        return y @ y / (2 * self.c)

    def conjugate_subgradient(self, y: Vector) -> Vector:
        return y / self.c

    def gauge(self, y: Vector) -> Fraction:
        """y is in dom K* where this is at most 1."""
        return ZERO


class Box:
    """What the K below share: dom K* is the box |y|_inf <= 1."""

    def gauge(self, y: Vector) -> Fraction:
        """y is in dom K* where this is at most 1."""
        return max(abs(y))


@dataclass(frozen=True)
class L1(Box):
    """|z|_1, with K* = 0 on its domain."""

    def value(self, z: Vector) -> Fraction:
        return sum(abs(z))

    def subgradient(self, z: Vector) -> Vector:
        return sign(z)

    def conjugate(self, y: Vector) -> Fraction:
        return ZERO

    def conjugate_subgradient(self, y: Vector) -> Vector:
        return 0 * y


@dataclass(frozen=True)
class Huber(Box):
    """z^2/(2e) up to |z| = e, |z| - e/2 beyond, with K* = e/2 |y|^2 on its domain."""

    e: Fraction = ONE

    @property
    def smoothness(self) -> Fraction:
        """The Lipschitz constant of the gradient."""
        return 1 / self.e

    def value(self, z: Vector) -> Fraction:
        near, far = z[abs(z) <= self.e], z[abs(z) > self.e]
        return near @ near / (2 * self.e) + sum(abs(far) - self.e / 2)

    def subgradient(self, z: Vector) -> Vector:
        return np.where(abs(z) <= self.e, z / self.e, sign(z))

    def conjugate(self, y: Vector) -> Fraction:
        return self.e / 2 * (y @ y)

    def conjugate_subgradient(self, y: Vector) -> Vector:
        return self.e * y


@dataclass(frozen=True)
class DeadZone(Box):
    """max(|z| - e, 0), with K* = e |y|_1 on its domain."""

    e: Fraction = ONE

    def value(self, z: Vector) -> Fraction:
        return sum(abs(z)[abs(z) > self.e] - self.e)

    def subgradient(self, z: Vector) -> Vector:
        return np.where(abs(z) > self.e, sign(z), 0 * z)

    def conjugate(self, y: Vector) -> Fraction:
        return self.e * sum(abs(y))

    def conjugate_subgradient(self, y: Vector) -> Vector:
        return self.e * sign(y)


@dataclass(frozen=True)
class LInf:
    """max |z_i|, with K* = 0 where |y|_1 <= 1. The largest entries share the subgradient."""

    def value(self, z: Vector) -> Fraction:
        return max(abs(z))

    def subgradient(self, z: Vector) -> Vector:
        tied = abs(z) == max(abs(z))
        return np.where(tied, sign(z), 0 * z) / int(tied.sum())

    def conjugate(self, y: Vector) -> Fraction:
        return ZERO

    def conjugate_subgradient(self, y: Vector) -> Vector:
        return 0 * y

    def gauge(self, y: Vector) -> Fraction:
        """y is in dom K* where this is at most 1."""
        return sum(abs(y))


EXACT = (L1(), LInf(), Huber(Fraction(1, 2)), DeadZone(Fraction(1, 4)), HalfSquare(Fraction(1, 2)))
