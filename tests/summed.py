"""A slow twin of `certified_step_`, right or wrong on purpose, and runs that it certifies."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from lionk_ref import L1, L2, CertifiedRun, GroupL2, Huber, LionK, Lp, TopK
from lionk_ref.arrays import dot, precise
from lionk_ref.backend import Sums
from lionk_ref.convex import ConvexFunction, LogCosh, PseudoHuber
from lionk_ref.discrete import State
from lionk_ref.discrete.schedules import Schedule
from lionk_ref.problems import Quadratic

KINDS = (L1(), L2(), Huber(e=0.1), TopK(k=5), GroupL2(size=4), Lp(p=3.0), LogCosh(), PseudoHuber())
Move = Callable[[LionK, State, Any, int], State]
Stepper = Callable[[LionK, State, Any, int], Sums]


def gauge(K: ConvexFunction, y: Any) -> float:
    """1 in dom K*, 1 and the distance outside: as the core has it, without a formula."""
    return 1.0 if np.isfinite(K.conjugate(y)) else 1 + float(K.distance_to_domain(y))


def sums_of(lion: LionK, s: State, g: Any, after: State) -> Sums:
    """`Sums` as documented, in float64, whoever made ``after``."""
    K, lam = lion.convex_function(s.x), lion.lam
    raw = lion.beta1 * s.m - (1 - lion.beta1) * g
    x, m, x_next, m_next, m_tilde, u = map(precise, (*s, *after, raw, K.subgradient(raw)))
    y, y_next = lam * x, lam * x_next

    def pair(z: Any, y: Any) -> float:
        return float(K.value(z) + K.projected_conjugate(y) - dot(z, y))

    v = u - y_next
    return Sums(
        float(K.value(m_next)), float(K.value(m_tilde)), float(K.projected_conjugate(y_next)),
        float(dot(x_next, m_next)), pair(m_tilde, y), pair(m_tilde, y_next),
        pair(m, u), pair(m_next, u), float(dot(v, v)), gauge(K, y_next),
    )  # fmt: skip


def honest(lion: LionK, s: State, g: Any, t: int) -> State:
    """The step of the core."""
    return lion.step(s, g, t)


def by(move: Move) -> Stepper:
    """A step in place by ``move``, and its sums."""

    def step(lion: LionK, s: State, g: Any, t: int) -> Sums:
        after = move(lion, s, g, t)
        sums = sums_of(lion, s, g, after)
        s.x[...], s.m[...] = after
        return sums

    return step


def fused(lion: LionK, s: State, g: Any, t: int) -> Sums:
    """`certified_step_` itself."""
    return lion.certified_step_(s, g, t)


def problem(size: int, seed: int = 0) -> Quadratic:
    """A quadratic whose minimum is outside the box of most K; of smoothness 2."""
    rng = np.random.default_rng(seed)
    return Quadratic.of_spectrum(rng.uniform(-0.5, 2, size), seed=seed)


def run_of(
    K: ConvexFunction,
    scheme: str,
    dtype: Any,
    step: Stepper,
    *,
    steps: int = 20,
    size: int = 24,
    lr: float | Schedule = 0.05,
    scale: float = 0.9,
    with_f: bool = True,
    backend: str = "core",
    **weights: float,
) -> CertifiedRun:
    """A run from a point of ``scale`` times the edge of dom K*, certified on line."""
    lion = LionK(K, lr, **{"lam": 0.5, **weights}, scheme=scheme, backend=backend)
    exact = problem(size)
    quadratic = exact.to(np, np.dtype(dtype))
    rng = np.random.default_rng(size)
    x0 = scale * K.project_domain(3 * rng.normal(size=size)) / lion.lam
    s = State(x0.astype(dtype), np.zeros(size, dtype))
    run = CertifiedRun(lion, s, L=exact.smoothness)
    for t in range(steps):
        f, g = float(exact.f(precise(s.x))), quadratic.gradient(s.x)
        noise = float(np.abs(exact.gradient(precise(s.x)) - g) @ np.ones(size))
        x = precise(s.x)
        sums = step(lion, s, g, t)
        if with_f:
            error = noise * float(np.max(np.abs(precise(s.x) - x)))
            run.add(sums, f, float(exact.f(precise(s.x))), f_error=error)
        else:
            run.add(sums)
    return run


def check(run: CertifiedRun) -> None:
    """Every promise held."""
    assert run.ok, str(run)
