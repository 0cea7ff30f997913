"""Plans are found again where they fit, and only there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cuda_cases import HYPER, core, same, triple
from cuda_kernels import Collector

import lionk_cupy.plans
from lionk_cupy import Backend
from lionk_cupy.families import FAMILIES
from lionk_cupy.kinds import kind_for
from lionk_cupy.tables import MOST_CHUNKS, ROW, Table, chunk_length
from lionk_ref.convex import L1, L2, GroupL2, Huber, Lp, TopK
from lionk_ref.discrete.updates import State


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The plans that were made, one after the other."""
    plans: list[Any] = []

    def prepare(*arguments: Any) -> Any:
        plans.append(original(*arguments))
        return plans[-1]

    original = lionk_cupy.plans.prepare
    monkeypatch.setattr(lionk_cupy.plans, "prepare", prepare)
    return plans


def test_one_plan_for_many_steps(host: Any, made: list[Any]) -> None:
    """Also for another array at the same place; its values are the new ones."""
    x, m, g = arrays = [a.copy() for a in triple(500, np.float32)]
    expected = State(*(a.copy() for a in arrays[:2]))
    backend, K = Backend(host), Huber(e=0.3)
    for k in range(4):
        g[...] = k
        backend.step_(K, "explicit", x, m, g.view(), **HYPER)
        expected = core(K, "explicit", *expected, np.full_like(g, k))
    assert len(made) == 1
    assert same(x, expected.x)


def test_what_needs_another_plan(host: Any, made: list[Any]) -> None:
    """Another K, scheme, place, length, order of blocks or dtype."""
    backend, K = Backend(host), L1()
    x, m, g = (np.ones(40) for _ in range(3))
    half = [a.view(np.float32) for a in (x, m, g)]
    d = [{"a": a[:20], "b": a[20:]} for a in (x, m, g)]
    swapped = [{"a": a[20:], "b": a[:20]} for a in (x, m, g)]
    calls = [
        (K, "explicit", x, m, g), (Huber(), "explicit", x, m, g), (K, "implicit", x, m, g),
        (K, "explicit", x[1:], m[1:], g[1:]), (K, "explicit", x[:9], m[:9], g[:9]),
        (K, "explicit", *half), (K, "explicit", x, m, g.copy()), (K, "explicit", *d),
        ({"a": K, "b": K}, "explicit", *d), ({"a": Huber(), "b": K}, "explicit", *d),
        (K, "explicit", *swapped),
    ]  # fmt: skip
    for call in calls:
        backend.step_(*call, **HYPER)
    assert len(made) == len(calls)


def test_what_was_wrong_stays_wrong(host: Any) -> None:
    """A plan for arrays that may be written is none for the same ones locked."""
    backend, K = Backend(host), L1()
    x, m, g = (np.ones(5) for _ in range(3))
    backend.step_(K, "explicit", x, m, g, **HYPER)
    x.flags.writeable = False
    with pytest.raises(ValueError, match="read-only"):
        backend.step_(K, "explicit", x, m, g, **HYPER)
    with pytest.raises(ValueError, match="Blocks must agree"):
        backend.step_(K, "explicit", {"a": m}, {"b": g}, {"a": g}, **HYPER)


def test_views_by_way_of_copies_are_planned_anew(host: Any, made: list[Any]) -> None:
    """Their copies would be kept."""
    backend = Backend(host)
    x, m, g = (np.ones((6, 8)).T[::2] for _ in range(3))
    for _ in range(2):
        backend.step_(L1(), "explicit", x, m, g, **HYPER)
    assert len(made) == 2


def test_few_are_kept(host: Any) -> None:
    """The oldest go."""
    backend = Backend(host)
    arrays = [[np.ones(5) for _ in range(3)] for _ in range(lionk_cupy.plans.MOST + 3)]
    for t in arrays:
        backend.step_(TopK(k=2), "explicit", *t, **HYPER)
    assert len(backend._steps()._plans) == lionk_cupy.plans.MOST


@pytest.mark.parametrize("n", [10**6, 10**9, 3 * 10**10])
@pytest.mark.parametrize("K", [L1(), L2(), Lp(), GroupL2(size=7), TopK(k=10**5)], ids=repr)
def test_scratch_memory_does_not_grow(K: Any, n: int) -> None:
    """At most 1 MB, and whole groups in a chunk, for arrays that fit into no memory at hand."""
    asked: list[int] = []
    machine = Collector(Path())
    machine.scratch = lambda size: asked.append(size) or np.zeros(1)
    rows = np.zeros(1, ROW)
    rows["n"], rows["length"] = n, chunk_length(n)
    kind = kind_for(K)
    (part,) = FAMILIES[kind.family](machine, kind, "Explicit", Table(("float",) * 3, rows, [], []))
    job = part.calls[-1].arguments[0]
    assert sum(asked) <= 2**20
    assert int(job["chunks"]) * int(job["one"]["length"]) >= n > 0
    assert not isinstance(K, GroupL2) or job["one"]["length"] % K.size == 0
    assert job["chunks"] <= MOST_CHUNKS * 1.01
