"""Table 2, line 2: the slope of the lp norm, held against duality."""

from __future__ import annotations

from typing import Any

import numpy as np

from lionk_ref.convex import Lp
from lionk_ref.learn.claims import at_most, equal
from lionk_ref.learn.exercise import Exercise, Random

Array = Any
SIZE = 6


def exponents(random: Random) -> tuple[float, float]:
    """p and its dual."""
    p = random.choice([random.uniform(1.2, 1.8), random.uniform(2.2, 5)])
    return float(p), float(1 / (1 - 1 / p))


def norm(z: Array, p: float) -> Any:
    """|z|_p."""
    return np.sum(np.abs(z) ** p) ** (1 / p)


def duality(ask: Any, random: Random) -> None:
    """1/p + 1/q = 1, the dual of q is p, and 2 is its own dual."""
    p, _ = exponents(random)
    q = ask("dual_exponent", p)
    equal(1 / p + 1 / q, 1.0, "1/p + 1/q")
    equal(ask("dual_exponent", float(q)), p, "the dual of q")
    equal(ask("dual_exponent", 2.0), 2.0, "the dual of 2")


def the_pair(ask: Any, random: Random) -> None:
    """<u, z> = |z|_p and |u|_q = 1: Hoelder's inequality, as an equality."""
    p, q = exponents(random)
    z = random.standard_normal(SIZE) * 3
    u = ask("slope", z, p)
    equal(u @ z, norm(z, p), "<u, z>")
    equal(norm(u, q), 1.0, "|u|_q")


def at_zero(ask: Any, random: Random) -> None:
    """0 at z = 0, and 0 in every coordinate where z is 0."""
    p, _ = exponents(random)
    equal(ask("slope", np.zeros(SIZE), p), np.zeros(SIZE), "the slope at 0")
    z = random.standard_normal(SIZE) * (np.arange(SIZE) % 2)
    equal(ask("slope", z, p)[::2], np.zeros(SIZE // 2), "the slope where z_i = 0")


def at_every_scale(ask: Any, random: Random) -> None:
    """slope(c z) = slope(z) for c = 1e300 and 1e-300: it has no units."""
    p, _ = exponents(random)
    z = random.uniform(0.5, 2, SIZE) * random.choice([-1.0, 1.0], SIZE)
    u = np.sign(z) * (np.abs(z) / norm(z, p)) ** (p - 1)
    for power in (300, -300):
        equal(ask("slope", z * 10.0**power, p), u, f"the slope at 1e{power} z")


def the_ball(ask: Any, random: Random) -> None:
    """A run of Lion-lp with lam = 1 on random gradients never leaves the ball |x|_q <= 1."""
    p, _ = exponents(random)
    q = float(ask("dual_exponent", p))
    x = np.zeros(SIZE)
    for _ in range(6):
        x = x + 0.5 * (ask("slope", random.standard_normal(SIZE), p) - x)
        at_most(norm(x, q), 1.0, "|x|_q with your q")


def the_same(p: float) -> float:
    """q is p itself here: only 2 is its own dual."""
    return p


def inverse(p: float) -> float:
    """That is 1/q: turn it over."""
    return 1 - 1 / p


def plus(p: float) -> float:
    """p/(p + 1) solves 1/q - 1/p = 1; here the sum of both is 1."""
    return p / (p + 1)


def naive(z: Array, p: float) -> Array:
    """As printed it is 0/0 at zero and overflows at 1e300: divide by the largest first, erratum 12."""  # noqa: E501
    return np.sign(z) * np.abs(z) ** (p - 1) / norm(z, p) ** (p - 1)


def zero_by_zero(z: Array, p: float) -> Array:
    """Only z = 0 is missing: there 0/0 is NaN, and the slope of least norm is 0."""
    return Lp(p).subgradient(z) if np.any(z) else z * np.nan


def power_p(z: Array, p: float) -> Array:
    """The power is p - 1, that of the derivative; p is that of the norm."""
    a = np.abs(z) / max(np.max(np.abs(z)), 5e-324)
    return np.sign(z) * (a / max(norm(a, p), 5e-324)) ** p


def sign_lost(z: Array, p: float) -> Array:
    """The signs are lost: |z|^(p - 1) is never negative."""
    return np.abs(Lp(p).subgradient(z))


def over_the_norm(z: Array, p: float) -> Array:
    """That is z/|z|_p, right for p = 2 only."""
    a = z / max(np.max(np.abs(z)), 5e-324)
    return a / max(norm(a, p), 5e-324)


def just_signs(z: Array, p: float) -> Array:
    """That is p = 1, Lion: the sizes count for p > 1."""
    return np.sign(z)


EXERCISE = Exercise(
    number=10,
    key="lion_lp",
    paper="Table 2, line 2; erratum 12",
    holes={"dual_exponent": "scalar", "slope": "z"},
    checks=(duality, the_pair, at_zero, at_every_scale, the_ball),
    mutants={
        "dual_exponent": (the_same, inverse, plus),
        "slope": (naive, zero_by_zero, power_p, sign_lost, over_the_norm, just_signs),
    },
    hints=(
        "Solve 1/q = 1 - 1/p for q.",
        "Let a = |z| / max |z|. The slope of z is that of a, with the signs of z.",
        "norm = np.sum(a**p) ** (1/p), then np.sign(z) * (a / norm) ** (p - 1).",
    ),
    originals={"dual_exponent": lambda p: Lp(p).q, "slope": lambda z, p: Lp(p).subgradient(z)},
)
