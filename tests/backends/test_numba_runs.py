"""Whole runs on the backend: 1,000 steps, schedules, certificates, momentum in bfloat16."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numba_backend import FLOATS, SCHEMES, backend

from lionk_ref.certificates import certify
from lionk_ref.convex import (
    L1,
    L2,
    AsymmetricBox,
    ConvexFunction,
    DeadZone,
    ElasticNet,
    GroupL2,
    HalfSquare,
    Huber,
    LInf,
    LogCosh,
    Lp,
    PseudoHuber,
    TopK,
    WeightedL1,
)
from lionk_ref.discrete import Cosine, LionK, State
from lionk_ref.problems import PROBLEMS
from step_cases import SETTINGS, Setting, core_step, ordinary, same_bits

N, STEPS = 67, 1000
EXACT = [
    AsymmetricBox(), DeadZone(), ElasticNet(), HalfSquare(), Huber(), L1(), LInf(), PseudoHuber(),
    TopK(k=9), WeightedL1(weights=tuple(0.1 + i % 5 for i in range(N))),
]  # fmt: skip
CLOSE = [L2(), Lp(p=1.5), Lp(p=2.5), Lp(p=3.0), GroupL2(size=8), LogCosh()]
HYPER = {"lr": 0.01, "beta1": 0.9, "beta2": 0.99, "lam": 0.5}


def gradients(dtype: Any) -> Any:
    """One for each step, some of their entries zero."""
    rng = np.random.default_rng(0)
    return (rng.standard_normal((STEPS, N)) * (rng.random((STEPS, N)) > 0.2)).astype(dtype)


def trajectory(K: ConvexFunction, scheme: str, backend_name: str, dtype: Any) -> State:
    """Where a run of 1,000 steps ends, with a step size that varies."""
    lr = Cosine(HYPER["lr"], steps=STEPS + 1, warmup=10)
    lion = LionK(K, **{**HYPER, "lr": lr}, scheme=scheme, backend=backend_name)
    s = lion.init(ordinary(N, dtype).x)
    for t, g in enumerate(gradients(dtype)):
        if backend_name == "core":
            s = lion.step(s, g, t)
        else:
            lion.step_(s, g, t)
    return s


@FLOATS
@SCHEMES
@pytest.mark.parametrize("K", EXACT, ids=lambda K: K.key)
def test_a_thousand_steps_bit_for_bit(K: ConvexFunction, scheme: str, dtype: Any) -> None:
    """The end of a run shows what a single step may hide."""
    wanted, got = (trajectory(K, scheme, name, dtype) for name in ("core", "numba"))
    assert same_bits(got.x, wanted.x)
    assert same_bits(got.m, wanted.m)


@FLOATS
@SCHEMES
@pytest.mark.parametrize("K", CLOSE, ids=repr)
def test_a_thousand_steps_of_a_norm(K: ConvexFunction, scheme: str, dtype: Any) -> None:
    """m does not depend on u and is exact; x adds up what each u differs by, at most 24 u."""
    wanted, got = (trajectory(K, scheme, name, dtype) for name in ("core", "numba"))
    assert same_bits(got.m, wanted.m)
    error = STEPS * (24 * HYPER["lr"] + 4 * np.abs(wanted.x).max()) * np.finfo(dtype).eps / 2
    assert np.all(np.abs(got.x - wanted.x) <= error)


@SCHEMES
def test_a_run_under_watch_is_the_same(scheme: str) -> None:
    """`certify` steps through the backend and finds what it finds on the core."""
    core, numba = (
        certify(PROBLEMS["toy"](), LionK(Huber(), **HYPER, scheme=scheme, backend=name), steps=50)
        for name in ("core", "numba")
    )
    assert core.ok
    assert numba.ok
    assert core.residual_max == numba.residual_max


def bfloat16(a: Any) -> Any:
    """float32 rounded to the nearest multiple of 2^-7 of its binade, ties to even, as its bits.

    By way of float64 and exact scaling: no bit pattern is looked at.
    """
    wide = a.astype(np.float64)
    _, e = np.frexp(wide)
    unit = np.ldexp(1.0, np.maximum(e - 8, -133))
    rounded = np.where(np.isfinite(wide), np.rint(wide / unit) * unit, wide)
    largest = (2 - 2.0**-7) * 2.0**127
    rounded = np.where(np.abs(rounded) > largest, np.copysign(np.inf, rounded), rounded)
    return (rounded.astype(np.float32).view(np.uint32) >> 16).astype(np.uint16)


def unpacked(m: Any) -> Any:
    """The float32 that these bits of bfloat16 stand for."""
    return (m.astype(np.uint32) << 16).view(np.float32)


@SCHEMES
@pytest.mark.parametrize("n", [1, 15, 33, 1000, 20_000])
@pytest.mark.parametrize("K", [L1(), Huber(), TopK(k=5), LInf()], ids=repr)
def test_momentum_in_bfloat16(K: ConvexFunction, n: int, scheme: str) -> None:
    """The step is that of float32 on the momentum as stored, which is rounded once at the end."""
    s = SETTINGS[0]
    a = ordinary(n, np.float32)
    stored = bfloat16(a.m)
    wanted = core_step(K, scheme, a._replace(m=unpacked(stored)), s)
    x = a.x.copy()
    backend.step_(K, scheme, x, stored, a.g, **s._asdict())
    assert same_bits(x, wanted.x)
    assert stored.tolist() == bfloat16(wanted.m).tolist()


def test_rounding_to_bfloat16() -> None:
    """Ties to even, both neighbours, overflow to infinity, subnormals; NaN stays NaN."""
    rng = np.random.default_rng(0)
    raw = rng.integers(0, 2**32, 100_000, dtype=np.uint32)
    raw[:50_000] = (raw[:50_000] & 0xFFFF0000) | rng.choice([0x7FFF, 0x8000, 0x8001, 0], 50_000)
    g = raw.view(np.float32)
    m = np.zeros(g.size, np.uint16)
    twice = Setting(lr=1.0, beta1=0.5, beta2=0.0, lam=0.0)
    backend.step_(L1(), "explicit", np.zeros_like(g), m, -g, **twice._asdict())
    nan = np.isnan(g)
    assert np.isnan(unpacked(m))[nan].all()
    assert m[~nan].tolist() == bfloat16(g[~nan] + np.float32(0)).tolist()


def test_the_dtype_of_ml_dtypes() -> None:
    """Its bfloat16 is stepped like its bits; float64 with bfloat16 is refused."""
    ml_dtypes = pytest.importorskip("ml_dtypes", reason="[numba] ml_dtypes is not installed")
    a = ordinary(100, np.float32)
    m, raw = a.m.astype(ml_dtypes.bfloat16), bfloat16(a.m)
    x, y = a.x.copy(), a.x.copy()
    backend.step_(L1(), "explicit", x, m, a.g, **HYPER)
    backend.step_(L1(), "explicit", y, raw, a.g, **HYPER)
    assert same_bits(x, y)
    assert m.view(np.uint16).tolist() == raw.tolist()
    with pytest.raises(TypeError, match="float64"):
        backend.step_(L1(), "explicit", a.x.astype(float), m, a.g.astype(float), **HYPER)
