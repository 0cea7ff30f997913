"""CUDA graphs and streams: on a GPU, and on a CuPy that is made up, which copies what real ones do.

A launch that is captured keeps its scalars as they were and reads memory when it is played; and
while it is captured nothing may wait for the device, come from the host, or ask for memory.
"""

from __future__ import annotations

import importlib
import sys
from threading import Thread
from typing import Any

import fake_cupy
import numpy as np
import pytest
from cuda_cases import HYPER, core, same, triple

from lionk_cupy import Backend
from lionk_ref.convex import L2, GroupL2, Huber, Nuclear, TopK
from lionk_ref.discrete.updates import State

KINDS = [Huber(e=0.3), TopK(k=77), L2(), GroupL2(size=40)]


@pytest.fixture(params=["made up", pytest.param("gpu", marks=pytest.mark.gpu)])
def cupy(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Any:
    """CuPy, or as much of it as is needed here."""
    if request.param == "gpu":
        request.getfixturevalue("gpu")
        yield importlib.import_module("cupy")
        return
    library = fake_cupy.stand_in(request.getfixturevalue("host"))
    monkeypatch.setitem(sys.modules, "cupy", library)
    monkeypatch.delitem(sys.modules, "lionk_cupy.cuda", raising=False)
    yield library
    sys.modules.pop("lionk_cupy.cuda", None)


def close(K: Any, a: Any, b: Any) -> bool:
    """The same bits, or for a norm as many ulps as are promised, in five steps."""
    return same(a, b) if isinstance(K, Huber | TopK) else bool(np.max(np.abs(a - b)) < 1e-5)


@pytest.mark.parametrize("K", KINDS, ids=lambda K: K.key)
def test_a_cuda_graph_holds_a_step(cupy: Any, K: Any) -> None:
    """Captured once, played with another lr in the buffer: nothing in it goes to the host."""
    arrays = triple(20011, np.float32, special=False)
    there, lr = [cupy.asarray(a) for a in arrays], cupy.asarray(np.array([0.3]))
    stream = cupy.cuda.Stream(non_blocking=True)
    cupy.cuda.Device().synchronize()
    with stream:
        plan = Backend().prepare(K, "implicit", *there)
        stream.begin_capture()
        plan(**(HYPER | {"lr": lr}))
        graph = stream.end_capture()
        expected = arrays[:2]
        for size in (0.3, 0.2, 0.2):
            lr[...] = size
            graph.launch(stream)
            expected = core(K, "implicit", *expected, arrays[2], **(HYPER | {"lr": size}))
    stream.synchronize()
    assert all(close(K, cupy.asnumpy(a), b) for a, b in zip(there[:2], expected, strict=True))


def test_many_arrays_are_one_launch_in_a_graph(cupy: Any) -> None:
    """A dict of them too, by the table of addresses that the plan holds."""
    arrays = {str(n): triple(n, np.float32, n, special=False) for n in (1, 5, 300)}
    there = [{n: cupy.asarray(t[k]) for n, t in arrays.items()} for k in range(3)]
    stream = cupy.cuda.Stream(non_blocking=True)
    cupy.cuda.Device().synchronize()
    with stream:
        plan = Backend().prepare(Huber(), "explicit", *there)
        stream.begin_capture()
        plan(**HYPER)
        graph = stream.end_capture()
        graph.launch(stream)
    stream.synchronize()
    assert sum(len(part.calls) for part in plan.parts) == 1
    for n, t in arrays.items():
        assert same(cupy.asnumpy(there[0][n]), core(Huber(), "explicit", *t).x)


def test_streams_run_side_by_side(cupy: Any) -> None:
    """Each step on the stream that is current, with scratch memory of its own."""
    arrays = [triple(20_003, np.float32, seed, special=False) for seed in range(4)]
    streams = [cupy.cuda.Stream(non_blocking=True) for _ in arrays]
    there = [[cupy.asarray(a) for a in t] for t in arrays]
    cupy.cuda.Device().synchronize()
    backend, K = Backend(), TopK(k=1000)
    for _ in range(5):
        for stream, t in zip(streams, there, strict=True):
            with stream:
                backend.step_(K, "explicit", *t, **HYPER)
    cupy.cuda.Device().synchronize()
    plans = [plan for plan, _ in backend._steps()._plans.values()]
    held = [a.data.ptr for plan in plans for part in plan.parts for a in part.held]
    assert len(held) == len(set(held)) == 2 * len(streams)
    for t, (x, m, g) in zip(there, arrays, strict=True):
        expected = State(x, m)
        for _ in range(5):
            expected = core(K, "explicit", *expected, g)
        assert same(cupy.asnumpy(t[0]), expected.x)


def test_a_prepared_step_stays_on_its_stream(cupy: Any) -> None:
    """On another one it might run before its tables have arrived."""
    there = [cupy.asarray(a) for a in triple(50, np.float32, special=False)]
    plan = Backend().prepare(Huber(), "explicit", *there)
    with cupy.cuda.Stream(non_blocking=True), pytest.raises(ValueError, match="prepare it where"):
        plan(**HYPER)
    plan(**HYPER)


def test_a_prepared_step_runs_in_another_thread(cupy: Any) -> None:
    """Also in one that has had nothing to do with the device before: CuPy makes it ready there."""
    arrays = triple(50, np.float32, special=False)
    there = [cupy.asarray(a) for a in arrays]
    plan = Backend().prepare(Huber(), "explicit", *there)
    thread = Thread(target=lambda: plan(**HYPER))
    thread.start()
    thread.join()
    cupy.cuda.Device().synchronize()
    assert same(cupy.asnumpy(there[0]), core(Huber(), "explicit", *arrays).x)


def test_a_stream_of_each_thread_is_another_one_in_each(cupy: Any) -> None:
    """Though it has the same handle in all."""
    there = [cupy.asarray(a) for a in triple(50, np.float32, special=False)]
    cupy.cuda.Device().synchronize()
    refused: list[str] = []

    def run(plan: Any) -> None:
        try:
            with cupy.cuda.Stream.ptds:
                plan(**HYPER)
        except ValueError as error:
            refused.append(str(error))

    with cupy.cuda.Stream.ptds:
        plan = Backend().prepare(Huber(), "explicit", *there)
        run(plan)
        assert not refused
        thread = Thread(target=run, args=(plan,))
        thread.start()
        thread.join()
    assert len(refused) == 1


def test_no_graph_holds_a_step_by_the_core(cupy: Any) -> None:
    """It asks for memory: refused before a capture begins."""
    there = [cupy.asarray(a) for a in triple((5, 10), np.float32, special=False)]
    with pytest.raises(
        ValueError, match=r"prepared asks for no memory, .* of Nuclear\(\)\. Use step_"
    ):
        Backend().prepare(Nuclear(), "explicit", *there)


def test_a_step_that_copies_is_seen() -> None:
    """The stand-in refuses in a capture what a GPU would refuse."""
    stream = fake_cupy.Stream()
    with stream:
        stream.begin_capture()
        with pytest.raises(AssertionError, match="not while a graph"):
            fake_cupy.not_captured(lambda: None)()
        stream.end_capture()
