"""Theorem 4.1 for K with exp, log and sqrt, enclosed: rigorous where Fractions cannot go.

A ball of python-flint's ``arb`` is a number and a bound on its error, and its arithmetic never
loses the truth: the value lies in the ball. So ``slack > 0`` is true only if it is proved. On exact
rationals (``fmpq``) the same functions give the exact answer, for the K that need no more.

The step, the Deltas and both sides are written out as the theorem has them, with points that are
lists of one coordinate each.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest
from flint import arb, ctx, fmpq

from lionk_ref import convex
from lionk_ref.certificates import constants, printed_constants
from lionk_ref.certificates.lyapunov import Constants

N = Any
"""A ball or an exact rational."""

BITS = 128
INSTANCES = 200
E = fmpq(3, 10)


class Function(NamedTuple):
    """A K of one coordinate with K* and their derivatives."""

    value: Callable[[N], N]
    subgradient: Callable[[N], N]
    conjugate: Callable[[N], N]
    conjugate_subgradient: Callable[[N], N]


def sign(z: N) -> int:
    """1, 0 or -1, if the ball is on one side of 0 or is 0 itself."""
    if z > 0 or z < 0 or z == 0:
        return 1 if z > 0 else -1 if z < 0 else 0
    raise ValueError(f"the sign of {z} is not decided: more bits")


BALLS = {
    "log-cosh": Function(
        lambda z: E * (z / E).cosh().log(),
        lambda z: (z / E).tanh(),
        lambda y: E / 2 * ((1 + y) * (1 + y).log() + (1 - y) * (1 - y).log()),
        lambda y: E * y.atanh(),
    ),
    "pseudo-huber": Function(
        lambda z: (z * z + E * E).sqrt() - E,
        lambda z: z / (z * z + E * E).sqrt(),
        lambda y: E * (1 - (1 - y * y).sqrt()),
        lambda y: E * y / (1 - y * y).sqrt(),
    ),
}
RATIONALS = {
    "l1": Function(abs, sign, lambda y: 0 * y, lambda y: 0 * y),
    "huber": Function(
        lambda z: z * z / (2 * E) if abs(z) <= E else abs(z) - E / 2,
        lambda z: z / E if abs(z) <= E else sign(z),
        lambda y: E / 2 * y * y,
        lambda y: E * y,
    ),
}
CASES = [
    pytest.param(K, arb, id=name) for name, K in (BALLS | {"l1, balls": RATIONALS["l1"]}).items()
]
CASES += [pytest.param(K, fmpq, id=f"{name}, exact") for name, K in RATIONALS.items()]


class Instance(NamedTuple):
    """f(x) = q x^2/2 + s x, the hyper-parameters of eq. (15), and a state."""

    q: N
    s: N
    hyper: tuple[N, N, N, N]
    x: N
    m: N


def draw(seed: int, number: Callable[[fmpq], N]) -> Instance:
    """Thousandths in wide ranges, lam x strictly inside (-1, 1)."""
    rng = random.Random(seed)

    def some(low: int, high: int) -> N:
        return number(fmpq(rng.randint(low, high), 1000))

    beta1, beta2 = (number(fmpq(p, 1000)) for p in sorted(rng.sample(range(1, 1000), 2)))
    lr, lam = some(1, 100), some(50, 3000)
    x, m = some(-999, 999) / lam, some(-3000, 3000)
    return Instance(some(-2000, 2000), some(-2000, 2000), (lr, beta1, beta2, lam), x, m)


def slack(K: Function, i: Instance, chosen: Constants) -> N:
    """What the theorem promises minus what is measured."""
    (lr, beta1, beta2, lam), (c, a, b) = i.hyper, chosen
    g = i.q * i.x + i.s
    m_tilde = beta1 * i.m - (1 - beta1) * g
    m = beta2 * i.m - (1 - beta2) * g
    u, v = K.subgradient(m_tilde), K.subgradient(m)
    x = (i.x + lr * u) / (1 + lr * lam)
    w = K.conjugate_subgradient(lam * x)

    def H(x: N, m: N) -> N:
        f, conjugate = (i.q * x / 2 + i.s) * x, K.conjugate(lam * x)
        return f + conjugate / lam + c * (conjugate + K.value(m) - lam * x * m)

    V = u - lam * x
    dissipated = lr * (a * V * (m_tilde - w) + b * (u - v) * (m_tilde - m))
    return abs(i.q) * lr * lr / 2 * V * V - dissipated - (H(x, m) - H(i.x, i.m))


@pytest.fixture(autouse=True)
def precision() -> Any:
    """Balls of 128 bits, whatever was set before."""
    before, ctx.prec = ctx.prec, BITS
    yield
    ctx.prec = before


@pytest.mark.parametrize("K", BALLS.values(), ids=BALLS)
def test_strictly_convex(K: Function) -> None:
    """The slack is proved to be positive: a strictly convex K always has some to give away."""
    for seed in range(INSTANCES):
        i = draw(seed, arb)
        assert slack(K, i, constants(*i.hyper)) > 0


@pytest.mark.parametrize("K", RATIONALS.values(), ids=RATIONALS)
def test_exact(K: Function) -> None:
    """L1 and Huber in exact rationals: the slack is never negative."""
    for seed in range(INSTANCES):
        i = draw(seed, fmpq)
        assert slack(K, i, constants(*i.hyper)) >= 0


def test_l1_is_often_tight() -> None:
    """With L1 and a convex f many steps give nothing away; their balls are tiny and hold 0."""
    tight = 0
    for seed in range(INSTANCES):
        exact, ball = (draw(seed, number) for number in (fmpq, arb))
        if slack(RATIONALS["l1"], exact, constants(*exact.hyper)) == 0:
            tight += 1
            enclosed = slack(RATIONALS["l1"], ball, constants(*ball.hyper))
            assert enclosed.contains(0)
            assert enclosed.rad() < 2.0 ** (40 - BITS)
    assert tight > INSTANCES / 10


@pytest.mark.parametrize(("K", "number"), CASES)
def test_the_printed_constants_fail(K: Function, number: Callable[[fmpq], N]) -> None:
    """As printed, the slack is proved to be negative on a good part of the instances."""
    drawn = [draw(seed, number) for seed in range(INSTANCES)]
    violated = sum(bool(slack(K, i, printed_constants(*i.hyper)) < 0) for i in drawn)
    assert violated > INSTANCES / 4


@pytest.mark.parametrize(
    ("K", "ours"),
    [
        (BALLS["log-cosh"], convex.LogCosh(e=0.3)),
        (BALLS["pseudo-huber"], convex.PseudoHuber(e=0.3)),
    ],
    ids=["log-cosh", "pseudo-huber"],
)
def test_these_are_the_librarys_k(K: Function, ours: convex.ConvexFunction) -> None:
    """What is proved here concerns the K of the catalogue: they agree to rounding."""
    z, y = np.linspace(-3, 3, 13), np.linspace(-0.9, 0.9, 13)
    for f, g, at in [
        (K.subgradient, ours.subgradient, z),
        (K.conjugate_subgradient, ours.conjugate_subgradient, y),
        (K.value, lambda a: np.array([ours.value(b) for b in a]), z),
        (K.conjugate, lambda a: np.array([ours.conjugate(b) for b in a]), y),
    ]:
        wanted = [float(f(arb(v))) for v in at]
        np.testing.assert_allclose(g(at), wanted, rtol=1e-14, atol=1e-16)
