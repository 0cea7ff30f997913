"""What ``lionk bench`` plans to measure: sizes that fit, threads, K, places."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from lionk_ref.backend import Backend, find
from lionk_ref.bench import contenders, places
from lionk_ref.bench.host import Host, available, cores, kind
from lionk_ref.bench.plan import FULL, GPU_TOO, QUICK, Request, kinds, text
from lionk_ref.convex import CATALOGUE, L1, Huber, Nuclear, from_text
from lionk_ref.discrete.in_place import Core


class Room(Host):
    """A CPU with so many bytes left and so many cores."""

    def __init__(self, free: int | None, cores: int = 2) -> None:
        self._free, self._cores = free, cores

    def free(self) -> int | None:
        return self._free

    def threads(self) -> list[int]:
        return sorted({1, self._cores})


class Graphics(Room):
    """A GPU that has no threads to choose."""

    name = "gpu"

    def threads(self) -> list[int]:
        return [0]


def backends(*names: str) -> Mapping[str, Backend]:
    """The core and the plug-ins, whether or not they can be used here."""
    return {name: Core() if name == "core" else find(name) for name in names}


def test_usual_sizes() -> None:
    """From 1e3 to 1e8, on a GPU to 1e9, quickly to 1e7."""
    known = backends("core", "numba", "cupy")
    assert Request(known).fitting(Room(None)) == (list(FULL), {})
    assert Request(known).fitting(Graphics(None)) == ([*FULL, GPU_TOO], {})
    assert Request(known, quick=True).fitting(Graphics(None)) == (list(QUICK), {})
    assert (min(FULL), max(FULL), max(QUICK)) == (10**3, 10**8, 10**7)


def test_what_does_not_fit_is_left_out_and_named() -> None:
    """The largest of the usual sizes, on a small machine."""
    request = Request(backends("numba"))
    sizes, absent = request.fitting(Room(40 * 10**7))
    assert sizes == [n for n in FULL if n <= 10**7]
    assert absent == {
        "cpu, n = 20000000": "n = 20000000 needs 0.8 GB, but 0.4 GB are free",
        "cpu, n = 100000000": "n = 100000000 needs 4.0 GB, but 0.4 GB are free",
    }


def check_room() -> None:
    """40 bytes an entry: one byte less than they take is too little."""
    request = Request(backends("numba"))
    assert request.too_large(Room(40 * 1000), 1000) is None
    assert request.too_large(Room(40 * 1000 - 1), 1000) is not None


def test_room() -> None:
    """To the byte."""
    check_room()


def test_what_was_asked_for_and_does_not_fit() -> None:
    """An error with both numbers, before anything is allocated."""
    request = Request(backends("numba"), sizes=[10, 10**12])
    message = r"n = 1000000000000 needs 40000.0 GB, but 1.0 GB are free. Ask for a smaller --n."
    with pytest.raises(ValueError, match=message):
        request.fitting(Room(10**9))


def test_core_and_peers_need_more() -> None:
    """Their copies count as well: what is left over for the others is less."""
    room = Room(100 * 1000)
    known = backends("core", "numba")
    assert Request(known, sizes=[1000]).too_large(room, 1000) is None
    assert Request(known, sizes=[1000], peers=["timm"]).too_large(room, 1000) is not None


def test_threads() -> None:
    """One and all; as asked for; no more than there are; on a GPU there is no choice."""
    known = backends("core")
    assert Request(known).counts(Room(None, cores=3)) == [1, 3]
    assert Request(known, threads=[2]).counts(Room(None, cores=3)) == [2]
    assert Request(known, threads=[2]).counts(Graphics(None)) == [0]
    with pytest.raises(ValueError, match=r"--threads 4: this process may use 3\."):
        Request(known, threads=[1, 4]).counts(Room(None, cores=3))


def test_every_fused_k_of_the_catalogue() -> None:
    """Each of them is measured, whatever the size; the core steps Lion and nothing slow."""
    known = backends("core", "numba")
    for n in (1, 10**3, 10**8):
        keys = {K.key for K in Request(known).kinds_of("numba", n)}
        first = {key: cls.examples()[0] for key, cls in CATALOGUE.items()}
        assert keys == {k for k, K in first.items() if known["numba"].support(K) == "fused"}
    assert Request(known).kinds_of("core", 10**7) == [L1()]
    assert Request(known).kinds_of("core", 10**8) == []
    assert Request(known, quick=True).kinds_of("core", 10**7) == []


def test_k_that_were_asked_for() -> None:
    """By every backend that has them; one that none has is an error."""
    request = Request(backends("core", "numba"), kinds=[Huber(e=0.3), Nuclear()])
    assert request.kinds_of("core", 10) == [Huber(e=0.3), Nuclear()]
    assert request.kinds_of("numba", 10) == [Huber(e=0.3), Nuclear()]
    request.require_kernels()
    none: Any = {"numba": Recorder()}
    with pytest.raises(ValueError, match=r"No way to step huber:e=0.3 in numba: add --backend co"):
        Request(none, kinds=[L1(), Huber(e=0.3)]).require_kernels()


def check_names() -> None:
    """A time that is mostly the core's says so."""
    recorder = Recorder()
    recorder.support = lambda K: "core"  # type: ignore[method-assign]
    request: Any = Request({"numba": recorder, "core": Core()}, kinds=[Nuclear()])  # type: ignore[dict-item]
    arrays = Host().arrays(4)
    found = [
        key for name in ("numba", "core") for key, _ in contenders.ours(request, name, arrays, 1)
    ]
    assert found == [("numba, dK by the core", "nuclear"), ("core", "nuclear")]


def test_whose_time_it_is() -> None:
    """A plug-in that takes dK from the core is named so."""
    check_names()


def test_k_are_written_as_on_the_command_line() -> None:
    """What the report calls a K can be given to --k."""
    fused = [K for K in kinds(1000) if find("numba").support(K) == "fused"]
    written = {text(K): K for K in fused if all(_plain(v) for v in vars(K).values())}
    assert len(written) >= 15
    assert {name: from_text(name) for name in written} == written


def _plain(value: Any) -> bool:
    return type(value) in (int, float, tuple)


def check_available() -> None:
    """Linux counts in KiB."""
    assert available("MemTotal:  24689764 kB\nMemAvailable:   23068672 kB\n") == 22 * 2**30


def test_available() -> None:
    """Bytes, or None."""
    check_available()


def test_machine_in_words() -> None:
    """Cores, architecture, the widest vectors, the model, the system; and what is not known."""
    avx = "model name\t: AMD EPYC\nflags\t\t: fpu avx2 avx512f\n\nmodel name\t: AMD EPYC\n"
    assert kind(avx, 2, "x86_64", "Linux") == "2 cores x86-64 AVX-512 (AMD EPYC), Linux"
    assert kind("Features : fp asimd\n", 4, "aarch64", "Linux") == "4 cores aarch64 NEON, Linux"
    assert kind("", 1, "arm64", "Darwin") == "1 core arm64, Darwin"
    assert available("") is None
    assert cores() >= 1


def test_the_host_makes_what_it_is_asked_for() -> None:
    """Three arrays of float32 that share no memory."""
    host = Host()
    arrays = host.arrays(100)
    assert [(a.dtype, a.shape) for a in arrays] == [(np.dtype(np.float32), (100,))] * 3
    assert len({a.ctypes.data for a in arrays}) == 3
    assert host.limits(*arrays, threads=1)
    copy = host.download(arrays[0])
    copy[:] = 0
    assert arrays[0].any()


class Recorder:
    """A backend that writes down what it is asked."""

    name = "numba"

    def __init__(self) -> None:
        self.calls: list[Any] = []

    def support(self, K: Any) -> str:
        return "fused" if L1() == K else "none"

    def step_(self, K: Any, scheme: str, x: Any, m: Any, g: Any, **settings: Any) -> None:
        self.calls.append((x, m, g, settings))

    certified_step_ = step_


def contestants(n: int, threads: int) -> tuple[Recorder, dict[tuple[str, str], Any], Any]:
    """What a backend that has only Lion contributes, on given arrays."""
    recorder = Recorder()
    arrays = Host().arrays(n)
    request: Any = Request({"numba": recorder})  # type: ignore[dict-item]
    return recorder, dict(contenders.ours(request, "numba", arrays, threads)), arrays


def test_steps_on_the_same_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whole or in parts, with new gradients: x, and m but for bfloat16, lie where they were."""
    monkeypatch.setattr(contenders, "MANY", {60: (6, 10)})
    recorder, found, (x, m, g) = contestants(60, threads=2)
    assert [what for what, _ in found] == [
        *("numba", "numba, certified", "numba, bfloat16 momentum"),
        *("numba, 6 arrays", "numba, 6 arrays, new g"),
    ]
    for run in found.values():
        run()
    whole, certified, short, many, new = recorder.calls
    assert whole[0] is certified[0] is short[0] is x
    assert whole[1] is certified[1] is m
    assert short[1].tolist() == (m.view(np.uint32) >> 16).tolist()
    assert short[1].dtype == np.uint16
    for tree, flat in zip(many[:3], (x, m, g), strict=True):
        assert [part.size for part in tree.values()] == [10] * 6
        assert all(np.shares_memory(part, flat) for part in tree.values())
        assert np.concatenate([*tree.values()]).tolist() == flat.tolist()
    assert all(call[3]["threads"] == 2 for call in recorder.calls)
    assert whole[3] == {"threads": 2, "lr": 1e-3, "beta1": 0.9, "beta2": 0.99, "lam": 0.1}
    found["numba, 6 arrays, new g", "l1"]()
    again = recorder.calls[-1]
    assert again[0] is new[0]
    pairs = zip(again[2].values(), new[2].values(), strict=True)
    assert not any(np.shares_memory(a, b) for a, b in pairs)


def test_no_threads_on_a_gpu() -> None:
    """The backend is left to its own choice."""
    recorder, found, _ = contestants(5, threads=0)
    found["numba", "l1"]()
    assert recorder.calls[0][3]["threads"] is None


def test_backends_that_can_be_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """All of them, with the reason for the others; one that is named and missing is an error."""
    missing = SimpleNamespace(why_not=lambda: "it is not here")
    monkeypatch.setattr(places, "find", lambda name: missing if name == "cupy" else find(name))
    known, absent = places.chosen(None)
    assert list(known) == ["core", "numba"]
    assert absent == {"cupy": "it is not here"}
    assert list(places.chosen(["core", "core"])[0]) == ["core"]
    with pytest.raises(ValueError, match=r"Unknown backend 'nimba'\. Known are: core, numba, cupy"):
        places.chosen(["nimba"])
