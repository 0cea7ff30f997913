"""Wrong Lions: the mistakes that Section 4 invites, most of them made somewhere in public."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import test_conventions
import test_optimizer
import test_updates
from helpers import MAKERS
from lionk_ref.arrays import each
from lionk_ref.convex import L1, HalfSquare
from lionk_ref.discrete import LionK, State, Step, explicit, implicit, look_ahead
from mutants import Mutant

SCHEMES = "lionk_ref.discrete.optimizer.SCHEMES"
LOOK_AHEAD = "lionk_ref.discrete.updates.look_ahead"
RUN = "lionk_ref.discrete.optimizer.LionK.run"

Rule = Callable[..., State]


def check_steps() -> None:
    """The texts of two public Lions, with the sign and with a direction that sees sizes."""
    for K in (L1(), HalfSquare()):
        for name in ("lion-pytorch", "late"):
            test_conventions.test_replays_the_framework_exactly(test_conventions.CASES[name], K)


def check_roundings() -> None:
    """The order of operations, bit by bit, in float32."""
    for K in (L1(), HalfSquare(0.3)):
        for scheme in ("explicit", "implicit"):
            test_updates.test_order_of_operations(MAKERS["numpy"](), "float32", K, scheme)


def check_run() -> None:
    """A whole run of the text of a public Lion, from zero momentum."""
    for K, direction in test_conventions.DIRECTIONS.items():
        test_optimizer.test_a_run_is_the_textbooks(K, direction)


def instead_of_explicit(rule: Rule) -> dict[str, Rule]:
    """The schemes with another eq. (2)."""
    return {"explicit": rule, "implicit": implicit}


def instead_of_implicit(rule: Rule) -> dict[str, Rule]:
    """The schemes with another eq. (15)."""
    return {"explicit": explicit, "implicit": rule}


def swapped_betas(K: Any, s: State, g: Any, *, beta1: float, beta2: float, **rest: float) -> State:
    """beta1 and beta2 change places."""
    return explicit(K, s, g, beta1=beta2, beta2=beta1, **rest)


def one_average(K: Any, s: State, g: Any, *, beta1: float, beta2: float, **rest: float) -> State:
    """beta1 serves for both."""
    return explicit(K, s, g, beta1=beta1, beta2=beta1, **rest)


def no_momentum(K: Any, s: State, g: Any, *, beta1: float, beta2: float, **rest: float) -> State:
    """m' is -g."""
    return explicit(K, s, g, beta1=beta1, beta2=0.0, **rest)


def heavy_ball(K: Any, s: State, g: Any, *, beta2: float, **rest: float) -> State:
    """The momentum is a sum."""
    return State(explicit(K, s, g, beta2=beta2, **rest).x, beta2 * s.m - g)


def look_ahead_from_next(K: Any, s: State, g: Any, **hyper: float) -> State:
    """m_tilde is made of m'."""
    after = explicit(K, s, g, **hyper)
    return State(explicit(K, State(s.x, after.m), g, **hyper).x, after.m)


def weight_of_the_other(
    K: Any, s: State, g: Any, *, lr: float, beta1: float, beta2: float, lam: float
) -> State:
    """g enters m_tilde with 1 - beta2."""
    u = K.subgradient(beta1 * s.m - (1 - beta2) * g)
    return State(s.x + lr * (u - lam * s.x), beta2 * s.m - (1 - beta2) * g)


def coupled_decay(K: Any, s: State, g: Any, *, lam: float, **rest: float) -> State:
    """lam x is added to the gradient."""
    return explicit(K, s, g + lam * s.x, lam=0.0, **rest)


def decay_inside_dk(
    K: Any, s: State, g: Any, *, lr: float, beta1: float, beta2: float, lam: float
) -> State:
    """lam x is subtracted from m_tilde."""
    u = K.subgradient(look_ahead(s, g, beta1=beta1) - lam * s.x)
    return State(s.x + lr * u, beta2 * s.m - (1 - beta2) * g)


def late_decay(K: Any, s: State, g: Any, *, lr: float, lam: float, **betas: float) -> State:
    """(1 - lr lam) multiplies the new x."""
    free = explicit(K, s, g, lr=lr, lam=0.0, **betas)
    return State((1 - lr * lam) * free.x, free.m)


def unscaled_decay(K: Any, s: State, g: Any, *, lr: float, lam: float, **betas: float) -> State:
    """x decays by lam, not by lr lam."""
    return explicit(K, s, g, lr=lr, lam=lam / lr, **betas)


def growth(K: Any, s: State, g: Any, *, lam: float, **rest: float) -> State:
    """The decay has the wrong sign."""
    return explicit(K, s, g, lam=-lam, **rest)


def no_decay(K: Any, s: State, g: Any, *, lam: float, **rest: float) -> State:
    """x does not decay."""
    return explicit(K, s, g, lam=0.0, **rest)


def squared_lr(K: Any, s: State, g: Any, *, lr: float, lam: float, **betas: float) -> State:
    """The direction is scaled by lr twice."""
    return explicit(K, s, g, lr=lr**2, lam=lam / lr, **betas)


def distributed(
    K: Any, s: State, g: Any, *, lr: float, beta1: float, beta2: float, lam: float
) -> State:
    """(1 - lr lam) x + lr u: the same number, other roundings."""
    u = K.subgradient(look_ahead(s, g, beta1=beta1))
    return State((1 - lr * lam) * s.x + lr * u, beta2 * s.m - (1 - beta2) * g)


def decay_first(
    K: Any, s: State, g: Any, *, lr: float, beta1: float, beta2: float, lam: float
) -> State:
    """x/(1 + lr lam) + lr u."""
    u = K.subgradient(look_ahead(s, g, beta1=beta1))
    return State(s.x / (1 + lr * lam) + lr * u, beta2 * s.m - (1 - beta2) * g)


def plus_m(s: State, g: Any, *, beta1: float) -> Any:
    """m as if it tracked +g."""
    return -beta1 * s.m - (1 - beta1) * g


def plus_g(s: State, g: Any, *, beta1: float) -> Any:
    """g as if m tracked +g: uphill."""
    return beta1 * s.m + (1 - beta1) * g


def undamped_g(s: State, g: Any, *, beta1: float) -> Any:
    """g without its weight."""
    return beta1 * s.m - g


def narrow_complement(s: State, g: Any, *, beta1: float) -> Any:
    """1 - beta1 formed in the dtype of g."""
    return beta1 * s.m - (np.ones_like(g) - beta1) * g


def run_from_first_gradient(
    self: LionK, problem: Any, x0: Any, steps: int, oracle: Any = None
) -> Any:
    """m starts at -g_0."""
    s = State(x0, each(lambda g: -g, problem.gradient(x0)))
    for t in range(steps):
        g = problem.gradient(s.x)
        after = self.step(s, g, t)
        yield Step(t, self.lr_at(t), s, g, after)
        s = after


def run_bias_corrected(self: LionK, problem: Any, x0: Any, steps: int, oracle: Any = None) -> Any:
    """m is divided by 1 - beta2^t before it is used, as Adam's is."""
    s = self.init(x0)
    for t in range(steps):
        g = problem.gradient(s.x)
        corrected = State(s.x, s.m / (1 - self.beta2**t if t else 1.0))
        after = State(self.step(corrected, g, t).x, self.step(s, g, t).m)
        yield Step(t, self.lr_at(t), s, g, after)
        s = after


RULES: dict[str, Rule] = {
    "swapped-betas": swapped_betas,
    "one-average": one_average,
    "no-momentum": no_momentum,
    "heavy-ball": heavy_ball,
    "look-ahead-from-next": look_ahead_from_next,
    "weight-of-the-other": weight_of_the_other,
    "coupled-decay": coupled_decay,
    "decay-inside-dk": decay_inside_dk,
    "late-decay": late_decay,
    "decay-without-lr": unscaled_decay,
    "growth": growth,
    "no-decay": no_decay,
    "lr-squared": squared_lr,
}

MUTANTS = (
    *(
        Mutant(name, str(rule.__doc__), SCHEMES, instead_of_explicit(rule), check_steps)
        for name, rule in RULES.items()
    ),
    Mutant(
        "implicit-for-explicit",
        "eq. (15) where eq. (2) is asked for",
        SCHEMES,
        instead_of_explicit(implicit),
        check_steps,
    ),
    Mutant(
        "explicit-for-implicit",
        "eq. (2) where eq. (15) is asked for",
        SCHEMES,
        instead_of_implicit(explicit),
        check_steps,
    ),
    Mutant(
        "decay-first",
        str(decay_first.__doc__),
        SCHEMES,
        instead_of_implicit(decay_first),
        check_steps,
    ),
    Mutant(
        "distributed-decay",
        str(distributed.__doc__),
        SCHEMES,
        instead_of_explicit(distributed),
        check_roundings,
    ),
    Mutant(
        "narrow-complement",
        str(narrow_complement.__doc__),
        LOOK_AHEAD,
        narrow_complement,
        check_roundings,
    ),
    Mutant("plus-m", str(plus_m.__doc__), LOOK_AHEAD, plus_m, check_steps),
    Mutant("plus-g", str(plus_g.__doc__), LOOK_AHEAD, plus_g, check_steps),
    Mutant("undamped-g", str(undamped_g.__doc__), LOOK_AHEAD, undamped_g, check_steps),
    Mutant(
        "first-gradient-for-m0",
        str(run_from_first_gradient.__doc__),
        RUN,
        run_from_first_gradient,
        check_run,
    ),
    Mutant(
        "bias-correction",
        str(run_bias_corrected.__doc__),
        RUN,
        run_bias_corrected,
        check_run,
    ),
)
