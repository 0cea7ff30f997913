"""Table 2, line 1: the slope of the l1 norm, with its kink, and the vote of several workers."""

from __future__ import annotations

from typing import Any

import numpy as np

from lionk_ref.arrays import sign
from lionk_ref.learn.claims import equal, holds
from lionk_ref.learn.exercise import Exercise, Random

Array = Any


def fenchel_young(ask: Any, random: Random) -> None:
    """<u, z> = |z|_1 and |u|_inf <= 1: u is a subgradient of the l1 norm, eq. (8)."""
    z = random.standard_normal(7) * 10.0 ** random.integers(-3, 3)
    u = ask("sign", z)
    equal(u @ z, np.abs(z).sum(), "<u, z>")
    holds(np.abs(u) <= 1, "an entry of u is larger than 1")


def odd(ask: Any, random: Random) -> None:
    """sign(-z) = -sign(z), zeros included: so sign(0) = 0, and sign(z) z > 0 elsewhere."""
    z = np.where(random.random(8) < 0.4, 0.0, random.standard_normal(8))
    z[0] = 0.0
    u = ask("sign", z)
    equal(ask("sign", -z), -u, "sign(-z), zeros of z included")
    holds(u[z != 0] * z[z != 0] > 0, "sign(z) z is not positive where z is not 0")


def size_does_not_matter(ask: Any, random: Random) -> None:
    """sign(c z) = sign(z) for every c > 0, be it 1e-30 or 1e30; its size is 1."""
    z = random.standard_normal(6)
    equal(np.abs(ask("sign", z)), 1.0, "|sign(z)|")
    for power in (-30, -9, 30):
        equal(ask("sign", z * 10.0**power), ask("sign", z), f"sign(1e{power} z)")


def most_votes_win(ask: Any, random: Random) -> None:
    """majority(Z) times the sum of the votes is the size of that sum, however loud a worker is."""
    Z = random.standard_normal((5, 6)) * 10.0 ** random.integers(-4, 4, (5, 1))
    votes = np.where(Z > 0, 1.0, -1.0).sum(axis=0)
    equal(ask("majority", Z, Z[0]) * votes, np.abs(votes), "majority times votes")


def a_tie_is_no_vote(ask: Any, random: Random) -> None:
    """Two workers against two: 0. Four against none: theirs. majority(-Z) = -majority(Z)."""
    z = random.standard_normal(6)
    Z = np.array([z, -z * random.random(6), z, -2 * z])
    equal(ask("majority", Z, z), np.zeros(6), "the vote of two against two")
    equal(ask("majority", np.abs(Z), z), np.ones(6), "the vote of four that agree")
    Z = random.standard_normal((4, 9))
    equal(ask("majority", -Z, Z[0]), -ask("majority", Z, Z[0]), "majority(-Z)")


def zero_is_plus(z: Array) -> Array:
    """sign(0) is +1 here: a coordinate with no gradient walks off at full speed, as in DeepSpeed's CPULion."""  # noqa: E501
    return np.where(z >= 0, 1.0, -1.0)


def divided_by_itself(z: Array) -> Array:
    """z/|z| is 0/0 at zero: one coordinate without gradient turns into NaN and stays it."""
    return z / np.abs(z)


def softened(z: Array) -> Array:
    """z/(|z| + 1e-8) is Adam's habit: entries far below 1e-8 no longer get their full step."""
    return z / (np.abs(z) + 1e-8)


def clipped(z: Array) -> Array:
    """Clipping at 1 is the slope of the Huber loss, Table 2 line 5, not of the l1 norm."""
    return np.clip(z, -1.0, 1.0)


def mean_first(Z: Array, z: Array) -> Array:
    """That is the sign of the average momentum: one loud worker outvotes all others."""
    return np.sign(Z.sum(axis=0))


def tie_is_plus(Z: Array, z: Array) -> Array:
    """A tie counts as +1 here: with an even number of workers that is a bias, not a vote."""
    return np.where(np.sign(Z).sum(axis=0) >= 0, 1.0, -1.0)


def average_vote(Z: Array, z: Array) -> Array:
    """That is the average of the votes, not the winner: the last sign is missing."""
    return np.sign(Z).mean(axis=0)


def vote(Z: Array, z: Array) -> Array:
    """The library's sign, twice."""
    return sign(sign(Z).sum(axis=0))


EXERCISE = Exercise(
    number=1,
    key="sign_and_ties",
    paper="Table 2, line 1",
    holes={"sign": "z", "majority": "z"},
    checks=(fenchel_young, odd, size_does_not_matter, most_votes_win, a_tie_is_no_vote),
    mutants={
        "sign": (zero_is_plus, divided_by_itself, softened, clipped),
        "majority": (mean_first, tie_is_plus, average_vote),
    },
    hints=(
        "Three cases: above, below and at zero. What does z > 0 minus z < 0 give in each?",
        "(z > 0) * 1.0 - (z < 0) * 1.0 has no division, so that nothing can be 0/0.",
        "For the vote, take the sign of every row, add the rows up, and take the sign again.",
    ),
    originals={"sign": sign, "majority": vote},
)
