"""Eq. (1), unrolled: the weights of the gradients in m_tilde."""

from __future__ import annotations

from typing import Any

import numpy as np

from lionk_ref.convex import HalfSquare
from lionk_ref.discrete.updates import State, explicit, look_ahead
from lionk_ref.learn.claims import equal, holds
from lionk_ref.learn.exercise import Exercise, Random

Array = Any


def betas(random: Random) -> tuple[float, float]:
    """beta1 < beta2."""
    beta1, beta2 = np.sort(random.uniform(0.3, 0.99, 2)).tolist()
    return beta1, beta2


def m_tilde(g: Array, beta1: float, beta2: float) -> Any:
    """What eq. (1) makes of the gradients g, one after the other, from m = 0."""
    m = 0.0
    for one in g[:-1]:
        m = beta2 * m - (1 - beta2) * one
    return beta1 * m - (1 - beta1) * g[-1]


def unrolled(ask: Any, random: Random) -> None:
    """The sum of weight times gradient is minus m_tilde, for any gradients whatsoever."""
    beta1, beta2 = betas(random)
    g = random.standard_normal(int(random.integers(5, 12)))
    w = ask("weights", np.arange(len(g))[::-1].copy(), beta1, beta2)
    equal(w @ g, -m_tilde(g, beta1, beta2), "the sum of weight times gradient")


def the_sum(ask: Any, random: Random) -> None:
    """The weights of t + 1 gradients add up to 1 - beta1 beta2^t: nearly all, from m = 0 on."""
    beta1, beta2 = betas(random)
    t = int(random.integers(3, 40))
    w = ask("weights", np.arange(t + 1), beta1, beta2)
    equal(w.sum(), 1 - beta1 * beta2**t, f"the sum of {t + 1} weights")


def any_order(ask: Any, random: Random) -> None:
    """A weight depends on the age alone, wherever it stands; from age 1 on they fall."""
    beta1, beta2 = betas(random)
    age = random.permutation(9)
    in_order = ask("weights", np.arange(9), beta1, beta2)
    equal(ask("weights", age, beta1, beta2), in_order[age], "the weights in another order")
    holds(in_order[1:-1] > in_order[2:], "the weights do not fall with the age")


def ten_times(ask: Any, random: Random) -> None:
    """times_heavier times 1 - beta2 is the weight of age 0; with equal betas it is 1."""
    beta1, beta2 = betas(random)
    (current,) = ask("weights", np.array([0]), beta1, beta2)
    equal(ask("times_heavier", beta1, beta2) * (1 - beta2), current, "times (1 - beta2)")
    equal(current + beta1, 1.0, "the weight of age 0, plus beta1")
    equal(ask("times_heavier", beta2, beta2), 1.0, "times_heavier for equal betas")


def one_power_too_many(age: Array, beta1: float, beta2: float) -> Array:
    """Off by one: the gradient of age 1 entered m just now, so its factor is beta2^0."""
    return np.where(age == 0, 1 - beta1, beta1 * (1 - beta2) * beta2 ** (1.0 * age))


def plain_average(age: Array, beta1: float, beta2: float) -> Array:
    """These are the weights in m, the plain average with beta2: m_tilde has the look-ahead too."""
    return (1 - beta2) * beta2 ** (1.0 * age)


def betas_swapped(age: Array, beta1: float, beta2: float) -> Array:
    """beta1 and beta2 have changed places: old gradients fade with beta2, the slow one."""
    return weights(age, beta2, beta1)


def counted_twice(age: Array, beta1: float, beta2: float) -> Array:
    """The current gradient counts twice: m_tilde uses the old m, which has not seen g_t yet."""
    plain = beta1 * (1 - beta2) * beta2 ** (1.0 * age)
    return plain + np.where(age == 0, 1 - beta1, 0.0)


def without_beta1(age: Array, beta1: float, beta2: float) -> Array:
    """The old gradients lack the factor beta1 with which m enters m_tilde."""
    return np.where(age == 0, 1 - beta1, (1 - beta2) * beta2 ** np.maximum(age - 1.0, 0))


def difference(beta1: float, beta2: float) -> float:
    """That is how much heavier it is than in Polyak's momentum minus one, as below eq. (1)."""
    return (beta2 - beta1) / ((1 - beta2) * beta1)


def upside_down(beta1: float, beta2: float) -> float:
    """The ratio is upside down: the weight here comes first, that of the plain average below."""
    return (1 - beta2) / (1 - beta1)


def of_the_betas(beta1: float, beta2: float) -> float:
    """That is the ratio of the betas, not of the weights of g_t, which are 1 - beta."""
    return beta2 / beta1


def weights(age: Array, beta1: float, beta2: float) -> Array:
    """From the library's own steps: the answer to one gradient and silence ever after."""
    s, one, seen = State(np.zeros(1), np.zeros(1)), np.ones(1), []
    for g in (one, *[0 * one] * int(np.max(age))):
        seen.append(-float(look_ahead(s, g, beta1=beta1)[0]))
        s = explicit(HalfSquare(), s, g, lr=0.1, beta1=beta1, beta2=beta2, lam=0.0)
    return np.array(seen)[age]


def times_heavier(beta1: float, beta2: float) -> Any:
    """The same at age 0, over the plain average."""
    age = np.array([0])
    return (weights(age, beta1, beta2) / weights(age, beta2, beta2))[0]


EXERCISE = Exercise(
    number=3,
    key="weight_of_the_gradient",
    paper="Eq. (1) and below",
    holes={"weights": "age", "times_heavier": "scalar"},
    checks=(unrolled, the_sum, any_order, ten_times),
    mutants={
        "weights": (one_power_too_many, plain_average, betas_swapped, counted_twice, without_beta1),
        "times_heavier": (difference, upside_down, of_the_betas),
    },
    hints=(
        "Write m_tilde for t = 0, 1 and 2 with letters. Which factor does g_0 gain at each step?",
        "Age 0 enters through m_tilde's own line; all others through m, multiplied by beta1.",
        "The gradient of age 1 has just entered m with 1 - beta2; each further step is a beta2.",
    ),
    originals={"weights": weights, "times_heavier": times_heavier},
)
