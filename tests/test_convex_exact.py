"""K of rational arithmetic against exact fractions and obvious loops.

A parameter is rounded once to the dtype, and so are the entries; from there on the slow twin is
exact. The rest is a few roundings a term, so that the relative error is at most ``ROUNDINGS`` u.
"""

from __future__ import annotations

import itertools
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import exact_k
from convex_probe import DTYPES, SIZE, Probe, constants, label
from lionk_ref.convex import L1, DeadZone, GroupL2, HalfSquare, Huber, LInf, TopK, WeightedL1

ROUNDINGS = 4


class TopKByEnumeration:
    """Slow twin of `TopK`: all ways to choose k entries, and the average of the best."""

    def __init__(self, k: int) -> None:
        self.k = k

    def best(self, z: Any) -> tuple[Fraction, list[tuple[int, ...]]]:
        """The largest sum of k magnitudes, and all choices that have it."""
        choices = list(itertools.combinations(range(len(z)), min(self.k, len(z))))
        sums = [sum(abs(z[list(choice)])) for choice in choices]
        return max(sums), [c for c, s in zip(choices, sums, strict=True) if s == max(sums)]

    def value(self, z: Any) -> Fraction:
        return self.best(z)[0]

    def subgradient(self, z: Any) -> Any:
        """By symmetry each choice counts the same; so do the signs, hence 0 at 0."""
        _, choices = self.best(z)
        counts = [sum(i in c for c in choices) for i in range(len(z))]
        return exact_k.sign(z) * exact_k.vector(Fraction(n, len(choices)) for n in counts)


class WeightedL1ByHand:
    """Slow twin of `WeightedL1`."""

    def __init__(self, weights: Any) -> None:
        self.weights = exact_k.vector(weights)

    def value(self, z: Any) -> Fraction:
        return self.weights @ abs(z)

    def subgradient(self, z: Any) -> Any:
        return self.weights * exact_k.sign(z)


def rounded(value: float, dtype: str) -> Fraction:
    """The parameter as the dtype holds it."""
    return Fraction(float(np.dtype(dtype).type(value)))


def twin(K: Any, dtype: str) -> Any:
    """The slow twin, with the parameters of K."""
    if isinstance(K, TopK):
        return TopKByEnumeration(K.k)
    if isinstance(K, WeightedL1):
        weights = K.weights if isinstance(K.weights, tuple) else (K.weights,) * SIZE
        return WeightedL1ByHand(rounded(w, dtype) for w in weights)
    return getattr(exact_k, type(K).__name__)(*(rounded(c, dtype) for c in constants(K)))


RATIONAL = [
    K
    for cls in (L1, WeightedL1, LInf, TopK, DeadZone, Huber, HalfSquare)
    for K in cls.examples((SIZE,))
]


def check_exact(K: Any, dtype: str = "float64") -> None:
    """Value and subgradient, entry by entry."""
    probe = Probe(K, dtype=dtype)
    slow = twin(K, dtype)
    for z in probe.points:
        if np.abs(z).max() > 1e15:
            continue
        exact = exact_k.vector(map(float, z))
        close(probe.scalar("value", z), slow.value(exact), probe.u)
        for ours, theirs in zip(
            probe.vector("subgradient", z), slow.subgradient(exact), strict=True
        ):
            close(ours, theirs, probe.u)


def close(ours: float, exact: Fraction, u: float) -> None:
    """Within a few roundings, or both below what the dtype holds."""
    error = abs(Fraction(float(ours)) - exact)
    assert error <= ROUNDINGS * Fraction(u) * abs(exact) + Fraction(1e-38), (
        f"{ours}, {float(exact)}"
    )


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("K", RATIONAL, ids=label)
def test_exact(K: Any, dtype: str) -> None:
    """Thresholds, ties, small and large entries together."""
    check_exact(K, dtype)


def check_box_of_one(K: Any) -> None:
    """K* of a K whose domain is the box, at and next to its corners."""
    edge, u = np.ones(SIZE), Probe(K).u
    for y in (edge, -edge, edge * np.resize([1.0, -1.0, 0.5], SIZE)):
        inside = Probe(K).scalar("conjugate", y)
        exact = twin(K, "float64").conjugate(exact_k.vector(y))
        close(inside, exact, u)
        assert Probe(K).scalar("conjugate", y * (1 + 2 * u)) == np.inf


@pytest.mark.parametrize("K", [L1(), *DeadZone.examples(), *Huber.examples()], ids=label)
def test_box_of_one(K: Any) -> None:
    """The domain is closed: the corner is inside, the next number is not."""
    check_box_of_one(K)


def check_groups(K: GroupL2) -> None:
    """`GroupL2` against a loop over its groups, the last one shorter."""
    z = np.array([3.0, 4.0, 0.0, 0.0, -1.0, 2.0, 2.0])
    probe, starts = Probe(K, shape=(7,)), range(0, 7, K.size)
    weights = np.broadcast_to(K.weights, (len(starts),))
    value, u, p = 0.0, np.zeros(7), z.copy()
    for w, i in zip(weights, starts, strict=True):
        group = slice(i, i + K.size)
        length = float(np.sqrt(sum(v * v for v in z[group])))
        value += w * length
        u[group] = w * z[group] / length if length else 0.0
        p[group] *= min(1.0, w / length) if length else 1.0
    assert abs(probe.scalar("value", z) - value) <= 1e-14 * value
    assert np.allclose(probe.vector("subgradient", z), u, rtol=0, atol=1e-15)
    assert np.allclose(probe.vector("project_domain", z), p, rtol=0, atol=1e-15)


GROUPS = [GroupL2(), GroupL2(size=3), GroupL2(size=4, weights=(0.5, 6.0)), GroupL2(size=9)]


@pytest.mark.parametrize("K", GROUPS, ids=label)
def test_groups(K: GroupL2) -> None:
    """Groups of zeros, groups inside the ball and outside."""
    check_groups(K)


def check_long_group() -> None:
    """A root that float32 holds: 9 + 192/4096^2 + 2^-38 = (3 + 2^-19)^2, each term lost beside 1.

    A sum of squares in float32 loses some of them in any order but from the smallest on.
    """
    z = np.array([1.0] * 9 + [1 / 4096] * 192 + [2.0**-19], np.float32)
    assert sum(Fraction(float(a)) ** 2 for a in z) == (3 + Fraction(1, 2**19)) ** 2
    assert float(GroupL2(size=len(z)).value(z)) == 3 + 2.0**-19


def test_a_long_group() -> None:
    """Numerics: squares are added up in float64."""
    check_long_group()


def check_signs(K: Any) -> None:
    """Both zeros have the sign +0, in all six places."""
    u = Probe(K).vector("subgradient", np.resize([0.0, -0.0], SIZE))
    assert not u.any()
    for v in K.subgradient(np.array([-0.0, 0.0])):
        assert np.copysign(1.0, v) == 1.0


@pytest.mark.parametrize("K", [L1(), DeadZone(), WeightedL1()], ids=label)
def test_signs(K: Any) -> None:
    """Numerics: zeros of both signs give +0."""
    check_signs(K)
