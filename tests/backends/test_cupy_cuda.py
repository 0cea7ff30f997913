"""`lionk_cupy.cuda` itself, on a CuPy that is made up: every line of it, but on a CPU."""

from __future__ import annotations

import importlib
import sys
from typing import Any

import fake_cupy
import numpy as np
import pytest
from cuda_cases import HYPER, core, same, triple

from lionk_cupy import Backend
from lionk_ref.convex import L1, L2, HalfSquare, Huber, Scaled, TopK


@pytest.fixture
def cuda(host: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The module, imported with the CuPy that is made up."""
    monkeypatch.setitem(sys.modules, "cupy", fake_cupy.stand_in(host))
    monkeypatch.delitem(sys.modules, "lionk_cupy.cuda", raising=False)
    yield importlib.import_module("lionk_cupy.cuda")
    sys.modules.pop("lionk_cupy.cuda", None)


@pytest.mark.parametrize("K", [L1(), L2(), TopK(k=2)], ids=repr)
def test_a_step(cuda: Any, K: Any) -> None:
    """Compiled, loaded, given its arguments and launched, on one array and on many."""
    backend = Backend(cuda.Cuda())
    arrays = triple((40, 30), np.float32, special=False)
    x, m, g = (fake_cupy.mine(a) for a in arrays)
    backend.step_(K, "explicit", x, m, g, **HYPER)
    expected = core(K, "explicit", *arrays)
    assert np.max(np.abs(x - expected.x)) < 1e-8
    there = [{"a": fake_cupy.mine(a), "b": fake_cupy.mine(a).T} for a in arrays]
    backend.step_(K, "explicit", *there, **HYPER)
    turned = core(K, "explicit", *(a.T for a in arrays))
    assert np.max(np.abs(there[0]["a"] - expected.x)) < 1e-8
    assert np.max(np.abs(there[0]["b"] - turned.x)) < 1e-8
    assert same(np.array(there[1]["b"]), turned.m)


def test_a_step_by_the_core(cuda: Any) -> None:
    """dK is an array of the library, formed anew, and launched with its address; certified too."""
    arrays = triple((40, 30), np.float32, special=False)
    K = Scaled(HalfSquare(c=0.3), 2.0)
    expected = core(K, "explicit", *arrays)
    for run in (Backend(cuda.Cuda()).step_, Backend(cuda.Cuda()).certified_step_):
        x, m, g = (fake_cupy.mine(a) for a in arrays)
        run(K, "explicit", x, m, g, **HYPER)
        assert same(np.array(x), expected.x)
        assert same(np.array(m), expected.m)


def test_kernels_are_compiled_once(cuda: Any) -> None:
    """Another step, and another array, load nothing."""
    backend = Backend(cuda.Cuda())
    before = len(fake_cupy.Module.loads)
    for n in (5, 5, 9):
        arrays = (fake_cupy.mine(np.ones(n, np.float32)) for _ in range(3))
        backend.step_(Huber(), "implicit", *arrays, **HYPER)
    assert len(fake_cupy.Module.loads) == before + 1


def test_certified(cuda: Any) -> None:
    """The sums come back."""
    x, m, g = (fake_cupy.mine(np.full(3, a)) for a in (1.0, 0.5, -2.0))
    sums = Backend(cuda.Cuda()).certified_step_(
        Huber(), "explicit", x, m, g, lr=0.25, beta1=0.5, beta2=0.5, lam=1.0
    )
    assert (sums.x_m_next, sums.K_m_next, sums.gauge) == (3.75, 2.25, 1.0)


def test_first_launch(cuda: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """One step tells whether kernels run, and whether they are right."""
    assert cuda.first_launch() is None
    monkeypatch.setattr(cuda.Cuda, "launch", lambda *arguments: None)
    assert cuda.first_launch() == "a kernel was launched, but its result is wrong"


def test_a_compiler_error(cuda: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the compiler wrote is in the error, and the reason is its first line."""
    nvrtc = cuda.cupy.cuda.nvrtc

    def fail(program: Any, options: Any) -> None:
        raise nvrtc.NVRTCError

    monkeypatch.setattr(nvrtc, "compileProgram", fail)
    monkeypatch.setattr(nvrtc, "getProgramLog", lambda p: "line 1: error\nmore", raising=False)
    with pytest.raises(RuntimeError, match="line 1: error"):
        cuda.cubin("nonsense", "90")
    assert cuda.first_launch() == "no kernel can be launched (line 1: error)"


def test_entries_off_their_places(cuda: Any) -> None:
    """A GPU stops at a load of 4 bytes from an odd address: said before anything is launched."""
    x, m = (fake_cupy.mine(np.ones(3, np.float32)) for _ in range(2))
    bits = np.zeros(32, np.uint8)
    g = bits[1 - bits.ctypes.data % 4 :][:12].view(np.float32).view(fake_cupy.ndarray)
    with pytest.raises(ValueError, match=r"float32 at multiples of 4 bytes only, .* 1 bytes off"):
        Backend(cuda.Cuda()).step_(L1(), "explicit", x, m, g, **HYPER)


def test_arrays_of_another_device(cuda: Any) -> None:
    """They are not this one's."""
    x, m, g = (fake_cupy.mine(np.ones(3)) for _ in range(3))
    m.device = type(m.device)(id=1)
    with pytest.raises(TypeError, match="current device"):
        Backend(cuda.Cuda()).step_(L1(), "explicit", x, m, g, **HYPER)
