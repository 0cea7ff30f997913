"""Section 4's updates: their equations in exact arithmetic, their roundings bit by bit."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import exact_k
from exact_k import EXACT, vector
from helpers import Library, to_numpy
from lionk_ref.arrays import array_namespace
from lionk_ref.convex import L1, ConvexFunction, DeadZone, HalfSquare, Huber, LInf
from lionk_ref.discrete import (
    LionK,
    State,
    explicit,
    explicit_lr,
    implicit,
    implicit_lr,
    lion,
    look_ahead,
)

Q = Fraction
RATIONAL = {"lr": Q(1, 7), "beta1": Q(9, 10), "beta2": Q(99, 100), "lam": Q(2, 3)}
FLOAT = {"lr": 0.01, "beta1": 0.9, "beta2": 0.99, "lam": 0.3}
SCHEMES: dict[str, Callable[..., State]] = {"explicit": explicit, "implicit": implicit}


def rationals(seed: int, n: int = 12) -> tuple[Any, Any, Any]:
    """x, m and g with zeros, ties and both signs: small integers over 8."""
    rng = np.random.default_rng(seed)
    return tuple(vector(rng.integers(-9, 10, n).tolist()) / 8 for _ in range(3))


@pytest.mark.parametrize("K", EXACT, ids=repr)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_defining_equations(K: Any, scheme: str) -> None:
    """m and m_tilde move towards -g by 1 - beta; x moves by lr (dK(m_tilde) - lam x or x')."""
    x, m, g = rationals(seed=1)
    lr, beta1, beta2, lam = RATIONAL.values()
    after = SCHEMES[scheme](K, State(x, m), g, **RATIONAL)
    m_tilde = m + (1 - beta1) * (-g - m)
    decayed = x if scheme == "explicit" else after.x
    assert all(after.m - m == (1 - beta2) * (-g - m))
    assert all((after.x - x) / lr + lam * decayed == K.subgradient(m_tilde))


@pytest.mark.parametrize("K", EXACT, ids=repr)
def test_a_run_as_a_sum_over_its_past(K: Any) -> None:
    """m_t and x_t are the weighted sums of past gradients and directions that unroll eq. (2)."""
    lr, beta1, beta2, lam = RATIONAL.values()
    x0, m0, _ = rationals(seed=2)
    gs = [rationals(seed=t)[2] for t in range(10, 16)]
    s, us = State(x0, m0), []
    for g in gs:
        us.append(K.subgradient(look_ahead(s, g, beta1=beta1)))
        s = explicit(K, s, g, **RATIONAL)
    ages = range(len(gs) - 1, -1, -1)
    m = beta2**6 * m0 - (1 - beta2) * sum(beta2**k * g for k, g in zip(ages, gs, strict=True))
    keep = 1 - lr * lam
    x = keep**6 * x0 + lr * sum(keep**k * u for k, u in zip(ages, us, strict=True))
    assert all(s.m == m)
    assert all(s.x == x)


def test_lions_eleven() -> None:
    """Section 1: with Lion's betas -m_tilde is 11 g_t + 0.99 g_(t-1) + 0.99^2 g_(t-2) + ..., /110.

    Without enhancement, beta1 = beta2, the 11 would be a 1: the current gradient gains 10 times
    its weight, (beta2 - beta1)/((1 - beta2) beta1).
    """
    beta1, beta2 = Q(9, 10), Q(99, 100)
    weights = []
    for age in range(5):
        s = State(Q(0), Q(0))
        for g in [Q(1)] + [Q(0)] * age:
            m_tilde = look_ahead(s, g, beta1=beta1)
            s = explicit(exact_k.HalfSquare(), s, g, lr=Q(1), beta1=beta1, beta2=beta2, lam=Q(0))
        weights.append(-110 * m_tilde)
    assert weights == [11, Q(99, 100), Q(99, 100) ** 2, Q(99, 100) ** 3, Q(99, 100) ** 4]
    assert (beta2 - beta1) / ((1 - beta2) * beta1) == 10


def test_dead_coordinate() -> None:
    """Where no gradient ever comes x only decays: sign(0) = 0, not a drift of lr a step."""
    optimizer = LionK(L1(), lr=0.5, lam=0.5)
    s = optimizer.init(np.array([1.0]))
    for _ in range(4):
        s = optimizer.step(s, np.array([-0.0]))
    assert s.x == 0.75**4


@pytest.mark.parametrize("q", [Q(1, 10), Q(3, 4), Q(1), Q(19, 10)])
def test_two_cycle(q: Fraction) -> None:
    """On f = a x^2/2 Lion jumps between +-lr/(2 - q), q = lr lam, its momentum alternating too."""
    a, lr, beta1, beta2 = Q(3), Q(1, 5), Q(9, 10), Q(99, 100)
    x = lr / (2 - q)
    m = a * x * (1 - beta2) / (1 + beta2)
    s = State(vector([x]), vector([m]))
    g = a * s.x
    m_tilde = look_ahead(s, g, beta1=beta1)
    after = explicit(exact_k.L1(), s, g, lr=lr, beta1=beta1, beta2=beta2, lam=q / lr)
    assert m_tilde == -a * x * (1 + beta2 - 2 * beta1) / (1 + beta2)
    assert after.x == -s.x
    assert after.m == -s.m


@pytest.mark.parametrize("K", EXACT, ids=repr)
def test_schemes_are_one(K: Any) -> None:
    """Eq. (15) with lr is eq. (2) with lr/(1 + lr lam): equal, not just close."""
    x, m, g = rationals(seed=3)
    explicitly = RATIONAL | {"lr": explicit_lr(RATIONAL["lr"], RATIONAL["lam"])}  # type: ignore[arg-type]
    one = implicit(K, State(x, m), g, **RATIONAL)
    other = explicit(K, State(x, m), g, **explicitly)
    assert all(one.x == other.x)
    assert all(one.m == other.m)


@pytest.mark.parametrize("lr", [Q(1, 1000), Q(1, 3), Q(5)])
@pytest.mark.parametrize("lam", [Q(0), Q(1, 10), Q(7)])
def test_step_sizes_convert_and_back(lr: Any, lam: Any) -> None:
    """explicit_lr keeps lr lam below 1, and implicit_lr undoes it."""
    assert explicit_lr(lr, lam) * lam < 1
    assert implicit_lr(explicit_lr(lr, lam), lam) == lr


@pytest.mark.parametrize("lr", [0.5, 1.0])
def test_an_overshooting_step_has_no_implicit_equal(lr: float) -> None:
    """At lr lam = 1 the implicit lr would be infinite, beyond it negative."""
    with pytest.raises(ValueError, match=f"needs lr lam < 1, got lr={lr}, lam=2.0"):
        implicit_lr(lr, 2.0)


PAIRS = list(zip([L1(), LInf(), Huber(0.5), DeadZone(0.25), HalfSquare(0.5)], EXACT, strict=True))


@pytest.mark.parametrize(("K", "exact"), PAIRS, ids=repr)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("scheme", SCHEMES)
def test_dyadic_steps_are_exact(
    library: Library, K: ConvexFunction, exact: Any, dtype: str, scheme: str
) -> None:
    """Where all numbers are dyadic no dtype and no library rounds anything."""
    lr, lam = (0.5, 2.0) if scheme == "implicit" else (0.25, 0.5)
    optimizer = LionK(K, lr=lr, beta1=0.5, beta2=0.75, lam=lam, scheme=scheme)
    x, m, g = rationals(seed=4, n=8)
    s = State(*(library.make(v.astype(float), dtype) for v in (x, m)))
    after = optimizer.step(s, library.make(g.astype(float), dtype))
    hyper = {"lr": Q(lr), "beta1": Q(1, 2), "beta2": Q(3, 4), "lam": Q(lam)}
    wanted = SCHEMES[scheme](exact, State(x, m), g, **hyper)
    assert after.x.dtype == getattr(library.xp, dtype)
    assert array_namespace(after.x) is array_namespace(s.x)
    assert all(vector(to_numpy(after.x).tolist()) == wanted.x)
    assert all(vector(to_numpy(after.m).tolist()) == wanted.m)


SMALL = [0.0, -0.0, 5e-324, -1e-310, 1e-45, -3e-42, 1e-38]
SPECIAL = [*SMALL, 0.1, -0.7, 1.0, 3e38, -1.7e308, np.inf, -np.inf, np.nan]


def special_states(dtype: str) -> Any:
    """x, m, g: every triple of zeros, subnormals, ordinary, huge, infinite and NaN entries."""
    with np.errstate(over="ignore"):
        return np.array(list(itertools.product(SPECIAL, repeat=3)), dtype=dtype).T


def normative_step(x: float, m: float, g: float, T: Any, K: ConvexFunction, scheme: str) -> Any:
    """One step, every operation in binary64 and then rounded to T.

    For T = float32 that is the correctly rounded float32 operation: 53 >= 2 * 24 + 2 bits.
    """

    def r(value: float) -> float:
        return float(T(value))

    lr, beta1, beta2, lam = FLOAT.values()
    m_tilde = r(r(r(beta1) * m) - r(r(1 - beta1) * g))
    sign = m_tilde if np.isnan(m_tilde) else (m_tilde > 0) - (m_tilde < 0)
    u = sign if isinstance(K, L1) else r(r(K.c) * m_tilde)  # type: ignore[attr-defined]
    if scheme == "explicit":
        x_next = r(x + r(r(lr) * r(u - r(r(lam) * x))))
    else:
        x_next = r(r(x + r(r(lr) * u)) / r(1 + lr * lam))
    return x_next, r(r(r(beta2) * m) - r(r(1 - beta2) * g))


def bits(a: Any) -> Any:
    """The bit patterns, with one pattern for all NaN."""
    a = np.where(np.isnan(a), np.nan, a).astype(a.dtype)
    return a.view(f"i{a.dtype.itemsize}")


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("K", [L1(), HalfSquare(0.3)], ids=repr)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_order_of_operations(library: Library, dtype: str, K: ConvexFunction, scheme: str) -> None:
    """Each operation is rounded on its own, in the documented order, for all kinds of numbers."""
    states = special_states(dtype)
    x, m, g = (library.make(row, dtype) for row in states)
    with np.errstate(all="ignore"):
        after = LionK(K, **FLOAT, scheme=scheme).step(State(x, m), g)
        T = np.dtype(dtype).type
        wanted = [normative_step(*map(float, column), T, K, scheme) for column in states.T]
        for got, want in zip(after, np.array(wanted, dtype=dtype).T, strict=True):
            np.testing.assert_array_equal(bits(to_numpy(got)), bits(want))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_lion_is_lion_k_with_l1(dtype: str) -> None:
    """Eq. (1), written out, against eq. (2) with K = L1."""
    x, m, g = special_states(dtype)
    with np.errstate(all="ignore"):
        one, other = lion(State(x, m), g, **FLOAT), explicit(L1(), State(x, m), g, **FLOAT)
    np.testing.assert_array_equal(bits(one.x), bits(other.x))
    np.testing.assert_array_equal(bits(one.m), bits(other.m))


@pytest.mark.parametrize("scheme", SCHEMES)
def test_what_happens_to_one_coordinate_stays_there(scheme: str) -> None:
    """A NaN or an infinity leaves its neighbours' bits alone, and m remembers it."""
    rng = np.random.default_rng(0)
    optimizer = LionK(L1(), **FLOAT, scheme=scheme)
    clean = hit = optimizer.init(rng.standard_normal(5))
    for t in range(100):
        g = rng.standard_normal(5)
        clean = optimizer.step(clean, g)
        g[:2] = (np.nan, np.inf) if t == 3 else g[:2]
        hit = optimizer.step(hit, g)
    np.testing.assert_array_equal(hit.x[2:], clean.x[2:])
    np.testing.assert_array_equal(hit.m[:2], [np.nan, -np.inf])
    assert np.isnan(hit.x[0])
    assert np.isfinite(hit.x[1])


@pytest.mark.parametrize("K", [L1(), HalfSquare()], ids=repr)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_nothing_is_written_to_or_shared(K: ConvexFunction, scheme: str) -> None:
    """A step leaves x, m and g as they are and hands out fresh memory."""
    x, m, g = (np.array([v, -1.0]) for v in (3.0, 0.5, 2.0))
    before = [a.copy() for a in (x, m, g)]
    after = LionK(K, lr=1.0, beta1=0.0, beta2=0.0, lam=0.0, scheme=scheme).step(State(x, m), g)
    np.testing.assert_array_equal([x, m, g], before)
    pairs = itertools.product(after, (x, m, g))
    assert not any(np.shares_memory(new, old) for new, old in pairs)
