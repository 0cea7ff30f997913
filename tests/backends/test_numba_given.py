"""Numba on K without a kernel: dK by the core, the rest in place, bit for bit the core's step."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from given_cases import EVERY, HYPER, MADE, REFUSALS, Own, Refuses, arrays, by_core
from numba_backend import FLOATS, SCHEMES, backend
from test_numba_runs import bfloat16, unpacked

from lionk_ref.convex import (
    L1,
    L2,
    ConvexFunction,
    GroupL2,
    Huber,
    LInf,
    MoreauEnvelope,
    Nuclear,
    Scaled,
    WeightedL1,
)
from lionk_ref.discrete import LionK, State
from lionk_ref.discrete.in_place import Core
from lionk_ref.discrete.step_sums import combined
from step_cases import same_bits

LARGE = Scaled(Huber(e=0.3), 2.0)
"""A K without a kernel that takes no time."""

SHAPE = (2, 3)


def check_bits(K: ConvexFunction, shape: Any = SHAPE, scheme: str = "explicit", dtype: Any = "f4",
               threads: int | None = None) -> None:  # fmt: skip
    """A step on copies, certified or not, is the core's."""
    given = arrays(shape, dtype)
    wanted = by_core(K, scheme, *given)
    for run in (backend.step_, backend.certified_step_):
        x, m, g = (a.copy() for a in given)
        run(K, scheme, x, m, g, **HYPER, threads=threads)
        assert same_bits(x, wanted[0])
        assert same_bits(m, wanted[1])


@FLOATS
@SCHEMES
@pytest.mark.parametrize(
    "K", [K for K in [*EVERY, *MADE] if backend.support(K) == "core"], ids=lambda K: repr(K)[:40]
)
def test_bit_for_bit(K: ConvexFunction, scheme: str, dtype: Any) -> None:
    """All of the catalogue that has no kernel, and more."""
    check_bits(K, (2, 3), scheme, dtype)


@FLOATS
@pytest.mark.parametrize("K", EVERY, ids=lambda K: repr(K)[:40])
def test_every_k_is_stepped(K: ConvexFunction, dtype: Any) -> None:
    """And certified: the sums are the core's, fused or not, to 200 units of what is added."""
    given = arrays((2, 3), dtype)
    ours, theirs = ([a.copy() for a in given] for _ in range(2))
    sums = backend.certified_step_(K, "explicit", *ours, **HYPER)
    wanted = Core().certified_step_(K, "explicit", *theirs, **HYPER)
    unit = np.finfo(dtype).eps
    assert np.allclose(ours[0], theirs[0], rtol=0, atol=50 * unit)
    size = 10 + sum(map(abs, wanted[:-1]))
    assert all(abs(a - b) <= 200 * unit * size for a, b in zip(sums[:-1], wanted, strict=False))
    assert (sums.gauge <= 1) == (wanted.gauge <= 1)
    if backend.support(K) == "core":
        assert sums == wanted


@pytest.mark.parametrize("threads", [None, 1, 3])
@pytest.mark.parametrize(
    ("K", "shape"),
    [(LARGE, 40_001), (Nuclear(), (130, 140)), (LARGE, ()), (LARGE, 1), (Own(), (150, 3, 70))],
    ids=["long", "matrix", "number", "one", "by columns"],
)
def test_all_sizes(K: ConvexFunction, shape: Any, threads: int | None) -> None:
    """Many chunks on several threads, the rest of a vector, a number."""
    check_bits(K, shape, "implicit", np.float32, threads)


def test_no_entries() -> None:
    """Nothing is asked of a K about nothing; the sums are zeros."""
    for shape in ((0,), (3, 0)):
        empty = [np.zeros(shape) for _ in range(3)]
        backend.step_(Refuses("dK"), "explicit", *empty, **HYPER)
        sums = backend.certified_step_(Refuses("dK"), "explicit", *empty, **HYPER)
        assert set(sums) == {0.0}


@pytest.mark.parametrize("which", [0, 1, 2], ids="xmg")
@pytest.mark.parametrize(
    "view",
    [np.asfortranarray, lambda a: np.repeat(a, 2, 0)[::2], lambda a: a[::-1].copy()[::-1]],
    ids=["fortran", "strided", "reversed"],
)
def test_any_layout(view: Any, which: int) -> None:
    """dK sees the array as it is, and is applied in its order."""
    given = arrays((7, 5), np.float64)
    wanted = by_core(Nuclear(), "explicit", *given)
    for run in (backend.step_, backend.certified_step_):
        ours = [view(a) if k == which else a.copy() for k, a in enumerate(given)]
        run(Nuclear(), "explicit", *ours, **HYPER)
        assert all(same_bits(np.array(a), b) for a, b in zip(ours, wanted, strict=False))


@pytest.mark.parametrize("own", [0, 1])
def test_a_gradient_that_is_x_or_m(own: int) -> None:
    """It is read before it is written."""
    given = arrays((4, 3), np.float64)
    given[2] = given[own].copy()
    wanted = by_core(Nuclear(), "explicit", *given)
    for run in (backend.step_, backend.certified_step_):
        x, m = (a.copy() for a in given[:2])
        run(Nuclear(), "explicit", x, m, (x, m)[own], **HYPER)
        assert same_bits(x, wanted[0])
        assert same_bits(m, wanted[1])


MIXED = {"w": Nuclear(), "b": L1(), "v": LARGE, "z": Nuclear(), "h": LInf(), "y": Huber(e=0.3)}
SHAPES = {"w": (4, 3), "b": (5,), "v": (40,), "z": (2, 2), "h": (20_000,), "y": ()}


def mixed(dtype: Any = np.float32) -> list[dict[str, Any]]:
    """x, m and g for these K, one block in another dtype."""
    found = {n: arrays(s, "f8" if n == "v" else dtype, len(n)) for n, s in SHAPES.items()}
    return [{n: a[k] for n, a in found.items()} for k in range(3)]


def check_mixed() -> None:
    """Blocks with and without kernels in one call; the sums are those of the blocks."""
    given = mixed()
    wanted = by_core(MIXED, "implicit", *given)
    for certified in (False, True):
        trees = [{n: a.copy() for n, a in tree.items()} for tree in given]
        run = backend.certified_step_ if certified else backend.step_
        sums = run(MIXED, "implicit", *trees, **HYPER)
        for n in SHAPES:
            assert same_bits(trees[0][n], wanted[0][n]), n
            assert same_bits(trees[1][n], wanted[1][n]), n
    alone = [
        backend.certified_step_(K, "implicit", *(tree[n].copy() for tree in given), **HYPER)
        for n, K in MIXED.items()
    ]
    total = combined(alone)
    assert all(abs(a - b) <= 1e-12 * (1 + abs(b)) for a, b in zip(sums, total, strict=True))


def test_mixed_blocks() -> None:
    """Spectral, separable, a norm, made from others; two blocks of one K."""
    check_mixed()


def test_one_k_for_many_blocks() -> None:
    """Each block has its own dK."""
    trees = mixed()
    wanted = by_core(LARGE, "explicit", *trees)
    backend.step_(LARGE, "explicit", *trees, **HYPER)
    assert all(same_bits(trees[0][n], wanted[0][n]) for n in SHAPES)


def test_auto_takes_mixed_blocks() -> None:
    """By `LionK`, the core's numbers."""
    given = mixed()
    lions = [LionK(MIXED, **HYPER, backend=name) for name in ("auto", "core")]
    ours, theirs = (lion.step(State(*given[:2]), given[2]) for lion in lions)
    assert all(same_bits(ours.x[n], theirs.x[n]) for n in SHAPES)


def check_nothing_changes(K: Any, said: str, certified: bool = False) -> None:
    """The fused blocks before and after a block that is refused stay as they were."""
    run = backend.certified_step_ if certified else backend.step_
    trees = [{n: np.ones(4, np.float32) for n in ("a", "b", "c", "d")} for _ in range(3)]
    kinds = {"a": L1(), "b": LARGE, "c": K, "d": L2()}
    error = ""
    try:
        run(kinds, "explicit", *trees, **HYPER)
    except (ValueError, TypeError) as raised:
        error = str(raised)
    assert said in error
    assert all(np.all(a == 1) for tree in trees for a in tree.values())


@pytest.mark.parametrize("certified", [False, True])
@pytest.mark.parametrize("what", REFUSALS)
def test_all_or_nothing(what: str, certified: bool) -> None:
    """A dK that raises, or does not fit: first of all dK, then the first write."""
    check_nothing_changes(Refuses(what), REFUSALS[what], certified)


def check_certified_or_nothing() -> None:
    """A K without a value is refused by a certificate alone."""
    check_nothing_changes(Refuses("value"), "no value", certified=True)


def test_certified_or_nothing() -> None:
    """The sums of the core come before the first write."""
    check_certified_or_nothing()


def check_weights() -> None:
    """Weights that do not fit are seen before another block is stepped."""
    check_nothing_changes(WeightedL1((1.0, 2.0)), "WeightedL1 has 2 weights, got 4 entries")
    check_nothing_changes(GroupL2(2, (1.0,) * 3), "GroupL2 has 3 weights, got 2 groups")


def test_weights_are_counted_first() -> None:
    """By entry and by group."""
    check_weights()


def check_bfloat16() -> None:
    """m_tilde in float32 of the momentum as stored, which is rounded once at the end."""
    for K in (Nuclear(), MoreauEnvelope(L2(), 0.5)):
        x, m, g = arrays((30, 40), np.float32)
        stored = bfloat16(m)
        wanted = by_core(K, "explicit", x, unpacked(stored), g)
        for run in (backend.step_, backend.certified_step_):
            ours = x.copy(), stored.copy()
            run(K, "explicit", *ours, g, **HYPER)
            assert same_bits(ours[0], wanted[0])
            assert ours[1].tolist() == bfloat16(wanted[1]).tolist()


def test_momentum_in_bfloat16() -> None:
    """A matrix and a vector's K."""
    check_bfloat16()


def test_the_sums_are_of_what_is_stored() -> None:
    """In bfloat16 <x', m'> is that of the rounded m'."""
    x, m, g = arrays(500, np.float32)
    stored = bfloat16(m)
    sums = backend.certified_step_(LARGE, "explicit", x, stored, g, **HYPER)
    m_next = unpacked(stored).astype(np.float64)
    assert abs(sums.x_m_next - x.astype(np.float64) @ m_next) <= 1e-12
    assert abs(sums.K_m_next - float(LARGE.value(m_next))) <= 1e-11


def test_the_dtype_of_ml_dtypes() -> None:
    """Its bfloat16 is stepped like its bits."""
    ml_dtypes = pytest.importorskip("ml_dtypes", reason="[numba] ml_dtypes is not installed")
    x, m, g = arrays((3, 4), np.float32)
    ours, bits = (x.copy(), m.astype(ml_dtypes.bfloat16)), (x.copy(), bfloat16(m))
    for pair in (ours, bits):
        backend.step_(Nuclear(), "explicit", *pair, g, **HYPER)
    assert same_bits(ours[0], bits[0])
    assert ours[1].view(np.uint16).tolist() == bits[1].tolist()


def test_the_other_refusals_come_first() -> None:
    """Overlaps and locked arrays are seen before dK is asked for."""
    x, locked = np.ones(5), np.ones(5)
    locked.flags.writeable = False
    for m, said in ((x, "overlap in memory"), (locked, "read-only")):
        with pytest.raises(ValueError, match=said):
            backend.step_(Refuses("dK"), "explicit", x, m, np.ones(5), **HYPER)
