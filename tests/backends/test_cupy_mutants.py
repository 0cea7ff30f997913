"""Broken kernels: each of these changes to the C++ is seen on a CPU."""

from __future__ import annotations

import re
from collections.abc import Callable
from math import fsum
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cuda_cases import BARE, HYPER, LONG, core, same, triple, ulps
from cuda_kernels import BY_CORE, kernels_for
from cuda_on_host import Host
from cuda_sums import expected_sums
from test_cupy_norms import test_more_ties_than_32_bits_count as more_ties

from lionk_cupy import Backend
from lionk_cupy.source import templates
from lionk_ref.convex import (
    L2,
    AsymmetricBox,
    Ellipsoid,
    GroupL2,
    HalfSquaredNorm,
    Huber,
    Lp,
    TopK,
    WeightedL1,
)

WEIGHTED = WeightedL1(tuple(1.0 + i % 5 for i in range(LONG)))
GROUPS = GroupL2(size=40, weights=tuple(1.0 + i % 5 for i in range(-(-LONG // 40))))
HYPERS = HYPER | {"lam": 0.6}


def bits(K: Any, scheme: str, host: Host) -> bool:
    """A step in float32, on special values too."""
    arrays = triple(LONG, np.float32)
    x, m, g = (a.copy() for a in arrays)
    Backend(host).step_(K, scheme, x, m, g, **HYPERS)
    after = core(K, scheme, *arrays, **HYPERS)
    return same(x, after.x) and same(m, after.m)


def direction(K: Any, scheme: str, host: Host) -> bool:
    """u itself, the threads forwards and backwards, of a momentum that rises and one with ties."""
    for m in (np.sort(triple(LONG, np.float32, special=False)[1]), np.round(triple(LONG, "f4")[2])):
        m = np.where(np.abs(m) < 1e30, m, np.float32(7))
        expected = K.subgradient(m)
        for backwards in (False, True):
            x = np.zeros_like(m)
            host.backwards(backwards)
            Backend(host).step_(K, scheme, x, m.copy(), np.zeros_like(m), **BARE)
            if not ulps(x, np.where(expected == 0, 0, expected)) <= 4:
                return False
    return True


def nan(K: Any, scheme: str, host: Host) -> bool:
    """One NaN in the momentum makes u one."""
    m, x = np.ones(LONG, np.float32), np.zeros(LONG, np.float32)
    m[-1] = np.nan
    Backend(host).step_(K, scheme, x, m, np.zeros_like(m), **BARE)
    return bool(np.all(np.isnan(x)))


def many(K: Any, scheme: str, host: Host) -> bool:
    """Two arrays in one launch, at addresses that are no multiples of 16."""
    arrays = [triple(n, np.float32) for n in (LONG, 501)]
    there = [{str(i): a[k].copy()[1:] for i, a in enumerate(arrays)} for k in range(3)]
    Backend(host).step_(K, scheme, *there, **HYPERS)
    after = [core(K, scheme, *(a[1:] for a in t), **HYPERS) for t in arrays]
    right = all(same(there[0][str(i)], s.x) for i, s in enumerate(after))
    return right and not host.count("misaligned")


def lr_there(K: Any, scheme: str, host: Host) -> bool:
    """lr in memory."""
    arrays = triple(9, np.float32)
    x, m, g = (a.copy() for a in arrays)
    plan = Backend(host).prepare(K, scheme, x, m, g)
    plan(**(HYPERS | {"lr": np.array([0.3])}))
    return same(x, core(K, scheme, *arrays, **(HYPERS | {"lr": 0.3})).x)


def narrow(K: Any, scheme: str, host: Host) -> bool:
    """Momentum in bfloat16: halfway goes to the even one, up or down."""
    x, m = np.zeros(2, np.float32), np.zeros(2, np.uint16)
    g = np.array([0x3F818000, 0x3F808000], np.uint32).view(np.float32)
    Backend(host).step_(K, scheme, x, m, g, lr=0.0, beta1=0.0, beta2=0.0, lam=0.0)
    return m.tolist() == [0xBF82, 0xBF80]


def sums(K: Any, scheme: str, host: Host) -> bool:
    """What a certified step sums, the threads forwards and backwards."""
    for backwards in (False, True):
        host.backwards(backwards)
        x, m, g = triple(LONG, np.float32, special=False)
        found = Backend(host).certified_step_(K, scheme, x, m, g, **HYPERS)
        x, m = x.astype(np.float64), m.astype(np.float64)
        if abs(found.x_m_next - fsum(x * m)) > 1e-14 * float(np.abs(x) @ np.abs(m)):
            return False
        if abs(found.K_m_next - float(K.value(m))) > 1e-13 * found.K_m_next:
            return False
    return True


def all_sums(K: Any, scheme: str, host: Host) -> bool:
    """Every sum, to the rounding of u in float32."""
    arrays = triple(LONG, np.float32, special=False)
    x, m, g = (a.copy() for a in arrays)
    found = Backend(host).certified_step_(K, scheme, x, m, g, **HYPERS)
    expected, size = expected_sums(K, *arrays, HYPERS)
    return all(abs(a - b) <= 1e-6 * size for a, b in zip(found[:-1], expected, strict=False))


def gauge(K: Any, scheme: str, host: Host) -> bool:
    """The norm of which lam x' in dom K* has at most 1: the l1 norm over k, and a group's."""
    x, m, g = triple(LONG, np.float32, special=False)
    found = Backend(host).certified_step_(K, scheme, x, m, g, **HYPERS)
    y = HYPERS["lam"] * x.astype(np.float64)
    if isinstance(K, TopK):
        return bool(abs(found.gauge - fsum(np.abs(y)) / K.k) <= 1e-13 * found.gauge)
    sizes = [fsum(y[i : i + K.size] ** 2) ** 0.5 for i in range(0, LONG, K.size)]
    largest = max(a / w for a, w in zip(sizes, K.weights, strict=True))
    return abs(found.gauge - largest) <= 1e-13 * largest


def outside(K: Any, scheme: str, host: Host) -> bool:
    """Below a box that ends at 0: by any measure."""
    x, m, g = np.array([-1.0, 1.0], np.float32), np.zeros(2, np.float32), np.zeros(2, np.float32)
    return Backend(host).certified_step_(K, scheme, x, m, g, **HYPERS).gauge == np.inf


def axes(K: Any, scheme: str, host: Host) -> bool:
    """An ellipsoid with an axis for each entry."""
    m = triple(60, np.float32, special=False)[1]
    x, expected = np.zeros_like(m), K.subgradient(m)
    Backend(host).step_(K, scheme, x, m.copy(), np.zeros_like(m), **BARE)
    return ulps(x, expected) <= 1


def given(K: Any, scheme: str, host: Host) -> bool:
    """A step with the dK of the core, which warns of what is not finite."""
    arrays = triple(LONG, np.float32, special=False)
    x, m, g = (a.copy() for a in arrays)
    Backend(host).step_(K, scheme, x, m, g, **HYPERS)
    after = core(K, scheme, *arrays, **HYPERS)
    return same(x, after.x) and same(m, after.m)


def narrow_counts(K: Any, scheme: str, host: Host) -> bool:
    """The test of counts beyond 32 bits, on this machine."""
    try:
        more_ties(host)
    except AssertionError:
        return False
    return True


Check = Callable[[Any, str, Host], bool]
H, W, L, T = Huber(e=0.3), WEIGHTED, L2(), TopK(k=9000)
S = HalfSquaredNorm(L2())
AXES = Ellipsoid(tuple(0.25 * 2 ** (i % 5) for i in range(60)))
MUTANTS: dict[str, tuple[str, str, Check, Any, str]] = {
    "an fma": (
        "return s.beta1 * m - s.c1 * g",
        "return fma(s.beta1, m, -(s.c1 * g))",
        bits,
        H,
        "explicit",
    ),
    "swapped betas": ("s.beta2 * m - s.c2 * g", "s.beta1 * m - s.c1 * g", bits, H, "explicit"),
    "1 - beta in float": ("(A)(1.0 - h.beta1)", "A(1) - (A)h.beta1", bits, H, "explicit"),
    "another order": (
        "x + s.lr * (u - s.lam * x)",
        "(x + s.lr * u) - s.lr * s.lam * x",
        bits,
        H,
        "explicit",
    ),
    "d in float": ("(A)(1.0 + lr * h.lam)", "A(1) + (A)lr * (A)h.lam", lr_there, H, "implicit"),
    "a reciprocal": ("(x + s.lr * u) / s.d", "(x + s.lr * u) * (1 / s.d)", bits, H, "implicit"),
    "signed zeros": ("z == 0 ? A(0) : z", "z", bits, W, "implicit"),
    "a NaN clipped": (
        "z < -p ? -p : z > p ? p : z",
        "z > -p ? z > p ? p : z : -p",
        bits,
        H,
        "explicit",
    ),
    "a wrong tail": (
        "i = whole + threadIdx.x; i < span.end",
        "i = whole + 1 + threadIdx.x; i < span.end",
        bits,
        H,
        "explicit",
    ),
    "a stride too short": ("i += blockDim.x * N", "i += blockDim.x", bits, H, "explicit"),
    "weights off by one": ("w[i] : s.p", "w[i ? i - 1 : 0] : s.p", bits, W, "explicit"),
    "m_tilde for its dK": (
        "SUBGRADIENT { return p; }",
        "SUBGRADIENT { return z; }",
        given,
        BY_CORE,
        "explicit",
    ),
    "dK not looked at": (
        "struct given {\n  enum { EACH = 1 };",
        "struct given {\n  enum { EACH = 0 };",
        given,
        BY_CORE,
        "implicit",
    ),
    "dK of another entry": ("w[i] : s.p", "w[i ? i - 1 : 0] : s.p", given, BY_CORE, "explicit"),
    "no look at the address": ("return (addresses & 15) == 0", "return true", many, H, "explicit"),
    "chunks counted through": (
        "(chunk - row.first) * row.length",
        "chunk * row.length",
        many,
        H,
        "explicit",
    ),
    "one row for all": (
        "return job.rows ? job.rows[k] : job.one",
        "return job.rows ? *job.rows : job.one",
        many,
        H,
        "explicit",
    ),
    "lr left alone": ("lr_there ? *lr_there : h.lr", "h.lr", lr_there, H, "explicit"),
    "cut, not rounded": ("bits + 0x7fffu + (bits >> 16 & 1u)", "bits", narrow, H, "explicit"),
    "ties away from zero": (
        "0x7fffu + (bits >> 16 & 1u)",
        "0x8000u - 0u * (bits >> 16 & 1u)",
        narrow,
        H,
        "explicit",
    ),
    "a sum left as it was": (
        "if (r > largest) scale_to<F>(v, r, s.p)",
        "",
        direction,
        L,
        "explicit",
    ),
    "parts of another scale": (
        "if (w.largest < v.largest) scale_to<F>(w, v.largest, p);",
        "",
        direction,
        L,
        "explicit",
    ),
    "a part forgotten": (
        "i < chunks; i += BLOCK",
        "i + 1 < chunks; i += BLOCK",
        direction,
        L,
        "explicit",
    ),
    "p for p - 1": ("(A)(h.p - 1.0)", "(A)h.p", direction, Lp(p=2.2), "explicit"),
    "a NaN dropped": (
        "largest = r == largest || r > largest ? r : r + largest",
        "largest = fmax(r, largest)",
        nan,
        L,
        "explicit",
    ),
    "weights of another group": (
        "[begin / size]",
        "[span.begin / size]",
        direction,
        GROUPS,
        "explicit",
    ),
    "ties counted whole": ("a > threshold ?", "a >= threshold ?", direction, T, "explicit"),
    "ties left out": ("a == threshold ? share : A(0)", "A(0)", direction, T, "explicit"),
    "the axis of another entry": (
        "each ? each[i] : all",
        "each ? each[i ? i - 1 : 0] : all",
        axes,
        AXES,
        "explicit",
    ),
    "a root for A": ("(A)(root * (root *", "(A)((root *", axes, AXES, "explicit"),
    "the largest entry without its axis": (
        "if (F::SCALED) add(v",
        "if (false) add(v",
        axes,
        AXES,
        "explicit",
    ),
    "counts of 32 bits": (
        "sum += (long long)mine[i]",
        "sum += (unsigned)mine[i]",
        narrow_counts,
        T,
        "explicit",
    ),
    "a digit too high": (
        "above + (long long)mine[i] < wanted",
        "above + (long long)mine[i] <= wanted && i",
        direction,
        T,
        "explicit",
    ),
    "higher bits ignored": (
        "if ((a ^ prefix) >> shift >> bits) return;",
        "",
        direction,
        T,
        "explicit",
    ),
    "counts not cleared": ("mine[i] = 0;", "mine[i] += 0;", direction, T, "explicit"),
    "what is lost is lost": (
        "t.lost[k] += other.lost[k]",
        "t.lost[k] += 1e-6",
        sums,
        H,
        "explicit",
    ),
    "a chunk's sums left out": (
        "i < chunks; i += BLOCK) include",
        "i + 1 < chunks; i += BLOCK) include",
        sums,
        H,
        "explicit",
    ),
    "a group without its weight": ("weight * K_next", "K_next", sums, GROUPS, "explicit"),
    "every lane counts the group": (
        "if (threadIdx.x % N > 0) return;",
        "",
        sums,
        GROUPS,
        "explicit",
    ),
    "a gauge without its weight": ("y_next / weight", "y_next", gauge, GROUPS, "explicit"),
    "the share at the threshold left out": (
        "(double)f.wanted * at",
        "0 * at",
        sums,
        T,
        "explicit",
    ),
    "the threshold counted as above it": (
        "if (key(z) > f.prefix) gather",
        "if (key(z) >= f.prefix) gather",
        sums,
        T,
        "explicit",
    ),
    "the threshold of another momentum": (
        "OF_NEXT, after[b]",
        "OF_NEXT, before[b]",
        sums,
        T,
        "explicit",
    ),
    "a minus that makes it inside": (
        "fabs(y > 0 ? y / q : y < 0 ? y / p : y)",
        "(y > 0 ? y / q : y < 0 ? y / p : fabs(y))",
        outside,
        AsymmetricBox(low=0.0),
        "explicit",
    ),
    "the box alone": (
        "share > sums.gauge ? share : sums.gauge",
        "sums.gauge",
        gauge,
        TopK(k=2),
        "explicit",
    ),
    "a norm squared, not halved": ("return z * z / 2", "return z * z", sums, S, "explicit"),
    "K* after the step for K* before": (
        "here.include(y, i);",
        "here.include(y_next, i);",
        all_sums,
        S,
        "explicit",
    ),
    "K* of another point": ("way.include(u, i)", "way.include(y, i)", all_sums, S, "explicit"),
    "a sum for another": (
        "K[1] + star[2], 0}",
        "K[2] + star[2], 0}",
        all_sums,
        S,
        "explicit",
    ),
    "a NaN not looked for": ("nan |= z != z", "nan |= false", nan, T, "explicit"),
}
"""What is replaced by what, and which check of which K fails then."""

SUMMING = sums, all_sums, gauge, outside
BARRIER = re.compile(r"(__syncthreads|__syncwarp|wait_for_team<N>)\(\);")
STEPPING = {
    "struct SelectSums": (T,), "struct GroupSums": (GroupL2(),), "struct Tally": (H, L),
    "#define": (GroupL2(size=2500), GROUPS, T),
}  # fmt: skip
"""Which K show a missing barrier, by the last of these before it."""

BARRIERS = [found.span() for found in BARRIER.finditer(templates())]


@pytest.mark.parametrize("name", MUTANTS)
def test_a_mutant_is_seen(name: str, tmp_path: Path) -> None:
    """A check that holds for the kernels as they are does not hold for these."""
    old, new, check, K, scheme = MUTANTS[name]
    assert old in templates()
    types = "4b4" if check is narrow else "444"
    kernels = kernels_for(K, scheme, types, 60 if K is AXES else LONG, certify=check in SUMMING)
    assert not check(K, scheme, Host(tmp_path, kernels, lambda text: text.replace(old, new)))


@pytest.mark.parametrize("number", range(len(BARRIERS)))
def test_a_dropped_barrier_is_seen(number: int, tmp_path: Path) -> None:
    """Each of them, by the threads one way or the other, in one of these K."""
    start, end = BARRIERS[number]
    certify = start > templates().index("struct Tally")
    check = sums if certify else direction
    kinds = next(k for text, k in STEPPING.items() if start > templates().index(text))
    kernels = [k for K in kinds for k in kernels_for(K, "explicit", "444", LONG, certify)]
    broken = Host(tmp_path, kernels, lambda text: text[:start] + ";" + text[end:])
    assert not all(check(K, "explicit", broken) for K in kinds)


@pytest.mark.parametrize(
    ("check", "K", "scheme"),
    sorted(
        {(c, K, s) for _, _, c, K, s in MUTANTS.values()},
        key=lambda c: (c[0].__name__, repr(c[1]), c[2]),
    ),
    ids=lambda a: getattr(a, "__name__", type(a).__name__),
)
def test_the_checks_hold(check: Check, K: Any, scheme: str, host: Host) -> None:
    """On the kernels as they are."""
    try:
        assert check(K, scheme, host)
    finally:
        host.backwards(False)
