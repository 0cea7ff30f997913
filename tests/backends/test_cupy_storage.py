"""Narrow storage: float16 and bfloat16 come in exactly, float32 computes, the store rounds once."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from cuda_cases import HYPER, core, same, triple
from cuda_kernels import CLOSE, DTYPE, EXACT, MIXED, NARROW, SCHEMES

from lionk_ref.convex import L2, GroupL2, Huber, TopK, WeightedL1

N = 8192 + 300
WEIGHTED = WeightedL1(tuple(0.5 + i % 3 for i in range(N)))
LOOSE = 2.0**-20
"""8 ulp of float32: lr u, 2 ulp of which may be wrong, is at most |x'| and |x| together."""

ALL = np.arange(65536).astype(np.uint16)
"""Every bit pattern of 16 bits."""


def widen_bfloat16(a: Any) -> Any:
    """Bits of bfloat16 as float32, exactly."""
    return (a.astype(np.uint32) << 16).view(np.float32)


def narrow_bfloat16(a: Any) -> Any:
    """The bits of the nearest bfloat16, the even one of two: looked for among all of them."""
    finite = np.arange(0x7F80, dtype=np.uint16)
    values = np.append(widen_bfloat16(finite).astype(np.float64), 2.0**128)
    size = np.abs(a).astype(np.float64)
    above = np.minimum(np.searchsorted(values, size), 0x7F80)
    below = np.maximum(above - 1, 0)
    up, down = values[above] - size, size - values[below]
    nearest = np.where((up < down) | ((up == down) & (above % 2 == 0)), above, below)
    whole = np.where(np.isinf(a), 0x7F80, nearest) | (np.signbit(a) * 0x8000)
    return np.where(np.isnan(a), 0x7FC0, whole).astype(np.uint16)


def widened(a: Any) -> Any:
    """What the arithmetic sees."""
    return widen_bfloat16(a) if a.dtype == np.uint16 else a.astype(np.float32)


def narrowed(a: Any, like: Any) -> Any:
    """What is stored, in the dtype of ``like``."""
    with np.errstate(over="ignore"):
        return narrow_bfloat16(a) if like.dtype == np.uint16 else a.astype(like.dtype)


def alike(a: Any, b: Any) -> bool:
    """The same bits; in bfloat16 every NaN is one."""
    if a.dtype != np.uint16:
        return same(a, b)
    return a.dtype == b.dtype and same(widen_bfloat16(a), widen_bfloat16(b))


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("types", MIXED)
def test_one_rounding_at_the_store(machine: Any, scheme: str, types: str) -> None:
    """x, m and g stored in any mixture: the core in float32, rounded once."""
    wide = triple(20011, np.float32)
    with np.errstate(over="ignore"):
        stored = [narrowed(a, np.empty(0, DTYPE[t])) for a, t in zip(wide, types, strict=True)]
    there = [machine.put(a.copy()) for a in stored]
    machine.backend.step_(Huber(e=0.3), scheme, *there, **HYPER)
    expected = core(Huber(e=0.3), scheme, *map(widened, stored))
    for a, b in zip(there[:2], expected, strict=True):
        assert alike(machine.get(a), narrowed(b, machine.get(a)))


@pytest.mark.parametrize("types", NARROW)
@pytest.mark.parametrize("K", [*EXACT, WEIGHTED], ids=lambda K: repr(K)[:24])
def test_every_separable_k(machine: Any, K: Any, types: str) -> None:
    """Momentum in bfloat16, all in bfloat16, all in float16: float32 arithmetic, one rounding."""
    there, expected = stepped(machine, K, types)
    for a, b in zip(there, expected, strict=True):
        assert alike(a, narrowed(b, a))


@pytest.mark.parametrize("types", NARROW)
@pytest.mark.parametrize("K", CLOSE, ids=repr)
def test_every_other_function(machine: Any, K: Any, types: str) -> None:
    """u is 2 ulp of float32 off at most, so that x is the rounded one or its neighbour."""
    (x, m), expected = stepped(machine, K, types)
    assert alike(m, narrowed(expected.m, m))
    near = LOOSE * (np.abs(expected.x) + np.abs(triple(N, np.float32)[0]))
    with np.errstate(all="ignore"):
        low, high = (widened(narrowed(expected.x + a, x)) for a in (-near, near))
    inside = (low <= widened(x)) & (widened(x) <= high)
    assert np.all(inside | ~np.isfinite(expected.x))


def stepped(machine: Any, K: Any, types: str) -> tuple[list[Any], Any]:
    """x and m after a step, and what the core makes of the same numbers in float32."""
    with np.errstate(over="ignore"):
        stored = [
            narrowed(a, np.empty(0, DTYPE[t]))
            for a, t in zip(triple(N, np.float32), types, strict=True)
        ]
    there = [machine.put(a.copy()) for a in stored]
    machine.backend.step_(K, "explicit", *there, **HYPER)
    with np.errstate(all="ignore"):
        return [machine.get(a) for a in there[:2]], core(K, "explicit", *map(widened, stored))


@pytest.mark.parametrize("K", [L2(), TopK(k=300), GroupL2()], ids=repr)
def test_every_family_reads_narrow_storage(machine: Any, K: Any) -> None:
    """x in float32, m in bfloat16, g in float16: a norm is 1 ulp of x off at most, here."""
    wide = triple(20011, np.float32, special=False)
    stored = [narrowed(a, np.empty(0, DTYPE[t])) for a, t in zip(wide, "4bh", strict=True)]
    there = [machine.put(a.copy()) for a in stored]
    machine.backend.step_(K, "explicit", *there, **HYPER)
    expected = core(K, "explicit", *map(widened, stored))
    assert np.max(np.abs(machine.get(there[0]) - expected.x)) <= 2.0**-23 * np.max(np.abs(wide[0]))
    assert alike(machine.get(there[1]), narrow_bfloat16(expected.m))


@pytest.mark.parametrize("dtype", [np.float16, np.uint16])
def test_every_number_of_16_bits(machine: Any, dtype: Any) -> None:
    """With lr = 0 nothing moves: each number comes through unchanged, subnormals and all."""
    m = ALL.copy().view(dtype)
    x, g = m.copy(), np.zeros_like(m)
    finite = np.isfinite(widened(m))
    there = [machine.put(a[finite]) for a in (x, m, g)]
    still = {"lr": 0.0, "beta1": 0.5, "beta2": 1.0, "lam": 0.0}
    machine.backend.step_(Huber(e=0.3), "explicit", *there, **still)
    for a, b in zip(there[:2], (x, m), strict=True):
        assert np.all(widened(machine.get(a)) == widened(b[finite]))


def test_ties_go_to_even(machine: Any) -> None:
    """Halfway between two bfloat16, and beside it: up, down, and over the edge to infinity."""
    near = (np.array([0x3F808000, 0x3F818000, 0x3F808001, 0x3F807FFF, 0x7F7F8000, 0x7F7F7FFF,
                      0x00008000, 0x00018000, 0xBF808000], np.uint32)).view(np.float32)  # fmt: skip
    x, m = np.zeros(9, np.float32), np.zeros(9, np.uint16)
    there = [machine.put(a) for a in (x, m, near)]
    keep = {"lr": 0.0, "beta1": 0.0, "beta2": 0.0, "lam": 0.0}
    machine.backend.step_(Huber(e=0.3), "explicit", *there, **keep)
    expected = [0xBF80, 0xBF82, 0xBF81, 0xBF80, 0xFF80, 0xFF7F, 0x8000, 0x8002, 0x3F80]
    assert machine.get(there[1]).tolist() == expected
