"""The kernels of the separable K on the CPU, and on a GPU where there is one, against the core."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from cuda_cases import BARE, HYPER, LONG, core, same, triple, ulps
from cuda_kernels import CLOSE, EXACT, SCHEMES

from lionk_ref.cli.cross_check import promised
from lionk_ref.convex import L1, Huber, WeightedL1

SIZES = (0, 1, 3, 4, 5, 17, 255, 8191, 8192, 8193)
DTYPES = [np.float32, np.float64]


def step(machine: Any, K: Any, scheme: str, arrays: Any, **hyper: float) -> tuple[Any, Any]:
    """The step of the kernels on copies of arrays, or of dicts of them."""
    there = [_put(machine, a) for a in arrays]
    machine.backend.step_(K, scheme, *there, **(hyper or HYPER))
    return _get(machine, there[0]), _get(machine, there[1])


def _put(machine: Any, tree: Any) -> Any:
    if isinstance(tree, dict):
        return {name: machine.put(a.copy()) for name, a in tree.items()}
    return machine.put(tree.copy())


def _get(machine: Any, tree: Any) -> Any:
    if isinstance(tree, dict):
        return {name: machine.get(a) for name, a in tree.items()}
    return machine.get(tree)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("K", EXACT, ids=repr)
def test_bits(machine: Any, K: Any, scheme: str, dtype: Any) -> None:
    """The core's own bits; a swapped beta, another order or a contraction changes thousands."""
    arrays = triple(LONG, dtype)
    x, m = step(machine, K, scheme, arrays)
    expected = core(K, scheme, *arrays)
    assert same(x, expected.x)
    assert same(m, expected.m)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_weights_by_entry(machine: Any, scheme: str, dtype: Any) -> None:
    """The weight of an entry meets that entry, in every chunk."""
    K, arrays = WeightedL1.examples((LONG,))[1], triple(LONG, dtype)
    x, m = step(machine, K, scheme, arrays)
    expected = core(K, scheme, *arrays)
    assert same(x, expected.x)
    assert same(m, expected.m)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("K", CLOSE, ids=repr)
def test_curves(machine: Any, K: Any, dtype: Any, request: pytest.FixtureRequest) -> None:
    """u itself, by a step that shows it: two libraries' tanh, sinh and pow are 2 ulp apart.

    CUDA's own in float64 are 2 ulp off alone, the core's one.
    """
    _, m, _ = triple(LONG, dtype)
    u, _ = step(machine, K, "explicit", (np.zeros_like(m), m, np.zeros_like(m)), **BARE)
    with np.errstate(all="ignore"):
        expected = K.subgradient(m)
    on_cuda = "gpu" in request.node.callspec.id and dtype == np.float64
    assert ulps(u, np.where(expected == 0, 0, expected)) <= promised(K, on_cuda)


@pytest.mark.parametrize("dtype", DTYPES)
def test_many_arrays_in_one_launch(machine: Any, dtype: Any) -> None:
    """A dict of awkward sizes is one launch, and each array gets its own step."""
    arrays = [triple(n, dtype, n) for n in (*SIZES, LONG)]
    trees = [{str(i): t[k] for i, t in enumerate(arrays)} for k in range(3)]
    launches = getattr(machine.backend._machine(), "launches", None)
    before = len(launches) if launches is not None else 0
    x, m = step(machine, Huber(e=0.3), "implicit", trees)
    assert launches is None or len(launches) == before + 1
    for i, (name, t) in enumerate(zip(x, arrays, strict=True)):
        expected = core(Huber(e=0.3), "implicit", *t)
        assert same(x[name], expected.x), SIZES[i]
        assert same(m[name], expected.m)


def test_a_k_for_each_block(machine: Any) -> None:
    """Blocks with different K, weights and dtypes: each K finds its own blocks."""
    K = {"a": L1(), "b": Huber(e=0.3), "c": L1(), "d": WeightedL1((0.5, 2.0)), "e": L1()}
    shapes = {"a": (3, 5), "b": (40,), "c": (), "d": (2,), "e": (7,)}
    arrays = {
        n: triple(s, np.float64 if n == "e" else np.float32, len(n)) for n, s in shapes.items()
    }
    x, m = step(machine, K, "explicit", [{n: t[k] for n, t in arrays.items()} for k in range(3)])
    for name, t in arrays.items():
        expected = core(K[name], "explicit", *t)
        assert same(x[name], np.asarray(expected.x)), name
        assert same(m[name], np.asarray(expected.m)), name


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("offsets", [(0, 0, 0), (1, 1, 1), (0, 0, 1), (4, 1, 2), (4, 4, 4)])
def test_slices_and_their_neighbours(machine: Any, dtype: Any, offsets: Any) -> None:
    """Addresses off the 16 bytes go entry by entry, and nothing outside is written."""
    for n in SIZES[:7]:
        whole = [a.copy() for a in triple(n + 16, dtype, n, special=False)]
        there = [machine.put(a) for a in whole]
        parts = [a[o : o + n] for a, o in zip(there, offsets, strict=True)]
        machine.backend.step_(L1(), "explicit", *parts, **HYPER)
        cut = [a[o : o + n] for a, o in zip(whole, offsets, strict=True)]
        expected = [a.copy() for a in triple(n + 16, dtype, n, special=False)]
        after = core(
            L1(), "explicit", *(a[o : o + n] for a, o in zip(expected, offsets, strict=True))
        )
        expected[0][offsets[0] : offsets[0] + n], expected[1][offsets[1] : offsets[1] + n] = after
        assert all(same(machine.get(a), b) for a, b in zip(there, expected, strict=True)), (n, cut)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_lr_on_the_device(machine: Any, scheme: str) -> None:
    """A number in device memory is lr, and 1 + lr lam is formed of it in double."""
    arrays = triple(1000, np.float32)
    lr = machine.put(np.array([0.3]))
    there = [machine.put(a.copy()) for a in arrays]
    plan = machine.backend.prepare(L1(), scheme, *there)
    plan(**(HYPER | {"lr": lr, "lam": 0.7}))
    expected = core(L1(), scheme, *arrays, **(HYPER | {"lr": 0.3, "lam": 0.7}))
    assert same(machine.get(there[0]), expected.x)
    lr[...] = 0.2
    plan(**(HYPER | {"lr": lr, "lam": 0.7}))
    again = core(L1(), scheme, *expected, arrays[2], **(HYPER | {"lr": 0.2, "lam": 0.7}))
    assert same(machine.get(there[0]), again.x)
