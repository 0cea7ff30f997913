"""The whole of a small benchmark, and peers that do not step as they should."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any

import jsonschema
import numpy as np
import pytest

from lionk_ref.bench import limit, peers, run
from lionk_ref.bench.clock import Clock
from lionk_ref.bench.gpu import Gpu
from lionk_ref.bench.host import Host
from lionk_ref.bench.limit import HYPER
from lionk_ref.bench.plan import Request
from lionk_ref.bench.report import SCHEMA
from lionk_ref.bench.started import Started
from lionk_ref.convex import L1, L2
from lionk_ref.discrete.in_place import Core

LR, BETA1, BETA2, LAM = HYPER
HOST = Host()

Step = Callable[[Any, Any, Any], None]


def right(x: Any, m: Any, g: Any) -> None:
    """Lion with the opposite momentum."""
    u = np.sign(BETA1 * m + (1 - BETA1) * g)
    x[...] = x - LR * (u + LAM * x)
    m[...] = BETA2 * m + (1 - BETA2) * g


def undecayed(x: Any, m: Any, g: Any) -> None:
    """The decay is forgotten."""
    right(x, m, g)
    x[...] = x / (1 - LR * LAM)


def swapped(x: Any, m: Any, g: Any) -> None:
    """The momentum is updated first."""
    m[...] = BETA2 * m + (1 - BETA2) * g
    x[...] = x - LR * (np.sign(m) + LAM * x)


def idle(x: Any, m: Any, g: Any) -> None:
    """Nothing is done."""


def elsewhere(x: Any, m: Any, g: Any) -> None:
    """The momentum is a copy."""
    right(x, m.copy(), g)


def peer(step: Step) -> peers.Start:
    """The start of a peer in NumPy."""

    def start(place: Any, arrays: Sequence[Any], setting: Any) -> Started:
        def once() -> None:
            for triple in arrays:
                step(*triple)

        x, m, _ = arrays[0]
        return Started(once, lambda: (x[:1000].copy(), m[:1000].copy()))

    return start


def started(step: Step) -> Started:
    """A peer, after its step was looked at."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(peers, "STARTS", {"peer": peer(step)})
        return peers.start("peer", HOST, [HOST.arrays(5000)])


def check_wrong_steps() -> None:
    """Each of the wrong ones is found out, and what is wrong is named."""
    for step, what in [(undecayed, "x"), (swapped, "x"), (idle, "x"), (elsewhere, "its momentum")]:
        assert complaint(step).startswith(f"its step is not eq. (2): {what} is off by"), step


def complaint(step: Step) -> str:
    """Why a peer is not let in; empty if it is."""
    try:
        started(step)
    except ValueError as error:
        return str(error)
    return ""


def test_a_peer_must_step_right() -> None:
    """The right step is let in, and none of the wrong ones is."""
    started(right).run()
    check_wrong_steps()


def test_zero_entries_prove_nothing() -> None:
    """Where every m_tilde is next to zero the step cannot be told from another."""
    x, m, g = HOST.arrays(100)
    with pytest.raises(ValueError, match="x is off by"):
        peers.require_lion(peer(right)(HOST, [(x, 0 * m, 0 * g)], peers.SETTING), 0 * g)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Short races; two peers, a right and a wrong one; many arrays at 600 entries."""
    starts = {"good": peer(right), "bad": peer(idle), "optax": peer(right)}
    monkeypatch.setattr(peers, "STARTS", starts)
    monkeypatch.setattr(peers, "version", versions)
    monkeypatch.setattr(
        Request, "clock", lambda self, place, tell: Clock(0.0, 1, 1e-9, 0.0, tell=tell)
    )
    monkeypatch.setattr(run, "MANY", {600: (6, 100)})
    monkeypatch.setattr("lionk_ref.bench.contenders.MANY", {600: (6, 100)})
    monkeypatch.setattr(Host, "threads", lambda self: [1, 2])


class Plugin(Core):
    """A plug-in that has L1 and L2, and does nothing."""

    name = "numba"

    def support(self, K: Any) -> str:
        return "fused" if K in (L1(), L2()) else "none"

    def step_(self, *arguments: Any, **settings: Any) -> None:
        """Nothing."""

    def certified_step_(self, *arguments: Any, **settings: Any) -> Any:
        """Nothing."""


def versions(name: str) -> str:
    """What a peer's version is, or that it is missing."""
    if name == "ghost":
        raise ValueError("ghost is not installed")
    return "1.2"


def measured(*names: str, **settings: Any) -> tuple[dict[str, Any], list[tuple[int, str]]]:
    """A report, and what was said meanwhile."""
    known = {"core": Core(), "numba": Plugin()}
    said: list[tuple[int, str]] = []
    request = Request(known, peers=names, **settings)
    return run.measure(request, {"cupy": "not here"}, lambda *what: said.append(what)), said


def test_report(small: None) -> None:
    """It has the form that it promises; a row for each contender; who is missing and why."""
    report, said = measured("good", "bad", "ghost", "optax", sizes=[600, 100], kinds=[L1(), L2()])
    jsonschema.validate(report, SCHEMA)
    rows = {(r["what"], r["K"], r["n"], r["threads"]) for r in report["rows"]}
    assert len(rows) == len(report["rows"])
    ours = [("numba", "l1"), ("numba", "l2"), ("numba, certified", "l1")]
    ours += [("numba, bfloat16 momentum", "l1"), ("good", "l1")]
    many = [("numba, 6 arrays", "l1"), ("numba, 6 arrays, new g", "l1"), ("good, 6 arrays", "l1")]
    expected = {(*one, n, t) for one in ours for n in (100, 600) for t in (1, 2)}
    expected |= {(*one, 600, t) for one in many for t in (1, 2)}
    expected |= {("core", K, n, 1) for K in ("l1", "l2") for n in (100, 600)}
    expected |= {("optax", "l1", n, 2) for n in (100, 600)}
    if limit.limit().twice is not None:
        expected |= {("C, two passes", "l2", n, t) for n in (100, 600) for t in (1, 2)}
    assert rows == expected
    assert report["absent"].pop("bad (cpu)").startswith("its step is not eq. (2)")
    assert report["absent"] == {"cupy": "not here", "ghost": "ghost is not installed"}
    assert report["versions"]["good"] == "1.2"
    assert "ghost" not in report["versions"]
    times = [(t["n"], t["threads"]) for t in report["limit"]["cpu"]["times"]]
    assert times == [(600, 1), (600, 2), (100, 1), (100, 2)]
    assert report["limit"]["gpu"]["what"].startswith("not measured: ")
    assert report["machine"]["gpu"] is None
    assert sum(done for done, _ in said) == len(times)
    assert (0, "600 entries, 2 threads: numba") in said


def test_memory_runs_out_while_it_runs(small: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The system was too hopeful: one line."""

    def full(self: Host, n: int) -> Any:
        raise MemoryError

    monkeypatch.setattr(Host, "arrays", full)
    with pytest.raises(ValueError, match=r"n = 100: the memory is full\. Ask for a smaller --n\."):
        measured(sizes=[100])


def fake_cupy(log: list[str]) -> Any:
    """As much of CuPy as a place on a GPU uses, on NumPy."""
    device = SimpleNamespace(id=0, mem_info=(900, 1000), synchronize=lambda: log.append("wait"))

    def copyto(target: Any, source: Any) -> None:
        assert not np.shares_memory(target, source)
        log.append(f"copy {source.nbytes} to {target.nbytes}")

    return SimpleNamespace(
        random=np.random, float32=np.float32, uint8=np.uint8, empty=np.empty, copyto=copyto,
        asnumpy=np.array,
        get_default_memory_pool=lambda: SimpleNamespace(free_bytes=lambda: 50),
        cuda=SimpleNamespace(
            Device=lambda: device,
            runtime=SimpleNamespace(getDeviceProperties=lambda i: {"name": f"Device {i}".encode()}),
        ),
    )  # fmt: skip


def check_copy() -> None:
    """The copy reads and writes together as many bytes as a step."""
    log: list[str] = []
    gpu = Gpu()
    vars(gpu)["cupy"] = fake_cupy(log)
    x, m, g = gpu.arrays(30)
    step = sum(a.nbytes for a in (x, m, g, x, m))
    gpu.limits(x, m, g, threads=0)["copy"]()
    assert log == [f"copy {step // 2} to {step // 2}"]


def test_gpu() -> None:
    """Its name, its memory, its limit, and how it is waited for."""
    log: list[str] = []
    gpu = Gpu()
    vars(gpu)["cupy"] = fake_cupy(log)
    assert gpu.kind == "Device 0"
    assert gpu.free() == 950
    assert gpu.threads() == [0]
    gpu.settle()
    assert log == ["wait"]
    check_copy()
