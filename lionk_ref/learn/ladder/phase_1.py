"""Theorem 4.1, part 1: the distance to the domain of K* shrinks, and the misprint in it."""

from __future__ import annotations

from typing import Any

import numpy as np

from lionk_ref.convex import L1
from lionk_ref.discrete.updates import implicit_lr
from lionk_ref.learn.claims import at_most, equal, holds
from lionk_ref.learn.exercise import Exercise, Random

Array = Any


def settings(random: Random) -> tuple[float, float]:
    """A step size and a decay."""
    return random.uniform(0.02, 0.3), random.uniform(0.4, 3)


def inside_it_is_zero(ask: Any, random: Random) -> None:
    """The distance is 0 where |x| <= 1/lam, the edge included, and positive outside."""
    _, lam = settings(random)
    x = random.uniform(-1, 1, 6)
    equal(ask("distance", x / lam, lam), 0.0, "the distance inside")
    equal(ask("distance", np.sign(x) / lam, lam), 0.0, "the distance at a corner")
    holds(ask("distance", 1.01 * np.sign(x) / lam, lam) > 0, "the distance outside is 0")


def pythagoras(ask: Any, random: Random) -> None:
    """One coordinate at lam |x| = 1 + r has distance r; the squares of several add up."""
    _, lam = settings(random)
    r = random.uniform(0.5, 4, 3)
    for one in r:
        equal(ask("distance", np.array([(1 + one) / lam, 0.1 / lam]), lam), one, "the distance")
    equal(ask("distance", (1 + r) / lam, lam) ** 2, r @ r, "the distance squared")


def the_bound_holds(ask: Any, random: Random) -> None:
    """After t implicit steps, whatever the slopes, the distance is at most a falling bound."""
    lr, lam = settings(random)
    x = random.uniform(2, 6, 5) * random.choice([-1.0, 1.0], 5) / lam
    start = ask("distance", x, lam)
    holds(start > 0, "the distance is not positive outside")
    for t in range(1, 7):
        x = (x + lr * random.uniform(-1, 1, 5)) / (1 + lr * lam)
        most = ask("bound", start, t, lr, lam)
        at_most(ask("distance", x, lam), most, f"distance, t = {t}")
        holds(most < start, f"the bound is {most:.3g} after {t} steps, and was {start:.3g}")


def the_bound_is_attained(ask: Any, random: Random) -> None:
    """Where every slope points outwards, distance and bound are equal: it cannot be improved."""
    lr, lam = settings(random)
    x = np.array([7.0, -5.0, 9.0]) / lam
    start = ask("distance", x, lam)
    holds(start > 0, "the distance is not positive outside")
    for t in range(1, 5):
        x = (x + lr * np.sign(x)) / (1 + lr * lam)
        equal(ask("bound", start, t, lr, lam), ask("distance", x, lam), f"bound, t = {t}")


def two_schemes(ask: Any, random: Random) -> None:
    """The explicit step with explicit_lr(lr, lam) goes where the implicit one goes with lr."""
    lr, lam = settings(random)
    x, u = random.standard_normal(5), random.uniform(-1, 1, 5)
    explicit = x + ask("explicit_lr", lr, lam) * (u - lam * x)
    equal(explicit, (x + lr * u) / (1 + lr * lam), "the explicit step")


def without_lam(x: Array, lam: float) -> Any:
    """That is the distance of x itself: lam is forgotten, and the box is for lam x."""
    return np.linalg.norm(x - np.clip(x, -1, 1))


def box_of_lam(x: Array, lam: float) -> Any:
    """That is the box |x| <= lam; a large lam makes it small, |x| <= 1/lam."""
    return np.linalg.norm(x - np.clip(x, -lam, lam))


def in_units_of_x(x: Array, lam: float) -> Any:
    """That is the distance of x to |x| <= 1/lam; the theorem's is that of lam x, lam times it."""
    return np.linalg.norm(x - np.clip(x, -1 / lam, 1 / lam))


def largest(x: Array, lam: float) -> Any:
    """That is the distance in the largest coordinate; the Euclidean one adds squares."""
    return np.max(np.abs(lam * x - np.clip(lam * x, -1, 1)))


def signed(x: Array, lam: float) -> Any:
    """Inside the box the distance is 0: what is left to the edge does not count."""
    return np.linalg.norm(np.abs(lam * x) - 1)


def as_printed(d: float, steps: int, lr: float, lam: float) -> float:
    """The exponent is as printed, s - t with the sign lost: a bound that grows. It is erratum 4."""
    return d * (1 + lr * lam) ** steps


def of_the_explicit(d: float, steps: int, lr: float, lam: float) -> float:
    """1 - lr lam is the factor of the explicit scheme; here it is 1/(1 + lr lam)."""
    return d * (1 - lr * lam) ** steps


def exponential(d: float, steps: int, lr: float, lam: float) -> Any:
    """exp(-lr lam t) is the rate of the flow, Theorem 3.1; a step of length lr is slower."""
    return d * np.exp(-lr * lam * steps)


def one_step_only(d: float, steps: int, lr: float, lam: float) -> float:
    """The factor of one step is multiplied by t: it must be taken to the power t."""
    return d / (1 + lr * lam * steps)


def the_inverse(lr: float, lam: float) -> float:
    """That is the way back, from the explicit lr to the implicit one: see the sign below."""
    return lr / (1 - lr * lam)


def the_same(lr: float, lam: float) -> float:
    """The two schemes differ: with the same lr the explicit one goes further."""
    return lr


def the_product(lr: float, lam: float) -> float:
    """1 + lr lam belongs below: the explicit step has to be shorter."""
    return lr * (1 + lr * lam)


def bound(d: float, steps: int, lr: float, lam: float) -> float:
    """Through the library: each step is an explicit one, of the lr whose implicit equal is lr."""
    shorter = lr / (1 + lr * lam)
    return d * (shorter / implicit_lr(shorter, lam)) ** steps


EXERCISE = Exercise(
    number=7,
    key="phase_1",
    paper="Theorem 4.1, part 1; eq. (15)",
    holes={"distance": "scalar", "bound": "scalar", "explicit_lr": "scalar"},
    checks=(
        inside_it_is_zero,
        pythagoras,
        the_bound_holds,
        the_bound_is_attained,
        two_schemes,
    ),
    mutants={
        "distance": (without_lam, box_of_lam, in_units_of_x, largest, signed),
        "bound": (as_printed, of_the_explicit, exponential, one_step_only),
        "explicit_lr": (the_inverse, the_same, the_product),
    },
    hints=(
        "The nearest point of the box is np.clip(lam * x, -1, 1); take the norm of the difference.",
        "Each step divides the distance by 1 + lr lam. After t steps?",
        "Set both new x equal, for u = 0: (1 - e lam) x = x/(1 + lr lam). Solve for e.",
    ),
    originals={"distance": lambda x, lam: L1().distance_to_domain(lam * x), "bound": bound},
)
