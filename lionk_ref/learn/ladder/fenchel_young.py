"""Eq. (7) and (8) for the Huber loss: the gap, where it vanishes, and where it is infinite."""

from __future__ import annotations

from typing import Any

import numpy as np

from lionk_ref.convex import Huber
from lionk_ref.learn.claims import at_most, equal, holds
from lionk_ref.learn.exercise import Exercise, Random

Array = Any
SIZE = 5


def drawn(random: Random) -> tuple[Array, Array, float]:
    """A z with entries on both sides of e, a y in the box, and e."""
    e = random.uniform(0.3, 3)
    z = e * random.uniform(-2.5, 2.5, SIZE)
    z[0], z[1] = 0.4 * e, -2 * e
    return z, random.uniform(-1, 1, SIZE), e


def never_negative(ask: Any, random: Random) -> None:
    """The gap is >= 0 for every z and y, and almost never 0."""
    for _ in range(6):
        z, y, e = drawn(random)
        seen = ask("gap", z, y, e)
        holds(seen > 0, f"the gap at random z and y is {seen:.3g}")


def zero_at_the_slope(ask: Any, random: Random) -> None:
    """It is 0 at the slope of K, which is z/e where |z| <= e and the sign of z beyond."""
    z, _, e = drawn(random)
    equal(ask("gap", z, np.clip(z / e, -1, 1), e), 0.0, "the gap at the slope")
    one = np.sign(z)
    equal(ask("value", 9 * e * one, e), 9 * e * SIZE - e / 2 * SIZE, "K far out")


def how_fast_it_grows(ask: Any, random: Random) -> None:
    """Off the slope by d, with |z| < e, the gap is e |d|^2/2: K* is a parabola there."""
    e = random.uniform(0.3, 3)
    u, d = random.uniform(-0.6, 0.6, SIZE), random.uniform(-0.3, 0.3, SIZE)
    equal(ask("gap", e * u, u + d, e), e / 2 * (d @ d), "the gap at slope + d")


def the_box(ask: Any, random: Random) -> None:
    """K* is infinite just outside the box and finite on its edge, as in erratum 10."""
    _, y, e = drawn(random)
    y[int(random.integers(SIZE))] = 1 + 1e-9
    outside = [ask("conjugate", z, e) for z in (y, 5 * y)]
    holds(np.equal(outside, np.inf), "K* is finite outside the box")
    edge = np.where(y > 0, 1.0, -1.0)
    equal(ask("conjugate", edge, e), e / 2 * SIZE, "K* at a corner of the box")


def from_its_conjugate(ask: Any, random: Random) -> None:
    """K(z) is the largest <z, y> - K*(y), and is attained at the slope: K is K**."""
    z, y, e = drawn(random)
    u = np.clip(z / e, -1, 1)
    for one in (y, 0.5 * y, 0.9 * u):
        at_most(z @ one - ask("conjugate", one, e), ask("value", z, e), "<z, y> - K*(y)")
    equal(z @ u - ask("conjugate", u, e), ask("value", z, e), "<z, u> - K*(u) at the slope u")


def jump(z: Array, e: float) -> Any:
    """The line beyond e is |z| - e/2: with |z| alone K jumps at e."""
    r = np.abs(z)
    return np.sum(np.where(r <= e, r**2 / (2 * e), r))


def no_e_below(z: Array, e: float) -> Any:
    """The parabola is z^2/(2e): without e below, parabola and line do not meet at e."""
    r = np.abs(z)
    return np.sum(np.where(r <= e, r**2 / 2, r - e / 2))


def no_line(z: Array, e: float) -> Any:
    """Beyond |z| = e the Huber loss is a line; that is the parabola everywhere."""
    return np.sum(z**2) / (2 * e)


def other_huber(z: Array, e: float) -> Any:
    """That is the other scaling, e |z| - e^2/2 beyond e: its slopes fill [-e, e], not [-1, 1]."""
    r = np.abs(z)
    return np.sum(np.where(r <= e, r**2 / 2, e * r - e * e / 2))


def open_box(y: Array, e: float) -> Any:
    """The box is closed: at |y| = 1 K* is finite. The paper prints <; that is erratum 10."""
    return np.inf if np.max(np.abs(y)) >= 1 else e / 2 * np.sum(y**2)


def no_box(y: Array, e: float) -> Any:
    """Outside the box K* is infinite: no slope of K is larger than 1."""
    return e / 2 * np.sum(y**2)


def e_below(y: Array, e: float) -> Any:
    """e is on the wrong side: the flatter K is, the steeper K*; here both have it below."""
    return np.inf if np.max(np.abs(y)) > 1 else np.sum(y**2) / (2 * e)


def wider_box(y: Array, e: float) -> Any:
    """The slopes of K are z/e, so that the box is |y| <= 1 whatever e is."""
    return np.inf if np.max(np.abs(y)) > e else e / 2 * np.sum(y**2)


def no_pairing(z: Array, y: Array, e: float) -> Any:
    """The product <z, y> is missing."""
    return Huber(e).value(z) + Huber(e).conjugate(y)


def pairing_added(z: Array, y: Array, e: float) -> Any:
    """The product <z, y> is added; it must be taken off."""
    return Huber(e).value(z) + Huber(e).conjugate(y) + z @ y


def K_twice(z: Array, y: Array, e: float) -> Any:
    """K stands twice: the second term is K*, the conjugate, at y."""
    return Huber(e).value(z) + Huber(e).value(y) - z @ y


EXERCISE = Exercise(
    number=6,
    key="fenchel_young",
    paper="Eq. (7), (8); Table 2, line 5",
    holes={"value": "scalar", "conjugate": "scalar", "gap": "scalar"},
    checks=(never_negative, zero_at_the_slope, how_fast_it_grows, the_box, from_its_conjugate),
    mutants={
        "value": (jump, no_e_below, no_line, other_huber),
        "conjugate": (open_box, no_box, e_below, wider_box),
        "gap": (no_pairing, pairing_added, K_twice),
    },
    hints=(
        "np.where(r <= e, parabola, line) with r = np.abs(z), then np.sum.",
        "K* has an if: one entry outside the box is enough for np.inf.",
        "The gap calls the other two: value(z, e) + conjugate(y, e) - np.sum(z * y).",
    ),
    originals={
        "value": lambda z, e: Huber(e).value(z),
        "conjugate": lambda y, e: Huber(e).conjugate(y),
        "gap": lambda z, y, e: Huber(e).fenchel_young_gap(z, y),
    },
)
