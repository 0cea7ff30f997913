"""The kernels with reductions against the core: norms, groups, and the k largest."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from cuda_cases import BARE, HYPER, LONG, core, same, triple, ulps
from cuda_kernels import GROUPS, NORMS, SCHEMES

from lionk_cupy.families import DIGITS
from lionk_cupy.plan import HYPER as HYPER_TYPE
from lionk_cupy.source import Kernel
from lionk_ref.convex import L2, Ellipsoid, GroupL2, LInf, Lp, TopK

DTYPES = [np.float32, np.float64]
SCALE = {np.float32: (1e-40, 1e37), np.float64: (1e-310, 1e307)}


def momenta(dtype: Any, n: int = LONG) -> Iterator[tuple[str, Any]]:
    """Momenta of every kind that a reduction must get over."""
    _, m, _ = triple(n, dtype, special=False)
    tiny, huge = SCALE[dtype]
    yield from {
        "normal": m,
        "ties": np.round(m),
        "zero": m * 0,
        "tiny": m * dtype(tiny),
        "huge": m * dtype(huge),
        "one": np.where(np.arange(n) == n // 2, m, 0),
        "rising": np.sort(np.abs(m)),
        "infinite": np.where(np.arange(n) % 6000 == 77, np.inf, m).astype(dtype),
        "nan": np.where(np.arange(n) == n - 2, np.nan, m).astype(dtype),
    }.items()


def direction(machine: Any, K: Any, m: Any) -> tuple[Any, Any]:
    """u as the kernels have it, by a step that shows it, and as the core has it."""
    there = [machine.put(a) for a in (np.zeros_like(m), m.copy(), np.zeros_like(m))]
    machine.backend.step_(K, "explicit", *there, **BARE)
    with np.errstate(all="ignore"):
        u = K.subgradient(m)
    return machine.get(there[0]), np.where(u == 0, 0, u)


def tolerance(K: Any) -> float:
    """In ulps of u: 3 of z/norm, which a power p - 1 multiplies, and 2 of the power's own."""
    p = getattr(getattr(K, "norm", K), "p", 2.0)
    return 3 * max(1.0, p - 1) + (0 if p == 2.0 else 2)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("K", NORMS, ids=repr)
def test_norms(machine: Any, order: None, K: Any, dtype: Any) -> None:
    """Overflow, underflow, ties, infinities and NaN, in three chunks."""
    for name, m in momenta(dtype):
        u, expected = direction(machine, K, m)
        assert ulps(u, expected) <= tolerance(K), name


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("K", GROUPS, ids=repr)
def test_groups(machine: Any, order: None, K: Any, dtype: Any) -> None:
    """A thread, a warp or a block for a group; the last group is shorter, one has the NaN."""
    for name, m in momenta(dtype):
        u, expected = direction(machine, K, m)
        assert ulps(u, expected) <= 4, name


@pytest.mark.parametrize("dtype", DTYPES)
def test_groups_with_weights(machine: Any, dtype: Any) -> None:
    """The weight of a group meets that group, and their number is checked."""
    K, m = GroupL2(size=4, weights=tuple(0.5 + i % 7 for i in range(5003))), triple(LONG, dtype)[1]
    u, expected = direction(machine, K, m)
    assert ulps(u, expected) <= 4
    with pytest.raises(ValueError, match="5003 weights, got an array of 5001 groups"):
        direction(machine, K, m[:20001])


@pytest.mark.parametrize("dtype", DTYPES)
def test_an_ellipsoid_with_axes(machine: Any, dtype: Any) -> None:
    """The axis of an entry meets that entry; all but z/largest is in double, rounded once."""
    K = Ellipsoid(tuple(0.25 * 2 ** (i % 5) for i in range(60)))
    for name, m in momenta(dtype, 60):
        u, expected = direction(machine, K, m)
        assert ulps(u, expected) <= (1 if dtype == np.float32 else 4), name


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("k", [1, 2, 255, 9000, LONG - 1, LONG, LONG + 1])
def test_top_k(machine: Any, order: None, k: int, dtype: Any) -> None:
    """Selection and weights to the last bit, whatever is tied with the k-th."""
    for name, m in momenta(dtype):
        u, expected = direction(machine, TopK(k), m)
        assert same(u, expected), name


def test_more_ties_than_32_bits_count(host: Any) -> None:
    """An array of 5e9 entries, most of them 0: the digit of the wanted one, and its ties."""
    found = np.zeros(1, [("prefix", "u8"), ("wanted", "i8"), ("tied", "i8"), ("nan", "i8")])
    counts = np.zeros(DIGITS, np.uint64)
    found["wanted"], counts[[0, 7]] = 2**32 + 500, (2**32 + 5_000, 1_000)
    addresses = [np.array(host.address(a), np.uint64) for a in (found, counts)]
    digit = Kernel("select_digit", ())
    hyper = np.zeros((), HYPER_TYPE), np.array(0, np.uint64)
    host.launch(digit, 1, (np.array(0, np.int32), *addresses, *hyper))
    assert found.tolist() == [(0, 2**32 - 500, 2**32 + 5_000, 0)]
    assert not np.any(counts)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("K", [L2(), TopK(k=9), GroupL2(size=40)], ids=repr)
def test_many_arrays(machine: Any, order: None, K: Any, scheme: str, dtype: Any) -> None:
    """Each array of a dict has its own norm; x and m are stepped, whole and misaligned."""
    sizes = (1, 2, 9, 10, 300, LONG, 5)
    arrays = {str(n): triple(n, dtype, n, special=False) for n in sizes}
    there = [{n: machine.put(t[k].copy()) for n, t in arrays.items()} for k in range(3)]
    plan = machine.backend.prepare(K, scheme, *there)
    plan(**HYPER)
    for name, t in arrays.items():
        expected = core(K, scheme, *t)
        gap = np.abs(machine.get(there[0][name]) - expected.x)
        assert np.all(gap <= 2 * np.spacing(np.abs(expected.x) + HYPER["lr"])), name
        assert same(machine.get(there[1][name]), expected.m), name


def test_a_plan_can_be_repeated(machine: Any) -> None:
    """The counts of a selection, and the parts of a norm, begin anew each time."""
    for K in (TopK(k=100), L2()):
        arrays = triple(LONG, np.float32, special=False)
        there = [machine.put(a.copy()) for a in arrays]
        plan, expected = machine.backend.prepare(K, "explicit", *there), arrays[:2]
        for _ in range(3):
            plan(**HYPER)
            expected = core(K, "explicit", *expected, arrays[2])
        assert np.max(np.abs(machine.get(there[0]) - expected[0])) < 1e-5
        assert same(machine.get(there[1]), expected[1])


def test_the_number_of_blocks_changes_nothing(host: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sums are formed by chunks: the bits do not depend on the machine."""
    from lionk_cupy import Backend

    m = triple(LONG, np.float32, special=False)[1]
    for K in (L2(), Lp(), LInf()):
        results = []
        for blocks in (1, 2, 3, 8):
            monkeypatch.setattr(host, "blocks", blocks)
            x = np.zeros_like(m)
            Backend(host).step_(K, "explicit", x, m.copy(), np.zeros_like(m), **BARE)
            results.append(x)
        assert all(same(results[0], x) for x in results[1:])
