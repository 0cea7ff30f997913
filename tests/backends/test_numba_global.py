"""K of all entries: ties and selections bit for bit, norms within what their rounding allows."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from numba_backend import FLOATS, SCHEMES, fused

from lionk_ref.convex import (
    L2,
    ConvexFunction,
    Ellipsoid,
    GroupL2,
    HalfSquaredNorm,
    LInf,
    Lp,
    Relativistic,
    SortedL1,
    TopK,
)
from step_cases import (
    AWKWARD,
    SETTINGS,
    SIZES,
    Arrays,
    Setting,
    awkward,
    core_step,
    hidden,
    ordinary,
    same_bits,
    tied,
)

UNIT = Setting(lr=1.0, beta1=0.5, beta2=0.5, lam=0.0)
"""With x = 0 the explicit step is u itself, and m_tilde = (m - g)/2."""

NO_NAN = tuple(v for v in AWKWARD if v == v)


def cases(n: int, dtype: Any) -> list[Arrays]:
    """Distinct magnitudes, many ties, infinities, NaN, and zeros alone."""
    return [
        ordinary(n, dtype), tied(n, dtype), awkward(n, dtype, values=NO_NAN),
        awkward(n, dtype), awkward(n, dtype, values=(0.0, -0.0), seed=1),
        Arrays(*(0 * a for a in ordinary(n, dtype))),
    ]  # fmt: skip


def ranks(n: int) -> list[int]:
    """From one entry to all, and beyond."""
    return sorted({1, 2, max(1, n // 100), max(1, n // 2), max(1, n - 1), max(1, n), n + 3})


@FLOATS
@SCHEMES
def test_the_largest_and_its_ties(scheme: str, dtype: Any) -> None:
    """Bit for bit, at every size, with every kind of entry."""
    for n in SIZES:
        for a in cases(n, dtype):
            for s in SETTINGS:
                wanted, got = core_step(LInf(), scheme, a, s), fused(LInf(), scheme, a, s)
                assert same_bits(got.x, wanted.x)
                assert same_bits(got.m, wanted.m)


@FLOATS
@pytest.mark.parametrize("threads", [1, 3])
def test_the_selection(dtype: Any, threads: int) -> None:
    """Bit for bit: the same threshold, the same ties, the same shares, whoever selects."""
    for n in (*SIZES, 200_000):
        for k in ranks(n):
            for j, a in enumerate(cases(n, dtype) if n < 50_000 else cases(n, dtype)[:2]):
                s, scheme = SETTINGS[j % 4], ("explicit", "implicit")[j % 2]
                wanted = core_step(TopK(k), scheme, a, s)
                got = fused(TopK(k), scheme, a, s, threads)
                assert same_bits(got.x, wanted.x), (n, k, j)
                assert same_bits(got.m, wanted.m), (n, k, j)


@FLOATS
@pytest.mark.parametrize("shape", ["sorted", "blocks", "spike", "clusters", "organ pipe"])
def test_the_selection_where_samples_mislead(dtype: Any, shape: str) -> None:
    """Orders and clusters on which a sampled bracket or a pivot can miss."""
    n, rng = 300_000, np.random.default_rng(0)
    values = {
        "sorted": np.arange(1, n + 1) / n,
        "blocks": np.repeat(rng.standard_normal(n // 1000), 1000),
        "spike": np.where(rng.random(n) < 1e-4, rng.standard_normal(n), 1e-3),
        "clusters": np.round(rng.standard_normal(n), 1) + 1e-9 * rng.standard_normal(n),
        "organ pipe": np.minimum(np.arange(n), np.arange(n)[::-1]) / n,
    }[shape]
    zero = np.zeros(n, dtype)
    a = Arrays(zero, values.astype(dtype), zero)
    for k in (1, 10, n // 1000, n // 3, n - 5):
        wanted, got = core_step(TopK(k), "explicit", a, UNIT), fused(TopK(k), "explicit", a, UNIT)
        assert same_bits(got.x, wanted.x), k


SORTED = [
    SortedL1(), SortedL1(weights=(2.0, 1.0, 1.0, 0.25, 0.0)),
    SortedL1(weights=tuple(1 - i / 900 for i in range(900))),
    SortedL1(weights=tuple(1 / (1 + i) for i in range(50_000))),
]  # fmt: skip


@FLOATS
@pytest.mark.parametrize("threads", [1, 3])
@pytest.mark.parametrize("K", SORTED, ids=lambda K: str(len(K.weights)))
def test_the_sorted_norm(K: SortedL1, threads: int, dtype: Any) -> None:
    """Bit for bit: the same ranks, the same mean over ties, with few weights and with many."""
    for n in SIZES:
        for j, a in enumerate(cases(n, dtype)):
            s, scheme = SETTINGS[j % 4], ("explicit", "implicit")[j % 2]
            wanted, got = core_step(K, scheme, a, s), fused(K, scheme, a, s, threads)
            assert same_bits(got.x, wanted.x), (n, j)
            assert same_bits(got.m, wanted.m), (n, j)


def tolerance(K: ConvexFunction) -> float:
    """How many units u = 2^-24 or 2^-53 two evaluations of a subgradient of a norm may differ by.

    The core rounds each quotient (u), its square (u), their sum and its root (u each): 3 u in the
    norm after halving what is under the root; and the last quotient (u). The kernel rounds the
    norm and the quotient. A weight adds u on each side. In l_p the errors of the quotient, with
    (1 + 3/p + 2) u + u in the norm for the power and the root, are multiplied by p - 1, and the
    power itself adds 2 u on each side. A factor that is a function of the norm adds its own.
    """
    if isinstance(K, HalfSquaredNorm):
        return 6.0 + tolerance(K.norm)
    if isinstance(K, Lp):
        return (K.p - 1) * (7 + 3 / K.p) + 4
    if isinstance(K, Relativistic | Ellipsoid):
        return 16.0
    return 9.0 if isinstance(K, GroupL2) else 7.0


NORMS = [
    L2(), Lp(p=1.5), Lp(p=2.0), Lp(p=3.0), Lp(p=4.0), Lp(p=1.25), Lp(p=7.3), Lp(p=50.0), Lp(p=99.0),
    GroupL2(size=1, weights=0.3), GroupL2(size=2), GroupL2(size=5, weights=2.0), GroupL2(size=64),
    GroupL2(size=1000), GroupL2(size=100_000),
    Relativistic(), Relativistic(e=0.1), Ellipsoid(A=2.0), HalfSquaredNorm(), HalfSquaredNorm(L2()),
    HalfSquaredNorm(LInf()), HalfSquaredNorm(Lp(p=3.0)),
]  # fmt: skip


@FLOATS
@pytest.mark.parametrize("K", NORMS, ids=repr)
def test_the_norms(K: ConvexFunction, dtype: Any) -> None:
    """Within the tolerance that their roundings give, and exact in the momentum."""
    for n in SIZES:
        check_norm(K, dtype, n)


def check_norm(K: ConvexFunction, dtype: Any, n: int) -> None:
    """One K on arrays of n entries."""
    tiny = np.finfo(dtype).tiny
    for a in cases(n, dtype):
        a = a._replace(x=np.zeros_like(a.x))
        wanted, got = core_step(K, "explicit", a, UNIT), fused(K, "explicit", a, UNIT)
        assert same_bits(got.m, wanted.m)
        u, v = got.x.astype(float), wanted.x.astype(float)
        with np.errstate(invalid="ignore"):
            error = tolerance(K) * np.finfo(dtype).eps / 2 * np.abs(v)
            # A quotient below the normal numbers has an absolute error.
            error += (4 * tiny) ** min(1.0, K.p - 1 if isinstance(K, Lp) else 1.0)
            same = (u == v) | (np.isnan(u) & np.isnan(v))
            assert np.all((np.abs(u - v) <= error) | same), n


@pytest.mark.parametrize("K", [K for K in NORMS if isinstance(K, L2 | Lp)], ids=repr)
def test_the_norms_in_float32_are_those_of_float64(K: ConvexFunction) -> None:
    """The kernel alone, against the core on the same m_tilde in float64.

    Its norm is rounded once, and so are the quotient and the exponents p - 1 and 1/p.
    """
    a = ordinary(40_001, np.float32)._replace(x=np.zeros(40_001, np.float32))
    m_tilde = np.float32(0.5) * a.m - np.float32(0.5) * a.g
    exact = K.subgradient(m_tilde.astype(np.float64))
    p = K.p if isinstance(K, Lp) else 2.0
    exponents = 2 * (p - 1) * math.log(40_001) / p + np.abs(np.log(np.abs(exact) + 1e-300))
    error = ((p - 1) * 2 + 2 + exponents) * 2.0**-24 * np.abs(exact) + 2.0**-126
    assert np.all(np.abs(fused(K, "explicit", a, UNIT).x - exact) <= error)


@FLOATS
@pytest.mark.parametrize("scale", [-300, -160, -30, 30, 160, 300])
@pytest.mark.parametrize("K", [L2(), Lp(p=3.0), Lp(p=30.0), GroupL2(size=7)], ids=repr)
def test_no_scale_is_too_large_or_small(K: ConvexFunction, scale: int, dtype: Any) -> None:
    """The subgradient of a norm does not change when m_tilde is multiplied by a power of two."""
    exponent = scale if dtype == np.float64 else scale // 8
    a = ordinary(1000, dtype)._replace(x=np.zeros(1000, dtype))
    factor = dtype(2.0**exponent)
    b = Arrays(a.x, a.m * factor, a.g * factor)
    u, v = fused(K, "explicit", a, UNIT).x, fused(K, "explicit", b, UNIT).x
    error = 2 * tolerance(K) * np.finfo(dtype).eps * np.abs(u) + 4 * np.finfo(dtype).tiny
    assert np.all(np.abs(u - v) <= error)


@FLOATS
def test_groups_with_weights_of_their_own(dtype: Any) -> None:
    """Also where the last group is short, and one whose weights do not fit."""
    for n in SIZES[1:]:
        K = GroupL2(7, tuple(0.5 + i % 3 for i in range(-(-n // 7))))
        a = ordinary(n, dtype)._replace(x=np.zeros(n, dtype))
        u, v = fused(K, "explicit", a, UNIT).x, core_step(K, "explicit", a, UNIT).x
        assert np.all(np.abs(u - v) <= tolerance(K) * np.finfo(dtype).eps / 2 * np.abs(v))
    with pytest.raises(ValueError, match="GroupL2 has 2 weights, got 3 groups"):
        fused(GroupL2(7, (1.0, 2.0)), "explicit", ordinary(20, dtype), UNIT)


@FLOATS
@pytest.mark.parametrize("threads", [1, 2])
def test_the_selection_where_the_sample_is_wrong(dtype: Any, threads: int) -> None:
    """What it shows is noticed, and histograms take its place."""
    for n in (20_001, 300_000):
        a = hidden(n, dtype)
        for k in (5, n // 3, n - 2000):
            wanted = core_step(TopK(k), "explicit", a, UNIT)
            assert same_bits(fused(TopK(k), "explicit", a, UNIT, threads).x, wanted.x), (n, k)


@FLOATS
@pytest.mark.parametrize("K", [L2(), LInf(), Lp(p=2.5), GroupL2(size=33)], ids=repr)
def test_threads_do_not_change_a_bit(K: ConvexFunction, dtype: Any) -> None:
    """Chunks are summed in their order, whoever summed them; groups belong to one chunk."""
    a = ordinary(100_003, dtype)
    results = [fused(K, "implicit", a, SETTINGS[0], threads) for threads in (1, 2, 3, 7)]
    assert all(same_bits(r.x, results[0].x) for r in results)
