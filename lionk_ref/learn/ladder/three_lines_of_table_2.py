"""Table 2, lines 3 to 5: each slope held against its K and K* by eq. (8)."""

from __future__ import annotations

from typing import Any

import numpy as np

from lionk_ref.convex import DeadZone, Huber, TopK
from lionk_ref.learn.claims import at_most, equal
from lionk_ref.learn.exercise import Exercise, Random

Array = Any


def tied(random: Random, k: int) -> Array:
    """Eight entries, three of which tie for the k-th place."""
    sizes = np.array([2.0] * (k - 1) + [1.0] * 3 + [0.5] * (6 - k))
    return random.permutation(sizes) * random.choice([-1.0, 1.0], 8)


def line_3(ask: Any, random: Random) -> None:
    """|u| <= 1 and sum max(|z_i| - e, 0) + e |u|_1 = <u, z>: the pair of K and K*."""
    e, z = random.uniform(0.2, 1), random.standard_normal(9)
    z[0] = e / 2
    u = ask("dead_zone", z, e)
    at_most(np.abs(u), 1.0, "|u|")
    K = np.maximum(np.abs(z) - e, 0).sum()
    equal(u @ z, K + e * np.abs(u).sum(), "<u, z>")


def line_3_at_its_kinks(ask: Any, random: Random) -> None:
    """At |z| = e the slopes fill an interval from 0: the least is 0."""
    e = float(random.integers(1, 4))
    equal(ask("dead_zone", np.array([e, -e, 2 * e, 0.0]), e), [0, 0, 1, 0], "u at e, -e, 2e, 0")


def line_4(ask: Any, random: Random) -> None:
    """|u| <= 1, |u|_1 <= k and <u, z> = the sum of the k largest, with ties and without."""
    k = int(random.integers(2, 5))
    for z in (random.standard_normal(8), tied(random, k)):
        u = ask("top_k", z, k)
        at_most(np.abs(u), 1.0, "|u|")
        at_most(np.abs(u).sum(), k, "|u|_1")
        equal(u @ z, np.sort(np.abs(z))[-k:].sum(), "<u, z>")


def line_4_has_no_favourites(ask: Any, random: Random) -> None:
    """|u|_1 = k, and shuffling z shuffles u in the same way, also where entries are tied."""
    k = int(random.integers(1, 5))
    z = tied(random, k)
    u = ask("top_k", z, k)
    equal(np.abs(u).sum(), k, "|u|_1")
    for order in [*(random.permutation(8) for _ in range(4)), np.arange(8)[::-1]]:
        equal(ask("top_k", z[order], k), u[order], f"u for z = {z[order]}, k = {k}")


def line_5(ask: Any, random: Random) -> None:
    """|u| <= 1 and K(z) + e/2 |u|^2 = <u, z> with the Huber loss K."""
    e = random.uniform(0.3, 2)
    z = e * random.uniform(-2, 2, 9)
    z[0], z[1] = 0.5 * e, -1.7 * e
    u, r = ask("huber", z, e), np.abs(z)
    K = np.where(r <= e, r**2 / (2 * e), r - e / 2).sum()
    at_most(np.abs(u), 1.0, "|u|")
    equal(u @ z, K + e / 2 * (u @ u), "<u, z>")


def soft_threshold(z: Array, e: float) -> Array:
    """That is soft thresholding, a proximal step; the slope of K is 0, 1 or -1."""
    return np.sign(z) * np.maximum(np.abs(z) - e, 0)


def closed_zone(z: Array, e: float) -> Array:
    """At |z| = e itself the least slope is 0: >= takes the largest."""
    return np.sign(z) * (np.abs(z) >= e)


def no_zone(z: Array, e: float) -> Array:
    """That is Lion's sign: e is not used, and small entries should rest."""
    return np.sign(z)


def as_printed(z: Array, k: int) -> Array:
    """With > only k - 1 coordinates move: that is the printed line 4, erratum 6."""
    a = np.abs(z)
    return np.sign(z) * (a > np.sort(a)[-k])


def all_that_tie(z: Array, k: int) -> Array:
    """With >= all tied entries get a full step, more than k in all: |u|_1 exceeds k."""
    a = np.abs(z)
    return np.sign(z) * (a >= np.sort(a)[-k])


def first_come(z: Array, k: int) -> Array:
    """Ties go to whoever stands first: a subgradient, but it depends on the order."""
    kept = np.zeros_like(z)
    kept[np.argsort(-np.abs(z), kind="stable")[:k]] = 1.0
    return np.sign(z) * kept


def sizes_kept(z: Array, k: int) -> Array:
    """The k largest are kept as they are; the slope has their sign only."""
    a = np.abs(z)
    return z * (a >= np.sort(a)[-k])


def clip_only(z: Array, e: float) -> Array:
    """The clipped z must be divided by e, so that the slopes reach 1."""
    return np.clip(z, -e, e)


def unbounded(z: Array, e: float) -> Array:
    """z/e without the clip is the slope of the parabola alone: beyond e it is the sign."""
    return z / e


def rounded(z: Array, e: float) -> Array:
    """That is the slope of the pseudo-Huber loss sqrt(z^2 + e^2), which has no kink at e."""
    return z / np.sqrt(z * z + e * e)


EXERCISE = Exercise(
    number=9,
    key="three_lines_of_table_2",
    paper="Table 2, lines 3 to 5; erratum 6",
    holes={"dead_zone": "z", "top_k": "z", "huber": "z"},
    checks=(line_3, line_3_at_its_kinks, line_4, line_4_has_no_favourites, line_5),
    mutants={
        "dead_zone": (soft_threshold, closed_zone, no_zone),
        "top_k": (as_printed, all_that_tie, first_come, sizes_kept),
        "huber": (clip_only, unbounded, rounded),
    },
    hints=(
        "Line 3: np.sign(z) where |z| > e, else 0. Line 5: z/e, clipped at 1.",
        "Line 4: two masks, above and tied. How much of k is left when the ones above are served?",
        "share = (k - np.sum(above)) / np.sum(tied), then np.sign(z) * (above + share * tied).",
    ),
    originals={
        "dead_zone": lambda z, e: DeadZone(e).subgradient(z),
        "top_k": lambda z, k: TopK(k).subgradient(z),
        "huber": lambda z, e: Huber(e).subgradient(z),
    },
)
