"""Steps that sum what their certificate needs: the same steps, and sums that can be trusted."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pytest
from numba_backend import FLOATS, SCHEMES, backend, fused

from lionk_ref.arrays import dot, magnitude, precise
from lionk_ref.backend import Sums
from lionk_ref.certificates.lyapunov import constants
from lionk_ref.convex import (
    L1,
    L2,
    ConvexFunction,
    Cosh,
    Ellipsoid,
    GroupL2,
    HalfSquare,
    HalfSquaredNorm,
    Huber,
    LInf,
    LogCosh,
    Lp,
    Power,
    Relativistic,
    SortedL1,
    TopK,
)
from lionk_ref.discrete import LionK, State, implicit_lr
from step_cases import SETTINGS, Arrays, Setting, core_step, examples, ordinary, same_bits

KEYS = (
    "asymmetric_box", "dead_zone", "elastic_net", "half_square", "huber", "l1", "pseudo_huber",
    "weighted_l1",
)  # fmt: skip


class Wanted(NamedTuple):
    """The sums in float64 by the core, and the sizes of what is added."""

    sums: list[float]
    sizes: list[float]


def wanted(K: ConvexFunction, scheme: str, a: Arrays, s: Setting) -> Wanted:
    """What `Sums` says it is, from the arrays before and after the core's step."""
    raw = s.beta1 * a.m - (1 - s.beta1) * a.g
    after = core_step(K, scheme, a, s)
    x, m, x_next, m_next, m_tilde, u = map(precise, (a.x, a.m, *after, raw, K.subgradient(raw)))
    y, y_next = s.lam * x, s.lam * x_next

    def pair(z: Any, y: Any) -> tuple[float, float]:
        parts = float(K.value(z)), float(K.projected_conjugate(y)), float(dot(z, y))
        return parts[0] + parts[1] - parts[2], parts[0] + parts[1] + sized(z, y)

    def sized(a: Any, b: Any) -> float:
        return float(dot(magnitude(a), magnitude(b)))

    values = [float(v) for v in (K.value(m_next), K.value(m_tilde), K.projected_conjugate(y_next))]
    pairs = [pair(m_tilde, y), pair(m_tilde, y_next), pair(m, u), pair(m_next, u)]
    v = u - y_next
    sums = [*values, float(dot(x_next, m_next)), *(p[0] for p in pairs), float(dot(v, v))]
    v_size = float(dot(magnitude(u) + magnitude(y_next), magnitude(u) + magnitude(y_next)))
    return Wanted(sums, [*values, sized(x_next, m_next), *(p[1] for p in pairs), v_size])


@FLOATS
@SCHEMES
@pytest.mark.parametrize("key", KEYS)
def test_the_step_and_its_sums(key: str, scheme: str, dtype: Any) -> None:
    """The step is the bare one. A term has at most 16 roundings, a run of them 15 more.

    In float64 what follows the runs counts as well: 128 additions a chunk.
    """
    units = 32 * 2.0**-24 if dtype == np.float32 else 192 * 2.0**-53
    for n in (0, 1, 15, 16, 700, 40_001):
        for K in examples(n, key):
            for s in SETTINGS:
                a = ordinary(n, dtype)
                bare, got = core_step(K, scheme, a, s), a.copy()
                sums = backend.certified_step_(K, scheme, *got, **s._asdict())
                assert same_bits(got.x, bare.x)
                assert same_bits(got.m, bare.m)
                sides = zip(sums[:-1], *wanted(K, scheme, a, s), strict=True)
                assert all(abs(p - q) <= units * size + 1e-300 for p, q, size in sides), (K, n, s)


def name_of(K: ConvexFunction) -> str:
    """The K as text, if it is short."""
    return repr(K)[:60]


ROUNDED = [
    L2(), LInf(), Lp(p=1.5), Lp(p=2.5), Lp(p=3.0), Lp(p=1.001), Lp(p=40.0), TopK(k=1), TopK(k=300),
    GroupL2(size=1, weights=0.3), GroupL2(size=3), GroupL2(size=64), GroupL2(size=65),
    GroupL2(size=50_000), Relativistic(), Relativistic(e=0.1), HalfSquaredNorm(),
    HalfSquaredNorm(L2()), HalfSquaredNorm(LInf()), HalfSquaredNorm(Lp(p=3.0)), Ellipsoid(A=2.0),
    LogCosh(), LogCosh(e=0.1), Cosh(), Power(), Power(p=1.1), Power(p=2.5), Power(p=3.0),
    SortedL1(), SortedL1(weights=tuple(1 - i / 900 for i in range(900))),
]  # fmt: skip


def subgradient_units(K: ConvexFunction) -> float:
    """How many units a subgradient of the core and one of a kernel may differ by.

    4 in the norm, 3 in a quotient and a factor; in l_p what the exponent p - 1 makes of them.
    """
    norm = K.norm if isinstance(K, HalfSquaredNorm) else K
    return 10.0 + 7 * (norm.p - 1 if isinstance(norm, Lp) else 1.0)


@FLOATS
@SCHEMES
@pytest.mark.parametrize("K", ROUNDED, ids=name_of)
def test_a_step_with_roundings_of_its_own_and_its_sums(
    K: ConvexFunction, scheme: str, dtype: Any
) -> None:
    """The step is the bare one; to the units of a sum those of u are added, twice for |V|^2.

    Where K is half a square, those of the norm count twice as well.
    """
    for n in (0, 1, 16, 700, 40_001):
        check_sums(K, dtype, n, scheme)


def check_sums(K: ConvexFunction, dtype: Any, n: int, scheme: str = "explicit") -> None:
    """The sums of one K on arrays of n entries, at all settings."""
    u = 2.0 ** (-24 if dtype == np.float32 else -53)
    units = (32 if dtype == np.float32 else 192) + 3 * subgradient_units(K)
    for s in SETTINGS:
        a = ordinary(n, dtype)
        bare, got = fused(K, scheme, a, s), a.copy()
        sums = backend.certified_step_(K, scheme, *got, **s._asdict())
        assert same_bits(got.x, bare.x)
        assert same_bits(got.m, bare.m)
        sides = zip(sums[:-1], *wanted(K, scheme, a, s), strict=True)
        assert all(abs(p - q) <= units * u * size + 1e-300 for p, q, size in sides), s


BOUNDED = [K for K in ROUNDED if not isinstance(K, HalfSquaredNorm | Cosh | Power)]


@FLOATS
@pytest.mark.parametrize("K", BOUNDED, ids=name_of)
def test_the_gauge_is_tight(K: ConvexFunction, dtype: Any) -> None:
    """lam x' divided by its gauge lies on the boundary of dom K*, to a part in 100,000."""
    for n in (1, 50, 20_000):
        check_gauge(K, dtype, n)


def check_gauge(K: ConvexFunction, dtype: Any, n: int) -> None:
    """The gauge of one K on arrays of n entries."""
    s = Setting(lr=0.25, beta1=0.5, beta2=0.5, lam=0.5)
    a = ordinary(n, dtype)
    y = 0.5 * precise(fused(K, "explicit", a, s).x)
    gauge = backend.certified_step_(K, "explicit", *a, **s._asdict()).gauge
    assert np.isfinite(K.conjugate(y / gauge * (1 - 1e-5)))
    assert np.isinf(K.conjugate(y / gauge * (1 + 1e-5)))


@FLOATS
@pytest.mark.parametrize("key", KEYS)
def test_the_gauge(key: str, dtype: Any) -> None:
    """At most 1 exactly where lam x' lies in dom K*, and proportional to x'."""
    s = Setting(lr=0.25, beta1=0.5, beta2=0.5, lam=1.0)
    for K in examples(50, key):
        for scale in (0.1, 1.0, 4.0):
            a = ordinary(50, dtype)
            a = a._replace(x=a.x * dtype(scale))
            y = precise(core_step(K, "explicit", a, s).x)
            gauge = backend.certified_step_(K, "explicit", *a.copy(), **s._asdict()).gauge
            inside = bool(np.isfinite(K.conjugate(y)))
            assert (gauge <= 1) == inside, (K, scale)
            if 0 < gauge < np.inf:
                near, far = y / gauge * (1 - 1e-6), y / gauge * (1 + 1e-6)
                assert np.isfinite(K.conjugate(near))
                assert np.isinf(K.conjugate(far))


@FLOATS
@pytest.mark.parametrize(
    "K", [Huber(), L2(), Lp(p=2.5), TopK(k=999), GroupL2(size=3), GroupL2(size=999)], ids=repr
)
def test_threads_do_not_change_a_bit_of_the_sums(K: ConvexFunction, dtype: Any) -> None:
    """The chunks are added in their order."""
    a = ordinary(200_001, dtype)
    results = {
        backend.certified_step_(K, "explicit", *a.copy(), **SETTINGS[1]._asdict(), threads=t)
        for t in (1, 2, 3, 8)
    }
    assert len(results) == 1


@pytest.mark.parametrize(
    "K", [{"w": L1(), "b": Huber()}, *({"w": K, "b": K} for K in (L2(), GroupL2(), TopK(k=40)))],
    ids=repr,
)  # fmt: skip
def test_blocks_are_summed(K: dict[str, ConvexFunction]) -> None:
    """Each with its K; the gauge is the largest."""
    arrays = {name: ordinary(n, np.float64) for name, n in (("w", 20_000), ("b", 33))}
    hyper = SETTINGS[1]._asdict()
    alone = [backend.certified_step_(K[n], "explicit", *arrays[n].copy(), **hyper) for n in K]
    trees = [{n: a[k].copy() for n, a in arrays.items()} for k in range(3)]
    together = backend.certified_step_(K, "explicit", *trees, **hyper)
    for name, value, *parts in zip(Sums._fields, together, *alone, strict=True):
        whole = max(parts) if name == "gauge" else sum(parts)
        assert value == pytest.approx(whole, rel=1e-13, abs=1e-10), name
    assert backend.certified_step_({}, "explicit", {}, {}, {}, **hyper) == Sums(*[0.0] * 10)


def test_nan_is_not_lost() -> None:
    """One NaN in the gradient is in every sum that it belongs to, and in the gauge."""
    a = ordinary(20_000, np.float32)
    a.g[12_345] = np.nan
    sums = backend.certified_step_(HalfSquare(), "explicit", *a.copy(), **SETTINGS[0]._asdict())
    assert all(np.isnan(v) for v in sums[:-1])
    assert np.isnan(backend.certified_step_(L1(), "explicit", *a, **SETTINGS[0]._asdict()).gauge)


@pytest.mark.parametrize("K", [L2(), TopK(k=9), Lp(p=3.0), GroupL2(), Relativistic()], ids=repr)
def test_nan_is_not_lost_in_a_norm(K: ConvexFunction) -> None:
    """One NaN in the gradient is in all sums but K* where that is 0, and in the gauge."""
    a = ordinary(20_000, np.float32)
    a.g[12_345] = np.nan
    sums = backend.certified_step_(K, "explicit", *a, **SETTINGS[0]._asdict())
    assert [name for name in Sums._fields if not np.isnan(getattr(sums, name))] in (
        [], ["K_star_x_next"]
    )  # fmt: skip


@FLOATS
@SCHEMES
@pytest.mark.parametrize("K", [L1(), Huber(e=0.1)], ids=lambda K: K.key)
def test_a_run_is_certified_on_line(K: ConvexFunction, scheme: str, dtype: Any) -> None:
    """The energy balance of Theorem 4.1 from the sums of two steps alone, f = |x - b|^2/2.

    H' - H = |x' - x|^2/2 - (1/lam + c)[FY(m_tilde, lam x) - FY(m_tilde, lam x')]
             - c [FY(m, u) - FY(m', u)].
    """
    n, lam, lr, beta1, beta2 = 5000, 0.5, 0.02, 0.9, 0.99
    lion = LionK(K, lr=lr, beta1=beta1, beta2=beta2, lam=lam, scheme=scheme, backend="numba")
    step = implicit_lr(lr, lam) if scheme == "explicit" else lr
    c = constants(step, beta1, beta2, lam).c
    b = 3 * np.random.default_rng(1).standard_normal(n)
    s, before = State(np.zeros(n, dtype), np.zeros(n, dtype)), None
    worst = 0.0
    for _ in range(60):
        x, g = s.x.astype(float), (s.x - b).astype(dtype)
        sums = lion.certified_step_(s, g)
        x_next = s.x.astype(float)
        f, f_next = (float(np.sum((v - b) ** 2)) / 2 for v in (x, x_next))
        if before:
            change = f_next - f + energy(sums, lam, c) - energy(before, lam, c)
            causes = float(np.sum((x_next - x) ** 2)) / 2
            causes += float(np.dot((x - b) - g, x_next - x))
            causes -= (1 / lam + c) * (sums.fy_tilde_x - sums.fy_tilde_x_next)
            causes -= c * (sums.fy_m_u - sums.fy_m_next_u)
            worst = max(worst, abs(change - causes) / (f + c * abs(sums.K_m_next)))
        before = sums
    assert worst <= (1e-12 if dtype == np.float64 else 1e-5)


def energy(sums: Sums, lam: float, c: float) -> float:
    """H - f after a step: K*(lam x)/lam + c [K*(lam x) + K(m) - lam <x, m>]."""
    star = sums.K_star_x_next
    return star / lam + c * (star + sums.K_m_next - lam * sums.x_m_next)
