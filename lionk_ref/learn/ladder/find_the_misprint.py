"""Theorem 4.1: its constants, held against the energy balance, which is an equality."""

from __future__ import annotations

from typing import Any

import numpy as np

from lionk_ref.certificates import constants, lyapunov, printed_constants
from lionk_ref.certificates.lyapunov import Point
from lionk_ref.convex import L1
from lionk_ref.discrete.updates import State, implicit
from lionk_ref.learn.claims import at_most, equal, holds
from lionk_ref.learn.exercise import Exercise, Random

Array = Any
R = float
SIZE = 60
COUNTEREXAMPLE = (0.5, 0.05, 0.01, 0.9, 0.99, 1.0)
"""x, m, lr, beta1, beta2, lam."""


def settings(random: Random) -> tuple[float, float, float, float]:
    """lr, beta1, beta2 and lam."""
    beta1, beta2 = random.uniform(0.3, 0.7), random.uniform(0.8, 0.95)
    return random.uniform(0.05, 0.4), beta1, beta2, random.uniform(0.5, 2)


def the_counterexample(ask: Any, random: Random) -> None:
    """At x = 1/2, m = 1/20, with Lion's betas, the printed slack is -0.7278 and the right one 0."""
    printed = printed_constants(*COUNTEREXAMPLE[2:])
    exact = -40667043 / 44884400 + 800031 / 4488440
    equal(ask("slack", *COUNTEREXAMPLE, *printed), exact, "the slack with the printed constants")
    right = constants(*COUNTEREXAMPLE[2:])
    equal(ask("slack", *COUNTEREXAMPLE, *right), 0.0, "the slack with the right constants")


def what_the_slack_is(ask: Any, random: Random) -> None:
    """In the box, with the right constants, the slack is c (|m| - sign(m') m): never negative."""
    setting = settings(random)
    _, _, beta2, lam = setting
    c, a, b = constants(*setting)
    for x, m in zip(random.uniform(-1, 1, 12) / lam, random.standard_normal(12), strict=True):
        after = np.sign(beta2 * m - (1 - beta2) * x)
        seen = ask("slack", float(x), float(m), *setting, c, a, b)
        equal(seen, c * (np.abs(m) - after * m), f"the slack at x = {x:.3g}, m = {m:.3g}")


def the_equality(ask: Any, random: Random) -> None:
    """With your c, a, b: H' - H = -lr (a Delta1 + b Delta2) + |x' - x|^2/2 - c (|m|_1 - <v, m>)."""
    for _ in range(4):
        lr, beta1, beta2, lam = setting = settings(random)
        c, a, b = ask("constants", *setting)
        x, m, target = random.uniform(-1 / lam, 1 / lam, SIZE), *random.standard_normal((2, SIZE))
        g = x - target
        m_tilde, m_new = beta1 * m - (1 - beta1) * g, beta2 * m - (1 - beta2) * g
        u, v = np.sign(m_tilde), np.sign(m_new)
        x_new = (x + lr * u) / (1 + lr * lam)
        dx, gap = x_new - x, c * (np.abs(m).sum() - v @ m)
        change = dx @ g + dx @ dx / 2
        change += c * (v @ m_new - np.abs(m).sum() - lam * (x_new @ m_new - x @ m))
        deltas = a * ((u - lam * x_new) @ m_tilde) + b * ((u - v) @ (m_tilde - m_new))
        equal(change, -lr * deltas + dx @ dx / 2 - gap, "H' - H")


def a_is_tight(ask: Any, random: Random) -> None:
    """a = 1 + lam c, and without decay a = 1, c = lr beta1/(1 - beta2)."""
    lr, beta1, beta2, lam = settings(random)
    c, a, _ = ask("constants", lr, beta1, beta2, lam)
    equal(a, 1 + lam * c, "a")
    c, a, _ = ask("constants", lr, beta1, beta2, 0.0)
    equal(a, 1.0, "a at lam = 0")
    equal(c, lr * beta1 / (1 - beta2), "c at lam = 0")


def at_the_edges(ask: Any, random: Random) -> None:
    """At beta1 = beta2 b is 0. At beta1 = 0 c and b are 0: momentum plays no part."""
    lr, _, beta2, lam = settings(random)
    _, a, b = ask("constants", lr, beta2, beta2, lam)
    equal(b, 0.0, "b at beta1 = beta2")
    at_most(1.0, a, "1, below a")
    c, a, b = ask("constants", lr, 0.0, beta2, lam)
    holds((c == 0) & (a == 1) & (b == 0), f"c, a, b at beta1 = 0 are {c}, {a}, {b}")


def c_as_printed(lr: R, beta1: R, beta2: R, lam: R) -> Any:
    """c is as printed: lr is missing, erratum 1. H then weighs momentum far too much."""
    c, a, b = constants(lr, beta1, beta2, lam)
    return c / lr, a, b


def a_as_printed(lr: R, beta1: R, beta2: R, lam: R) -> Any:
    """a is as printed, erratum 2: it is 1 + lr lam beta1/D."""
    c, _, b = constants(lr, beta1, beta2, lam)
    return c, 1 + c / lr, b


def b_as_printed(lr: R, beta1: R, beta2: R, lam: R) -> Any:
    """b is as printed, erratum 3: the lr lam below must go."""
    c, a, b = constants(lr, beta1, beta2, lam)
    return c, a, b / (lr * (lam or 1))


def all_as_printed(lr: R, beta1: R, beta2: R, lam: R) -> Any:
    """All three are as printed: these are the ones that fail. Compare their units with H's."""
    c, _, b = constants(lr, beta1, beta2, lam)
    return c / lr, 1 + c / lr, b / (lr * (lam or 1))


def betas_of_D(lr: R, beta1: R, beta2: R, lam: R) -> Any:
    """In D the betas have changed places: D = lr lam (1 - beta1) + (1 - beta2)."""
    c = lr * beta1 / (lr * lam * (1 - beta2) + 1 - beta1)
    b = 0.0 if beta1 == beta2 else c * (1 - beta2) / (lr * (beta2 - beta1))
    return c, 1 + lam * c, b


def explicit_step(x: R, m: R, lr: R, beta1: R, beta2: R, lam: R, c: R, a: R, b: R) -> Any:
    """The step is the explicit one; Theorem 4.1 is about x' = (x + lr u)/(1 + lr lam)."""
    return slack(x, m, lr, beta1, beta2, lam, c, a, b, x + lr * (_u(x, m, beta1) - lam * x))


def no_curvature(x: R, m: R, lr: R, beta1: R, beta2: R, lam: R, c: R, a: R, b: R) -> Any:
    """The curvature of f is missing: + L |x' - x|^2/2, with L = 1 here."""
    step = (lr * _u(x, m, beta1) + x) / (1 + lr * lam) - x
    return slack(x, m, lr, beta1, beta2, lam, c, a, b) - step**2 / 2


def other_side(x: R, m: R, lr: R, beta1: R, beta2: R, lam: R, c: R, a: R, b: R) -> Any:
    """That is left minus right; the slack is right minus left."""
    return -slack(x, m, lr, beta1, beta2, lam, c, a, b)


def no_lr(x: R, m: R, lr: R, beta1: R, beta2: R, lam: R, c: R, a: R, b: R) -> Any:
    """The step size before a Delta1 + b Delta2 is missing."""
    return slack(x, m, lr, beta1, beta2, lam, c, a / lr, b / lr)


def _u(x: R, m: R, beta1: R) -> Any:
    return np.sign(beta1 * m - (1 - beta1) * x)


def slack(
    x: R, m: R, lr: R, beta1: R, beta2: R, lam: R, c: R, a: R, b: R, x_new: Any = None
) -> Any:
    """Through the library: its implicit step and its H."""
    K, s = L1(), State(np.array([x]), np.array([m]))
    after = implicit(K, s, s.x, lr=lr, beta1=beta1, beta2=beta2, lam=lam)
    after = after if x_new is None else State(np.array([x_new]), after.m)
    m_tilde = beta1 * s.m - (1 - beta1) * s.x
    u, v = K.subgradient(m_tilde), K.subgradient(after.m)
    deltas = a * (u - lam * after.x) @ m_tilde + b * (u - v) @ (m_tilde - after.m)
    ends = [Point(z.x, z.m, z.x @ z.x / 2, K.value(z.m), 0.0, 0.0) for z in (s, after)]
    before, later = (lyapunov(end, lam, c) for end in ends)
    return -lr * deltas + ((after.x - s.x) ** 2).sum() / 2 - (later - before)


EXERCISE = Exercise(
    number=11,
    key="find_the_misprint",
    paper="Theorem 4.1; errata 1 to 3",
    holes={"slack": "scalar", "constants": ("scalar", "scalar", "scalar")},
    checks=(the_counterexample, what_the_slack_is, the_equality, a_is_tight, at_the_edges),
    mutants={
        "constants": (c_as_printed, a_as_printed, b_as_printed, all_as_printed, betas_of_D),
        "slack": (explicit_step, no_curvature, other_side, no_lr),
    },
    hints=(
        "K*(lam x) = 0 in the box, so H = x^2/2 + c (|m| - lam x m), and the slope of K* is 0.",
        "As the step size goes to 0, one step changes H by about lr: c must vanish with lr.",
        "c = lr beta1/D and a = 1 + lam c; in b only beta1 (1 - beta2)/((beta2 - beta1) D) stays.",
    ),
    originals={"slack": slack},
)
