"""CuPy on K without kernels: dK by the core, the rest in one launch, bit for bit the same step."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from given_cases import EVERY, HYPER, MADE, REFUSALS, Own, Refuses, arrays

from lionk_cupy import Backend
from lionk_ref.convex import L1, L2, ConvexFunction, Huber, LInf, Nuclear, Scaled, TopK
from lionk_ref.discrete.by_core import unpacked
from lionk_ref.discrete.in_place import Core
from lionk_ref.discrete.step_sums import combined
from step_cases import same_bits

LARGE = Scaled(Huber(e=0.3), 2.0)
"""A K without kernels that takes no time."""

SHAPE = (2, 3)
GIVEN = [K for K in [*EVERY, *MADE] if Backend().support(K) == "core"]
MIXED = {"w": Nuclear(), "b": L1(), "v": LARGE, "z": Nuclear(), "h": LInf(), "t": TopK(k=2)}
SHAPES = {"w": (4, 3), "b": (5,), "v": (40,), "z": (2, 2), "h": (20_000,), "t": (0,)}


def there(machine: Any, tree: Any) -> Any:
    """A copy on the machine."""
    if isinstance(tree, dict):
        return {n: machine.put(a.copy()) for n, a in tree.items()}
    return machine.put(tree.copy())


def both(machine: Any, K: Any, scheme: str, given: Any, certified: bool = False) -> Any:
    """x and m after the step of the kernels and after the core's, on the machine, and the sums."""
    ours, theirs = ([there(machine, a) for a in given] for _ in range(2))
    verb = "certified_step_" if certified else "step_"
    found, wanted = (
        getattr(backend, verb)(K, scheme, *trees, **HYPER)
        for backend, trees in ((machine.backend, ours), (Core(), theirs))
    )
    return ours[:2], theirs[:2], found, wanted


def check_bits(
    machine: Any, K: Any, shape: Any = SHAPE, scheme: str = "explicit", dtype: Any = np.float32
) -> None:
    """A step, certified or not, is the core's, and so are the sums."""
    for certified in (False, True):
        ours, theirs, sums, wanted = both(machine, K, scheme, arrays(shape, dtype), certified)
        assert all(same_bits(*map(machine.get, pair)) for pair in zip(ours, theirs, strict=True))
        assert sums == wanted


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("scheme", ["explicit", "implicit"])
@pytest.mark.parametrize("K", GIVEN, ids=lambda K: repr(K)[:40])
def test_bit_for_bit(machine: Any, K: ConvexFunction, scheme: str, dtype: Any) -> None:
    """All of the catalogue that has no kernels, and more."""
    check_bits(machine, K, SHAPE, scheme, dtype)


@pytest.mark.parametrize("K", EVERY, ids=lambda K: repr(K)[:40])
def test_every_k_is_stepped(machine: Any, K: ConvexFunction) -> None:
    """And certified, fused or not, to 200 units of what is added."""
    ours, theirs, sums, wanted = both(machine, K, "explicit", arrays(SHAPE, "f4"), True)
    unit, size = 2.0**-23, 10 + sum(map(abs, wanted[:-1]))
    assert np.allclose(*map(machine.get, (ours[0], theirs[0])), rtol=0, atol=50 * unit)
    assert all(abs(a - b) <= 200 * unit * size for a, b in zip(sums[:-1], wanted, strict=False))
    assert (sums.gauge <= 1) == (wanted.gauge <= 1)


@pytest.mark.parametrize(
    ("K", "shape"),
    [(LARGE, 20_011), (Nuclear(), (90, 100)), (LARGE, ()), (LARGE, 1), (Own(), (90, 3, 40))],
    ids=["long", "matrix", "number", "one", "by columns"],
)
def test_all_sizes(machine: Any, K: ConvexFunction, shape: Any) -> None:
    """Chunks, the rest of 16 bytes, a number; a dK that lies otherwise than x."""
    check_bits(machine, K, shape, "implicit")


def test_no_entries(machine: Any) -> None:
    """Nothing is asked of a K about nothing; the sums are zeros."""
    empty = [machine.put(np.zeros((3, 0), np.float32)) for _ in range(3)]
    machine.backend.step_(Refuses("dK"), "explicit", *empty, **HYPER)
    assert set(machine.backend.certified_step_(Refuses("dK"), "explicit", *empty, **HYPER)) == {0.0}


@pytest.mark.parametrize("certified", [False, True])
def test_views(machine: Any, certified: bool) -> None:
    """dK sees the array as it is, and is applied in its order."""
    whole = arrays((8, 10), np.float64)
    cut = (lambda a: a[::2, 1:7].T, lambda a: a[::-2, :6].T, lambda a: a[4:, 4:].T)
    roomy = [machine.put(a.copy()) for a in whole]
    views = [f(a) for f, a in zip(cut, roomy, strict=True)]
    run = machine.backend.certified_step_ if certified else machine.backend.step_
    run(Nuclear(), "explicit", *views, **HYPER)
    theirs = [machine.put(np.ascontiguousarray(f(a))) for f, a in zip(cut, whole, strict=True)]
    Core().step_(Nuclear(), "explicit", *theirs, **HYPER)
    for view, core in zip(views[:2], theirs, strict=False):
        assert same_bits(np.ascontiguousarray(machine.get(view)), machine.get(core))
    for k in range(2):
        cut[k](whole[k])[...] = machine.get(theirs[k])
        assert same_bits(machine.get(roomy[k]), whole[k])


@pytest.mark.parametrize("own", [0, 1])
@pytest.mark.parametrize("certified", [False, True])
def test_a_gradient_that_is_x_or_m(machine: Any, own: int, certified: bool) -> None:
    """It is read before it is written."""
    given = arrays((4, 3), np.float64)
    ours = [machine.put(a.copy()) for a in given[:2]]
    theirs = [machine.put(a.copy()) for a in given[:2]]
    run = machine.backend.certified_step_ if certified else machine.backend.step_
    run(Nuclear(), "explicit", *ours, ours[own], **HYPER)
    Core().step_(Nuclear(), "explicit", *theirs, theirs[own], **HYPER)
    assert all(same_bits(*map(machine.get, pair)) for pair in zip(ours, theirs, strict=True))


def mixed() -> list[dict[str, Any]]:
    """x, m and g for the mixed K, one block in another dtype."""
    found = {n: arrays(s, "f8" if n == "v" else "f4", len(n)) for n, s in SHAPES.items()}
    return [{n: a[k] for n, a in found.items()} for k in range(3)]


def check_mixed(machine: Any) -> None:
    """Blocks with and without kernels in one call; the sums are those of the blocks."""
    for certified in (False, True):
        ours, theirs, sums, _ = both(machine, MIXED, "implicit", mixed(), certified)
        for pair in zip(ours, theirs, strict=True):
            assert all(same_bits(*(machine.get(tree[n]) for tree in pair)) for n in SHAPES)
    alone = [
        machine.backend.certified_step_(
            K, "implicit", *(machine.put(tree[n]) for tree in mixed()), **HYPER
        )
        for n, K in MIXED.items()
    ]
    pairs = zip(sums, combined(alone), strict=True)
    assert all(abs(a - b) <= 1e-12 * (1 + abs(b)) for a, b in pairs)


def test_mixed_blocks(machine: Any) -> None:
    """Spectral, separable, a norm, made from others; no entries; two blocks of one K."""
    check_mixed(machine)


def test_one_k_for_many_blocks(machine: Any) -> None:
    """Each block has its own dK."""
    ours, theirs, *_ = both(machine, LARGE, "explicit", mixed())
    assert all(same_bits(*(machine.get(tree[n]) for tree in (ours[0], theirs[0]))) for n in SHAPES)


def check_nothing_changes(machine: Any, K: Any, said: str, certified: bool = False) -> None:
    """The fused blocks before and after a block that is refused stay as they were."""
    run = machine.backend.certified_step_ if certified else machine.backend.step_
    trees = [{n: machine.put(np.ones(4, np.float32)) for n in "abcd"} for _ in range(3)]
    error = ""
    try:
        run({"a": L1(), "b": LARGE, "c": K, "d": L2()}, "explicit", *trees, **HYPER)
    except (ValueError, TypeError) as raised:
        error = str(raised)
    assert said in error
    assert all(np.all(machine.get(a) == 1) for tree in trees for a in tree.values())


@pytest.mark.parametrize("certified", [False, True])
@pytest.mark.parametrize("what", REFUSALS)
def test_all_or_nothing(machine: Any, what: str, certified: bool) -> None:
    """A dK that raises, or does not fit: first of all dK, then the first write."""
    check_nothing_changes(machine, Refuses(what), REFUSALS[what], certified)


def test_certified_or_nothing(machine: Any) -> None:
    """The sums of the core come before the first write."""
    check_nothing_changes(machine, Refuses("value"), "no value", certified=True)


STORED = {"4": np.float32, "b": np.uint16, "h": np.float16}


def check_storage(machine: Any, types: str) -> None:
    """In 16 bits: m_tilde in float32, and what `unpacked` makes of it after one rounding."""
    wide = arrays((3, 40), np.float32)
    given = [packed(a, t) for a, t in zip(wide, types, strict=True)]
    for certified in (False, True):
        ours = [machine.put(a.copy()) for a in given]
        theirs = [machine.put(np.array(unpacked(a))) for a in given]
        run = machine.backend.certified_step_ if certified else machine.backend.step_
        sums = run(Nuclear(), "explicit", *ours, **HYPER)
        Core().step_(Nuclear(), "explicit", *theirs, **HYPER)
        for a, b, t in zip(ours[:2], theirs, types, strict=False):
            assert np.array_equal(machine.get(a), packed(machine.get(b), t))
    x, m = (np.asarray(unpacked(machine.get(a)), np.float64) for a in ours[:2])
    assert abs(sums.x_m_next - np.sum(x * m)) <= 1e-11


def packed(a: Any, stored: str) -> Any:
    """As it is stored, rounded to the nearest."""
    if stored != "b":
        return a.astype(STORED[stored])
    whole = a.view(np.uint32).astype(np.uint64)
    return ((whole + 0x7FFF + (whole >> 16 & 1)) >> 16).astype(np.uint16)


@pytest.mark.parametrize("types", ["4b4", "bbb", "4hh", "hhh", "b4h"])
def test_storage_in_16_bits(machine: Any, types: str) -> None:
    """In any mixture."""
    check_storage(machine, types)


def test_lr_on_the_device(machine: Any) -> None:
    """A step size that lies there."""
    given = arrays((4, 3), np.float64)
    ours, theirs = ([machine.put(a.copy()) for a in given] for _ in range(2))
    lr = machine.put(np.array([0.3]))
    machine.backend.step_(Nuclear(), "implicit", *ours, **(HYPER | {"lr": lr}))
    Core().step_(Nuclear(), "implicit", *theirs, **(HYPER | {"lr": 0.3}))
    assert all(same_bits(*map(machine.get, p)) for p in zip(ours[:2], theirs, strict=False))


def test_it_cannot_be_prepared(machine: Any) -> None:
    """One error, that says what to do; alone and among blocks."""
    x, m, g = (machine.put(np.ones((2, 2))) for _ in range(3))
    with pytest.raises(ValueError, match=r"asks for no memory, .* Nuclear\(\)\. Use step_"):
        machine.backend.prepare(Nuclear(), "explicit", x, m, g)
    trees = [{"a": a, "b": a.copy()} for a in (x, m, g)]
    with pytest.raises(ValueError, match=r"for dK of Nuclear\(\)"):
        machine.backend.prepare({"a": L1(), "b": Nuclear()}, "explicit", *trees)


def check_not_kept(machine: Any) -> None:
    """A plan would keep the arrays and dK of its step."""
    backend = Backend(machine.backend._machine())
    trees = [{n: machine.put(np.ones((2, 2))) for n in "ab"} for _ in range(3)]
    backend.step_({"a": L1(), "b": LARGE}, "explicit", *trees, **HYPER)
    assert len(backend._steps()._plans) == 0


def test_it_is_not_kept(machine: Any) -> None:
    """Each step is planned anew."""
    check_not_kept(machine)
