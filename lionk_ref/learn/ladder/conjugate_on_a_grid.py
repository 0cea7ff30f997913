"""Eq. (7): the conjugate as a supremum, held against the rules that every conjugate obeys."""

from __future__ import annotations

from typing import Any

import numpy as np

from lionk_ref.convex import SupportFunction
from lionk_ref.learn.claims import at_most, equal, holds
from lionk_ref.learn.exercise import Exercise, Random

Array = Any


def drawn(random: Random) -> tuple[Array, Array, Array]:
    """Some y, a grid, and the values on it of a function that need not be convex."""
    z = np.sort(random.uniform(-3, 3, 25))
    K = random.uniform(0.2, 1) * z**2 + 0.3 * np.cos(3 * z) + random.uniform(-1, 1)
    return random.uniform(-4, 4, 9), z, K


def fenchel(ask: Any, random: Random) -> None:
    """K*(y) >= y z - K(z) for all y and z: Fenchel's inequality."""
    y, z, K = drawn(random)
    K_star = ask("conjugate", y, z, K)
    holds(np.isfinite(K_star), "K* on a grid is not finite")
    for one, k in zip(z, K, strict=True):
        at_most(y * one - k, K_star, f"y z - K(z) at z = {one:.3g}")


def a_parabola(ask: Any, random: Random) -> None:
    """K = z^2/2 is its own conjugate: on a grid of spacing h up to h^2/8, from below."""
    z = np.linspace(-4, 4, int(random.integers(80, 160)))
    y, h = random.uniform(-3, 3, 8), z[1] - z[0]
    K_star = ask("conjugate", y, z, z**2 / 2)
    at_most(K_star, y**2 / 2, "K*(y)")
    at_most(y**2 / 2 - h**2 / 8, K_star, "y^2/2 - h^2/8")


def rules(ask: Any, random: Random) -> None:
    """(K + b)* = K* - b, (K + a z)*(y) = K*(y - a) and (c K)*(y) = c K*(y/c) for c > 0."""
    y, z, K = drawn(random)
    a, b, c = random.uniform(0.5, 2, 3)
    holds(np.isfinite(ask("conjugate", y, z, K)), "K* on a grid is not finite")
    equal(ask("conjugate", y, z, K + b), ask("conjugate", y, z, K) - b, "(K + b)*")
    equal(ask("conjugate", y, z, K + a * z), ask("conjugate", y - a, z, K), "(K + a z)*(y)")
    equal(ask("conjugate", y, z, c * K), c * ask("conjugate", y / c, z, K), "(c K)*(y)")


def twice(ask: Any, random: Random) -> None:
    """K** = K for a convex K, here a multiple of |z|, once the slopes of K are among the y."""
    c = random.uniform(0.5, 2)
    z, y = np.linspace(-3, 3, 13), c * np.linspace(-2, 2, 9)
    K_star = ask("conjugate", y, z, c * np.abs(z))
    equal(ask("conjugate", z, y, K_star), c * np.abs(z), "K**")


def the_slope(ask: Any, random: Random) -> None:
    """With s the slope of K* at y: K(s) + K*(y) = s y, and s is a point of the grid."""
    y, z, K = drawn(random)
    s, K_star = ask("conjugate_slope", y, z, K), ask("conjugate", y, z, K)
    nearest = np.argmin(np.abs(z[:, None] - s), axis=0)
    equal(s, z[nearest], "the slope, a point of the grid")
    equal(K[nearest] + K_star, s * y, "K(s) + K*(y)")


def smallest(y: Array, z: Array, K: Array) -> Array:
    """The infimum is taken: K* is the most that y z rises above K, so a maximum."""
    return np.min(np.outer(y, z) - K, axis=1)


def sign_lost(y: Array, z: Array, K: Array) -> Array:
    """K is added: the supremum is of y z minus K(z)."""
    return np.max(np.outer(y, z) + K, axis=1)


def turned(y: Array, z: Array, K: Array) -> Array:
    """The difference is turned round: K(z) - y z is the gap below, and y z - K(z) is wanted."""
    return np.max(K - np.outer(y, z), axis=1)


def of_sizes(y: Array, z: Array, K: Array) -> Array:
    """|y z| stands for y z: that is right only for a K that is even."""
    return np.max(np.abs(np.outer(y, z)) - K, axis=1)


def without_K(y: Array, z: Array, K: Array) -> Array:
    """K is missing: the supremum of y z alone is the support function of the grid."""
    return np.max(np.outer(y, z), axis=1)


def an_index(y: Array, z: Array, K: Array) -> Array:
    """That is the index of the best z, not the z itself: put it into z[...]."""
    return np.argmax(np.outer(y, z) - K, axis=1)


def worst_z(y: Array, z: Array, K: Array) -> Array:
    """The z of the smallest difference is returned, in place of the largest."""
    return z[np.argmin(np.outer(y, z) - K, axis=1)]


def best_K(y: Array, z: Array, K: Array) -> Array:
    """That is K at the best z: the slope of K* is that z."""
    return K[np.argmax(np.outer(y, z) - K, axis=1)]


def graph(z: Array, K: Array) -> SupportFunction:
    """K* at y is the support function of the points (z, K(z)) in the direction (y, -1)."""
    points = list(np.stack([z, K], axis=1))
    return SupportFunction(lambda p: p, oracle=lambda w: max(points, key=lambda p: p @ w))


def conjugate(y: Array, z: Array, K: Array) -> Array:
    """Through the library's support functions."""
    return np.array([graph(z, K).value(np.array([one, -1.0])) for one in y])


def conjugate_slope(y: Array, z: Array, K: Array) -> Array:
    """The point of the graph where the support function is attained."""
    return np.array([graph(z, K).subgradient(np.array([one, -1.0]))[0] for one in y])


EXERCISE = Exercise(
    number=5,
    key="conjugate_on_a_grid",
    paper="Eq. (7)",
    holes={"conjugate": "y", "conjugate_slope": "y"},
    checks=(fenchel, a_parabola, rules, twice, the_slope),
    mutants={
        "conjugate": (smallest, sign_lost, turned, of_sizes, without_K),
        "conjugate_slope": (an_index, worst_z, best_K),
    },
    hints=(
        "For one y the supremum over the grid is np.max(y * z - K).",
        "np.outer(y, z) - K has a row for each y; take the maximum along axis=1.",
        "np.argmax gives the place of the maximum in each row, and z[...] the z there.",
    ),
    originals={"conjugate": conjugate, "conjugate_slope": conjugate_slope},
)
