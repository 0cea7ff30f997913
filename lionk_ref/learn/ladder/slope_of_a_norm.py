"""Section 2: the subgradient of the Euclidean norm, held against its definition."""

from __future__ import annotations

from typing import Any

import numpy as np

from lionk_ref.convex import L2
from lionk_ref.learn.claims import at_most, equal, holds
from lionk_ref.learn.exercise import Exercise, Random

Array = Any


def the_norm(ask: Any, random: Random) -> None:
    """K(z)^2 = <z, z>."""
    z = random.standard_normal(5)
    equal(ask("value", z) ** 2, z @ z, "K(z)^2")


def the_definition(ask: Any, random: Random) -> None:
    """K(y) >= K(z) + <u, y - z> for all y, with u the slope at z, and K(z) > 0 for z != 0."""
    z = random.standard_normal(4)
    holds(ask("value", z) > 0, "K(z) is not positive")
    u = ask("slope", z)
    for y in [*random.standard_normal((6, 4)), *(z + 1e-3 * random.standard_normal((6, 4)))]:
        at_most(ask("value", z) + u @ (y - z), ask("value", y), "K(z) + <u, y - z>")


def euler(ask: Any, random: Random) -> None:
    """K is homogeneous: K(c z) = c K(z) for c > 0, and then <u, z> = K(z)."""
    z, c = random.standard_normal(6), random.uniform(2, 9)
    equal(ask("value", c * z), c * ask("value", z), "K(c z)")
    holds(ask("value", z) > 0, "K(z) is not positive")
    equal(ask("slope", z) @ z, ask("value", z), "<u, z>")


def at_zero(ask: Any, random: Random) -> None:
    """At z = 0 the slope is 0: every vector of the unit ball is one, and 0 is the shortest."""
    zero = np.zeros(int(random.integers(2, 6)))
    equal(ask("value", zero), 0.0, "K(0)")
    equal(ask("slope", zero), zero, "the slope at 0")


def at_every_scale(ask: Any, random: Random) -> None:
    """slope(c z) = slope(z) and K(c z)/c = K(z) for c = 1e200 and 1e-200."""
    z = random.standard_normal(5)
    for power in (200, -200):
        c = 10.0**power
        equal(ask("slope", c * z), z / np.sqrt(z @ z), f"the slope at 1e{power} z")
        value = ask("value", c * z)
        holds(np.isfinite(value) & (value > 0), f"K(1e{power} z) is {value}")
        equal(value / c, np.sqrt(z @ z), f"K(1e{power} z) over 1e{power}")


def naive_value(z: Array) -> Any:
    """The squares of 1e200 and 1e-200 are inf and 0: divide by the largest entry first."""
    return np.sqrt(np.sum(z * z))


def squared(z: Array) -> Any:
    """That is |z|^2: the square root is missing."""
    return np.sum(z * z)


def sum_of_sizes(z: Array) -> Any:
    """That is the l1 norm, Lion's own K."""
    return np.sum(np.abs(z))


def half_square(z: Array) -> Array:
    """That is the slope of |z|^2/2, whose Lion-K is momentum with decay: it is not bounded by 1."""
    return z


def signs(z: Array) -> Array:
    """That is the slope of the l1 norm: right for Lion, but not for this K."""
    return np.sign(z)


def nan_at_zero(z: Array) -> Array:
    """z/|z| is 0/0 at z = 0: a block without gradient turns into NaN."""
    largest = np.max(np.abs(z))
    return (z / largest) / np.sqrt(np.sum((z / largest) ** 2))


def naive_slope(z: Array) -> Array:
    """z/|z| with plain squares is 0 for large z and inf or NaN for tiny ones."""
    r = np.sqrt(np.sum(z * z))
    return z / r if r != 0 else 0 * z


def damped(z: Array) -> Array:
    """z/(|z| + 1e-8) is not a subgradient: <u, z> falls short of K(z), most of all near 0."""
    return z / (np.sqrt(np.sum(z * z)) + 1e-8)


EXERCISE = Exercise(
    number=4,
    key="slope_of_a_norm",
    paper="Section 2",
    holes={"value": "scalar", "slope": "z"},
    checks=(the_norm, the_definition, euler, at_zero, at_every_scale),
    mutants={
        "value": (naive_value, squared, sum_of_sizes),
        "slope": (half_square, signs, nan_at_zero, naive_slope, damped),
    },
    hints=(
        "Away from 0 the norm is differentiable: what is the gradient of the root of <z, z>?",
        "z over its norm has length 1. At 0 divide nothing: return zeros.",
        "Divide z by its largest |entry| before squaring; the norm gets it back as a factor.",
    ),
    originals={"value": L2().value, "slope": L2().subgradient},
)
