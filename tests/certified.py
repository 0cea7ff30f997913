"""Checks of certified runs, shared by the tests and the mutants."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from lionk_ref import LionK, certify
from lionk_ref.certificates import Certificate, Equality
from lionk_ref.convex import CATALOGUE, ConvexFunction
from lionk_ref.discrete import State
from lionk_ref.problems import Quadratic

KINDS = [K for cls in CATALOGUE.values() for K in cls.examples((5,))]
SCHEMES = ("explicit", "implicit")


def random_problem(seed: int, size: int = 5, scale: float = 1.0) -> Quadratic:
    """An indefinite quadratic; every constant of the theorem is at work on it."""
    rng = np.random.default_rng(seed)
    return Quadratic.of_spectrum(scale * rng.uniform(-1, 2, size), seed=seed)


def random_optimizer(K: ConvexFunction, scheme: str, rng: np.random.Generator) -> LionK:
    """Any lr, beta1 < beta2 and lam that the theorem admits."""
    beta1, beta2 = np.sort(rng.uniform(0.02, 0.995, 2))
    lam = 10 ** rng.uniform(-1, 1)
    lr = 10 ** rng.uniform(-3, -0.3)
    return LionK(K, min(lr, 0.9 / lam), beta1, beta2, lam, scheme)


def random_runs(
    K: ConvexFunction, scheme: str, count: int = 4, steps: int = 8, make: Callable[..., Any] = LionK
) -> Iterator[Certificate]:
    """Certificates of short runs from inside the domain of K*."""
    for seed in range(count):
        rng = np.random.default_rng([seed, len(repr(K))])
        o = random_optimizer(K, scheme, rng)
        optimizer = make(K, o.lr, o.beta1, o.beta2, o.lam, scheme)
        x0 = 0.95 * K.project_domain(rng.normal(size=5)) / o.lam
        yield certify(random_problem(seed), optimizer, x0=x0, steps=steps)


def check_certificate(K: ConvexFunction, scheme: str, make: Callable[..., Any] = LionK) -> None:
    """Every promise holds on random problems with random constants, and the residual is tiny."""
    for c in random_runs(K, scheme, make=make):
        failed = [v for v in c.verdicts if not v.holds]
        assert not failed, failed
        assert c.residual_max < 1e-12


def check_equality_is_sharp(c: Certificate) -> None:
    """The tolerance of the energy balance is itself at the level of rounding."""
    balance = c.promises["energy balance"]
    assert isinstance(balance, Equality)
    assert float(np.max(balance.tolerance / balance.scale)) < 1e-12


def check_float32() -> None:
    """A float32 run is certified with a residual of float32's rounding."""
    for K in KINDS:
        problem = random_problem(3)
        x0 = (0.9 * K.project_domain(np.ones(5))).astype(np.float32)
        c = certify(problem, LionK(K, 0.05, 0.9, 0.99, 1.0), x0=x0, steps=50)
        assert c.dtype == "float32"
        assert c.ok, [v for v in c.verdicts if not v.holds]
        assert c.residual_max < 1e-5


class NeverDecays(LionK):
    """A wrong optimizer: it claims a lam that its step does not have."""

    def step(self, s: State, g: Any, t: int | None = None) -> State:
        honest = LionK(self.K, self.lr, self.beta1, self.beta2, 0.0, self.scheme)
        return honest.step(s, g, t)


class SwapsBetas(LionK):
    """A wrong optimizer: beta1 and beta2 change places."""

    def step(self, s: State, g: Any, t: int | None = None) -> State:
        return LionK(self.K, self.lr, self.beta2, self.beta1, self.lam, self.scheme).step(s, g, t)


class LooksAheadFromNext(LionK):
    """A wrong optimizer: m_tilde is made of the next momentum."""

    def step(self, s: State, g: Any, t: int | None = None) -> State:
        after = super().step(s, g, t)
        return State(super().step(State(s.x, after.m), g, t).x, after.m)


class DecaysLate(LionK):
    """A wrong optimizer: the decay acts after the step, with the explicit factor."""

    def step(self, s: State, g: Any, t: int | None = None) -> State:
        free = LionK(self.K, self.lr, self.beta1, self.beta2, 0.0, self.scheme).step(s, g, t)
        return State((1 - self.lr_at(t or 0) * self.lam) * free.x, free.m)


class Drifts(LionK):
    """A wrong optimizer: its momentum is off by one part in 10^9."""

    def step(self, s: State, g: Any, t: int | None = None) -> State:
        after = super().step(s, g, t)
        return State(after.x, (1 + 1e-9) * after.m)


WRONG_OPTIMIZERS = (NeverDecays, SwapsBetas, LooksAheadFromNext, DecaysLate, Drifts)


def blocks_problem() -> tuple[Any, dict[str, ConvexFunction]]:
    """Softmax regression on the digits with a K for each block."""
    from lionk_ref import L1, L2
    from lionk_ref.problems import softmax_digits

    return softmax_digits(blocks=True), {"W": L2(), "b": L1()}
