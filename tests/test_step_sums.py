"""What a certified step sums, by the core: against the certificate's own quantities."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from helpers import Library
from lionk_ref.arrays import dot
from lionk_ref.backend import Sums
from lionk_ref.certificates.energy_balance import first_bracket, second_bracket
from lionk_ref.certificates.quantities import Quantities, point, quantities
from lionk_ref.convex import (
    CATALOGUE,
    L1,
    ConvexFunction,
    HalfSquare,
    Huber,
    MoreauEnvelope,
    Nuclear,
    Scaled,
    Sum,
    Translated,
)
from lionk_ref.discrete import LionK, State, Step
from lionk_ref.discrete.in_place import Core
from lionk_ref.discrete.step_sums import combined, gauge

HYPER = {"lr": 0.1, "beta1": 0.9, "beta2": 0.99, "lam": 0.7}
SHAPE = (2, 3)
EVERY = [K for cls in CATALOGUE.values() for K in cls.examples(SHAPE)]
MADE = [
    Scaled(Huber(), 2.0), MoreauEnvelope(L1(), 0.5), Sum(L1(), HalfSquare(c=0.3)),
    Translated(Nuclear(), np.full(SHAPE, 0.25)),
]  # fmt: skip


class Bowl:
    """f(x) = |x - b|^2/2."""

    smoothness, b = 1.0, 1.5

    def f(self, x: Any) -> Any:
        """Half the squared distance to b."""
        return np.sum((x - self.b) ** 2) / 2

    def gradient(self, x: Any) -> Any:
        """x - b, in the dtype of x."""
        return x - np.asarray(self.b, x.dtype)

    def majorant(self, v: Any) -> Any:
        """f is quadratic."""
        return v

    def bregman(self, x_next: Any, x: Any) -> Any:
        """|x' - x|^2/2."""
        return np.sum((x_next - x) ** 2) / 2


def watched(K: ConvexFunction, scheme: str, dtype: Any) -> tuple[Quantities, Sums]:
    """The quantities of one step, and the sums of the same step in place."""
    rng = np.random.default_rng(3)
    x, m = (rng.standard_normal(SHAPE).astype(dtype) for _ in range(2))
    lion, f = LionK(K, **HYPER, scheme=scheme), Bowl()
    before, g = State(x, m), f.gradient(x)
    step = Step(0, HYPER["lr"], before, g, lion.step(before, g))
    ends = (point(K, f, s, lion.lam) for s in (before, step.after))
    x, m = x.copy(), m.copy()
    sums = Core().certified_step_(K, scheme, x, m, g, **HYPER)
    assert np.array_equal(x, step.after.x)
    assert np.array_equal(m, step.after.m)
    return quantities(lion, f, step, *ends), sums


def check_sums(K: ConvexFunction, scheme: str = "explicit", dtype: Any = np.float64) -> None:
    """Each sum by way of what the certificate is made of, to 100 units of float64.

    The brackets of the energy balance are differences of two sums; u - lam x' is (x' - x)/lr.
    """
    q, sums = watched(K, scheme, dtype)
    lam, size = q.lam, 1 + abs(q.K_tilde) + abs(q.K_star_u) + abs(q.before.K)
    gap = q.K_tilde + lam * (q.after.penalty - dot(q.m_tilde, q.after.x))
    pairs = [
        (sums.K_m_next, q.after.K), (sums.K_m_tilde, q.K_tilde),
        (sums.K_star_x_next, lam * q.after.penalty),
        (sums.x_m_next, dot(q.after.x, q.after.m)), (sums.fy_tilde_x_next, gap),
        (sums.fy_tilde_x - sums.fy_tilde_x_next, lam * first_bracket(q)),
        (sums.fy_m_u, q.before.K + q.K_star_u - dot(q.before.m, q.u)),
        (sums.fy_m_u - sums.fy_m_next_u, second_bracket(q)),
    ]  # fmt: skip
    if dtype == np.float64:
        pairs.append((sums.v_squared, dot(q.dx, q.dx) / q.lr**2))
    for k, (a, b) in enumerate(pairs):
        assert abs(a - float(b)) <= 1e-13 * (float(size) + abs(a)) + 1e-14, (k, a, float(b))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("scheme", ["explicit", "implicit"])
@pytest.mark.parametrize("K", [*EVERY, *MADE], ids=lambda K: repr(K)[:40])
def test_the_sums_are_the_certificates(K: ConvexFunction, scheme: str, dtype: Any) -> None:
    """For every K, and what is made of some; arrays in a K are in float64 and fit nothing else."""
    if isinstance(K, Translated):
        dtype = np.float64
    check_sums(K, scheme, dtype)


def check_gauge(K: ConvexFunction) -> None:
    """At most 1 exactly where K* is finite: the definition of its domain."""
    rng = np.random.default_rng(0)
    for size in (0.0, 0.1, 1.0, 10.0):
        y = size * rng.standard_normal(SHAPE)
        assert (gauge(K, y) <= 1) == np.isfinite(K.conjugate(y)), size
    y[0, 1] = np.nan
    assert np.isnan(gauge(Huber(), y))


@pytest.mark.parametrize("K", [*EVERY, *MADE], ids=lambda K: repr(K)[:40])
def test_the_gauge(K: ConvexFunction) -> None:
    """Inside and outside; NaN where y is."""
    check_gauge(K)


def check_gauge_at_the_edge() -> None:
    """Outside by less than a unit of 1 is outside; where K* overflows in its domain is inside."""
    small = Scaled(L1(), 1e-9)
    assert gauge(small, np.array([1e-9])) <= 1
    assert gauge(small, np.array([1e-9 * (1 + 1e-10)])) > 1
    with np.errstate(over="ignore"):
        assert gauge(HalfSquare(), np.array([1e200])) <= 1


def test_the_gauge_at_the_edge() -> None:
    """To the last bit."""
    check_gauge_at_the_edge()


def test_every_library(library: Library) -> None:
    """The sums are Python floats, whatever the arrays are."""
    x, m, g = (library.make([1.0, -2.0, v]) for v in (0.5, 1.0, -3.0))
    if library.name == "numpy-readonly":
        with pytest.raises(ValueError, match="read-only"):
            Core().certified_step_(L1(), "explicit", x, m, g, **HYPER)
        return
    sums = Core().certified_step_(L1(), "explicit", x, m, g, **HYPER)
    assert {type(a) for a in sums} == {float}


def check_combined() -> None:
    """Added up; the largest gauge, and NaN wherever it stands."""
    parts = [Sums(*[float(k)] * 9, gauge=a) for k, a in ((1, 0.5), (2, 2.0), (3, 1.0))]
    assert combined(parts) == Sums(*[6.0] * 9, gauge=2.0)
    for k in range(3):
        unknown = [p._replace(gauge=math.nan) if k == j else p for j, p in enumerate(parts)]
        assert math.isnan(combined(unknown).gauge)


def test_blocks_are_combined() -> None:
    """And of no block there are zeros."""
    check_combined()
    assert combined([]) == Sums(*[0.0] * 10)


def check_order() -> None:
    """Dicts in different orders: each block gets its own step, and the sums are those of all."""
    rng = np.random.default_rng(1)
    K = {"b": Huber(), "a": HalfSquare()}
    x, m, g = ({n: rng.standard_normal(3) for n in order} for order in ("ab", "ba", "ab"))
    for certified in (False, True):
        ours = [{n: a.copy() for n, a in tree.items()} for tree in (x, m, g)]
        if certified:
            total = Core().certified_step_(K, "explicit", *ours, **HYPER)
        else:
            Core().step_(K, "explicit", *ours, **HYPER)
        alone = []
        for n in K:
            block = [tree[n].copy() for tree in (x, m, g)]
            alone.append(Core().certified_step_(K[n], "explicit", *block, **HYPER))
            assert np.array_equal(ours[0][n], block[0]), n
            assert np.array_equal(ours[1][n], block[1]), n
    assert total == combined(alone)


def test_blocks_in_any_order() -> None:
    """The order of K, x, m and g is their own."""
    check_order()


def check_refusal() -> None:
    """A K that cannot be evaluated leaves the other block as it was."""

    class Blind(L1):
        def value(self, z: Any) -> Any:
            raise ValueError("no value")

    x, m, g = ({"a": np.ones(2), "b": np.ones(2)} for _ in range(3))
    with pytest.raises(ValueError, match="no value"):
        Core().certified_step_({"a": L1(), "b": Blind()}, "explicit", x, m, g, **HYPER)
    assert all(np.all(a == 1) for a in (*x.values(), *m.values()))


def test_all_or_nothing() -> None:
    """The sums come before the first write."""
    check_refusal()
