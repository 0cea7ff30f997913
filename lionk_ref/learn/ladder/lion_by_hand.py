"""Eq. (1): a step of Lion, held against what its terms must do one by one and all together."""

from __future__ import annotations

from typing import Any

import numpy as np

from lionk_ref.convex import L1
from lionk_ref.discrete.updates import State, explicit, lion
from lionk_ref.learn.claims import at_most, equal, holds
from lionk_ref.learn.exercise import Exercise, Random
from lionk_ref.learn.ladder.energy import imbalance

Array = Any
R = float
SIZE = 40
"""Of the states: large enough for signs that differ in few entries."""
Settings = dict[str, float]


def drawn(random: Random) -> tuple[State, Array, Settings]:
    """A state inside the box, a gradient and settings."""
    beta1, beta2 = random.uniform(0.4, 0.7), random.uniform(0.75, 0.85)
    lr, lam = random.uniform(0.01, 0.3), random.uniform(0.5, 2.0)
    x = random.uniform(-1, 1, SIZE) / lam
    s = State(x, random.standard_normal(SIZE))
    settings = {"lr": lr, "beta1": beta1, "beta2": beta2, "lam": lam}
    return s, random.standard_normal(SIZE), settings


def the_momentum(ask: Any, random: Random) -> None:
    """m' forgets: with g = 0 it is beta2 m, with m = 0 it is -(1 - beta2) g, and it is linear."""
    s, g, settings = drawn(random)
    beta2, zero = settings["beta2"], np.zeros(SIZE)
    equal(ask("lion", s, zero, **settings)[1], beta2 * s.m, "m' for g = 0")
    equal(ask("lion", State(s.x, zero), g, **settings)[1], (beta2 - 1) * g, "m' for m = 0")
    both = beta2 * s.m + (beta2 - 1) * g
    equal(ask("lion", s, g, **settings)[1], both, "m' is the sum of the two")


def the_slope(ask: Any, random: Random) -> None:
    """u = (x' - x)/lr + lam x is a subgradient of |.|_1 at m_tilde: <u, m_tilde> = |m_tilde|_1."""
    for _ in range(8):
        s, g, settings = drawn(random)
        x, _ = ask("lion", s, g, **settings)
        u = (x - s.x) / settings["lr"] + settings["lam"] * s.x
        m_tilde = settings["beta1"] * s.m - (1 - settings["beta1"]) * g
        holds(np.abs(u) <= 1 + 1e-9, "an entry of (x' - x)/lr + lam x is larger than 1")
        equal(u @ m_tilde, np.abs(m_tilde).sum(), "<u, m_tilde>")


def the_decay(ask: Any, random: Random) -> None:
    """Where m = g = 0 only the decay acts: x' = (1 - lr lam) x."""
    s, g, settings = drawn(random)
    rest = random.integers(0, 2, SIZE) * 1.0
    x, _ = ask("lion", State(s.x, s.m * rest), g * rest, **settings)
    shrunk = (1 - settings["lr"] * settings["lam"]) * s.x
    equal(x[rest == 0], shrunk[rest == 0], "x' where m = g = 0")


def phase_1(ask: Any, random: Random) -> None:
    """The distance to the box |x| <= 1/lam shrinks by 1 - lr lam, and x moves by lr off that."""
    s, g, settings = drawn(random)
    lam, shrink = settings["lam"], 1 - settings["lr"] * settings["lam"]
    for far in (1.0, 5.0):
        start = State(far * s.x, s.m)
        x, _ = ask("lion", start, g, **settings)
        before, after = (np.maximum(np.abs(lam * z) - 1, 0).max() for z in (start.x, x))
        at_most(after, shrink * before, "the distance of lam x' to the box")
        at_most(np.abs(x - shrink * start.x), settings["lr"], "|x' - (1 - lr lam) x|")


def energy_balance(ask: Any, random: Random) -> None:
    """On f = |x - a|^2/2 the change of H equals its causes, Theorem 4.1 as an equality."""
    s, a, settings = drawn(random)
    for _ in range(4):
        x, m = ask("lion", s, s.x - a, **settings)
        equal(imbalance(s, State(x, m), a, settings), 0.0, "H' - H minus its causes")
        s = State(x, m)


def decay_inside_sign(s: State, g: Array, lr: R, beta1: R, beta2: R, lam: R) -> Any:
    """The decay is inside the sign; bitsandbytes did so until 2026. It then bounds nothing."""
    x = s.x + lr * np.sign(beta1 * s.m - (1 - beta1) * g - lam * s.x)
    return x, beta2 * s.m - (1 - beta2) * g


def coupled_decay(s: State, g: Array, lr: R, beta1: R, beta2: R, lam: R) -> Any:
    """The decay is added to the gradient, as in torch.optim.SGD: it enters m as well."""
    return lion(s, g + lam * s.x, lr=lr, beta1=beta1, beta2=beta2, lam=0.0)


def no_decay(s: State, g: Array, lr: R, beta1: R, beta2: R, lam: R) -> Any:
    """The decay is missing: nothing keeps x in the box."""
    return lion(s, g, lr=lr, beta1=beta1, beta2=beta2, lam=0.0)


def decay_without_lr(s: State, g: Array, lr: R, beta1: R, beta2: R, lam: R) -> Any:
    """x shrinks by lam at each step; it should be lr lam, so that the box is |x| <= 1/lam."""
    return lion(s, g, lr=lr, beta1=beta1, beta2=beta2, lam=lam / lr)


def betas_swapped(s: State, g: Array, lr: R, beta1: R, beta2: R, lam: R) -> Any:
    """beta1 and beta2 have changed places: beta1 belongs to m_tilde, beta2 to the m kept."""
    return lion(s, g, lr=lr, beta1=beta2, beta2=beta1, lam=lam)


def ascent(s: State, g: Array, lr: R, beta1: R, beta2: R, lam: R) -> Any:
    """x climbs: m tracks minus the gradient in this paper, so that the step is +sign."""
    x = s.x + lr * (np.sign(beta1 * s.m + (1 - beta1) * g) - lam * s.x)
    return x, beta2 * s.m + (1 - beta2) * g


def new_momentum(s: State, g: Array, lr: R, beta1: R, beta2: R, lam: R) -> Any:
    """m_tilde is made from the new m: the current gradient counts twice. Keep the old m for it."""
    m = beta2 * s.m - (1 - beta2) * g
    return s.x + lr * (np.sign(beta1 * m - (1 - beta1) * g) - lam * s.x), m


def m_from_m_tilde(s: State, g: Array, lr: R, beta1: R, beta2: R, lam: R) -> Any:
    """m' continues from m_tilde: m was overwritten before it was used a second time."""
    m_tilde = beta1 * s.m - (1 - beta1) * g
    return s.x + lr * (np.sign(m_tilde) - lam * s.x), beta2 * m_tilde - (1 - beta2) * g


def one_average(s: State, g: Array, lr: R, beta1: R, beta2: R, lam: R) -> Any:
    """The step follows m' itself: that is signed momentum, without Lion's look-ahead."""
    return lion(s, g, lr=lr, beta1=beta2, beta2=beta2, lam=lam)


def decay_at_the_end(s: State, g: Array, lr: R, beta1: R, beta2: R, lam: R) -> Any:
    """The decay acts on x after the step, and shrinks the step with it."""
    stepped = lion(s, g, lr=lr, beta1=beta1, beta2=beta2, lam=0.0)
    return (1 - lr * lam) * stepped.x, stepped.m


def no_sign(s: State, g: Array, lr: R, beta1: R, beta2: R, lam: R) -> Any:
    """The sign is missing: this is heavy-ball momentum with decay."""
    x = s.x + lr * (beta1 * s.m - (1 - beta1) * g - lam * s.x)
    return x, beta2 * s.m - (1 - beta2) * g


def library(s: State, g: Array, **settings: float) -> State:
    """Eq. (2) with K = L1."""
    return explicit(L1(), s, g, **settings)


EXERCISE = Exercise(
    number=2,
    key="lion_by_hand",
    paper="Eq. (1)",
    holes={"lion": ("g", "g")},
    checks=(the_momentum, the_slope, the_decay, phase_1, energy_balance),
    mutants={
        "lion": (
            decay_inside_sign,
            coupled_decay,
            no_decay,
            decay_without_lr,
            betas_swapped,
            ascent,
            new_momentum,
            m_from_m_tilde,
            one_average,
            decay_at_the_end,
            no_sign,
        )
    },
    hints=(
        "Three lines: m_tilde, the new x, the new m. Both averages start from the old m, s.m.",
        "The bracket after lr holds two terms: the sign of m_tilde, and minus lam times the old x.",
        "Return State(x, m), or simply x, m.",
    ),
    originals={"lion": library},
)
