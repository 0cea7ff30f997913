"""What the backend ``cupy`` refuses, and says; nothing is written when it does."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import pytest
from cuda_cases import HYPER, core, same, triple

from lionk_cupy.views import ghost
from lionk_ref.convex import L1, Ellipsoid, WeightedL1
from lionk_ref.memory import folded

F4 = np.float32
FULL = Ellipsoid(((2.0, 0.5), (0.5, 2.0)))


def make(machine: Any, *dtypes: Any, n: int = 6) -> list[Any]:
    """Arrays of ones."""
    return [machine.put(np.ones(n, dtype)) for dtype in dtypes]


@pytest.mark.parametrize(
    ("K", "arrays", "error", "message"),
    [
        (FULL, ((F4, F4, F4), 6), ValueError, r"Ellipsoid has an A for 2 entries, got shape"),
        ("l1", ((F4, F4, F4), 6), TypeError, "One array needs one K, got str"),
        (Ellipsoid((1.0, 2.0)), ((F4, F4, F4), 6), ValueError, r"Ellipsoid has 2 .* of 6 entries"),
        (L1(), ((F4, np.float64, F4), 6), TypeError, "got x float32, m float64, g float32"),
        (L1(), ((np.float64, F4, np.float64), 6), TypeError, "Expected float64 alone"),
        (L1(), ((np.int32, np.int32, np.int32), 6), TypeError, "got x int32"),
        (L1(), ((np.complex64, F4, F4), 6), TypeError, "got x complex64"),
        (WeightedL1((1.0, 2.0)), ((F4, F4, F4), 6), ValueError, "has 2 weights, got .* 6 entries"),
        ({"a": L1()}, ((F4, F4, F4), 6), ValueError, "Blocks must agree"),
    ],
)
def test_wrong_arrays(machine: Any, K: Any, arrays: Any, error: Any, message: str) -> None:
    """One line that names both sides."""
    there = make(machine, *arrays[0], n=arrays[1])
    with pytest.raises(error, match=message):
        machine.backend.step_(K, "explicit", *there, **HYPER)
    assert all(np.all(machine.get(a) == 1) for a in there)


def test_shapes_must_agree(machine: Any) -> None:
    """Also when the number of entries does."""
    x, m, g = make(machine, F4, F4, F4)
    with pytest.raises(ValueError, match=r"got x \(2, 3\), m \(6,\), g \(6,\)"):
        machine.backend.step_(L1(), "explicit", x.reshape(2, 3), m, g, **HYPER)


def test_blocks_must_agree(machine: Any) -> None:
    """The names of the blocks, in any order."""
    x, m, g = make(machine, F4, F4, F4)
    with pytest.raises(ValueError, match=r"Blocks must agree, got \['a'\] and \['b'\]"):
        machine.backend.step_(L1(), "explicit", {"a": x}, {"b": m}, {"a": g}, **HYPER)


def test_an_unknown_scheme(machine: Any) -> None:
    """It is named, with those that there are."""
    with pytest.raises(ValueError, match=r"schemes are \['explicit', 'implicit'\], got 'midpoint'"):
        machine.backend.step_(L1(), "midpoint", *make(machine, F4, F4, F4), **HYPER)


def test_other_arrays(machine: Any) -> None:
    """A list is no array, and neither is one of another library."""
    x, m, _ = make(machine, F4, F4, F4)
    with pytest.raises(TypeError, match=r"steps arrays of CuPy .*, got builtins.list"):
        machine.backend.step_(L1(), "explicit", x, m, [1.0] * 6, **HYPER)


@pytest.mark.parametrize(
    "pick",
    [
        lambda a: (a[:8], a[4:12], a[16:24]),
        lambda a: (a[:8], a[:8], a[8:16]),
        lambda a: (a[:8], a[8:16], a[1:9]),
        lambda a: (a[:8], a[8:16], a[12:20]),
    ],
)
def test_overlaps(machine: Any, pick: Any) -> None:
    """x and m, x and g, m and g: shared in part is refused."""
    a = machine.put(np.ones(24, F4))
    with pytest.raises(ValueError, match="share memory"):
        machine.backend.step_(L1(), "explicit", *pick(a), **HYPER)
    assert np.all(machine.get(a) == 1)


def test_blocks_that_overlap(machine: Any) -> None:
    """The same array in two blocks would be stepped twice."""
    x, m, g = make(machine, F4, F4, F4)
    with pytest.raises(ValueError, match="two arrays of x and m share memory"):
        machine.backend.step_(
            L1(), "explicit", {"a": x, "b": x}, {"a": m, "b": m.copy()}, {"a": g, "b": g}, **HYPER
        )


@pytest.mark.parametrize("own", [0, 1])
def test_g_may_be_x_or_m_itself(machine: Any, own: int) -> None:
    """The gradient of |x|^2/2 is x; each entry is read before it is written."""
    arrays = list(triple(20011, F4))
    arrays[2] = arrays[own]
    there = [machine.put(a.copy()) for a in arrays]
    there[2] = there[own]
    machine.backend.step_(L1(), "explicit", *there, **HYPER)
    expected = core(L1(), "explicit", *arrays)
    assert same(machine.get(there[0]), expected.x)
    assert same(machine.get(there[1]), expected.m)


def test_views_that_are_not_contiguous(machine: Any) -> None:
    """They are stepped by way of copies: transposed, reversed, every other one."""
    whole = [np.array(a) for a in triple((40, 30), F4, special=False)]
    there = [machine.put(a.copy()) for a in whole]
    cut = [lambda a: a[::2, 1:].T, lambda a: a[::-2, :-1].T, lambda a: a[20:, 1:].T]
    views = [f(a) for f, a in zip(cut, there, strict=True)]
    plan = machine.backend.prepare(L1(), "explicit", *views)
    expected = [f(a) for f, a in zip(cut, whole, strict=True)]
    for _ in range(2):
        plan(**HYPER)
        after = core(L1(), "explicit", *(a.copy() for a in expected))
        expected[0][...], expected[1][...] = after
    assert all(same(machine.get(a), b) for a, b in zip(there[:2], whole[:2], strict=True))


@pytest.mark.parametrize(
    ("x", "m"),
    [
        (lambda a: a[::2], lambda a: a[::2]),
        (lambda a: a[::2], lambda a: a[:20]),
        (lambda a: a[:20], lambda a: a[19:39][::-1]),
        (lambda a: a[:36].reshape(6, 6)[:, 2:4], lambda a: a[:36].reshape(6, 6)[:, 3:5]),
    ],
)
def test_views_with_common_entries(machine: Any, x: Any, m: Any) -> None:
    """The copies that stand for them hide it: one result would overwrite the other."""
    a = machine.put(np.ones(40, F4))
    views = x(a), m(a)
    g = machine.put(np.ones(views[0].shape, F4))
    with pytest.raises(ValueError, match="two of their arrays share entries"):
        machine.backend.step_(L1(), "explicit", *views, g, **HYPER)
    assert np.all(machine.get(a) == 1)


def test_views_of_one_array_without_common_entries(machine: Any) -> None:
    """Columns of one matrix, or every other entry, are arrays of their own."""
    arrays = triple((40, 3), F4, special=False)[0]
    there = machine.put(arrays.copy())
    machine.backend.step_(L1(), "explicit", *(there[:, k] for k in range(3)), **HYPER)
    expected = core(L1(), "explicit", *(arrays[:, k] for k in range(3)))
    assert all(same(machine.get(there[:, k]), expected[k]) for k in range(2))
    machine.backend.step_(L1(), "explicit", there[::2], there[1::2], there[::2], **HYPER)


def test_a_view_that_has_an_entry_twice(machine: Any) -> None:
    """It would be stepped twice; and no entry is looked at to find out."""
    flat, m, g = make(machine, F4, F4, F4)
    xp = sys.modules[type(flat).__module__.split(".")[0]]
    x = xp.lib.stride_tricks.as_strided(flat, (2, 3), (4, 4))
    with pytest.raises(ValueError, match="has an entry twice"):
        machine.backend.step_(L1(), "explicit", x, m.reshape(2, 3), g.reshape(2, 3), **HYPER)
    nowhere = ghost(type("", (), {"address": lambda _, a: 4096})(), x)
    assert (nowhere.ctypes.data, nowhere.strides, folded(nowhere)) == (4096, (4, 4), True)


def test_read_only(host: Any) -> None:
    """g may be, x and m may not."""
    from lionk_cupy import Backend

    x, m, g = (np.ones(3, F4) for _ in range(3))
    g.flags.writeable = False
    Backend(host).step_(L1(), "explicit", x, m, g, **HYPER)
    with pytest.raises(ValueError, match="read-only"):
        Backend(host).step_(L1(), "explicit", x, g, m, **HYPER)


def test_nothing_to_do(machine: Any) -> None:
    """No blocks, or blocks without entries."""
    machine.backend.step_(L1(), "explicit", {}, {}, {}, **HYPER)
    machine.backend.step_(L1(), "explicit", *make(machine, F4, F4, F4, n=0), **HYPER)


def test_lr_on_the_device_is_one_double(machine: Any) -> None:
    """Anything else would be read as something else."""
    (lr,) = make(machine, F4, n=1)
    with pytest.raises(ValueError, match=r"one number in float64, got float32 \(1,\)"):
        machine.backend.step_(L1(), "explicit", *make(machine, F4, F4, F4), **(HYPER | {"lr": lr}))
