"""The kernels as NVIDIA's compiler makes them: for every generation, and what is in the code."""

from __future__ import annotations

import re
from itertools import product

import nvrtc
import pytest
from cuda_kernels import EVERY, kernels_for

from lionk_cupy.source import Kernel, text
from lionk_ref.convex import L1, L2, GroupL2, Huber, Lp, TopK

OPTIONS = ("--fmad=false", "--std=c++17")
CERTIFIED = Huber(), Lp(p=3.0), GroupL2(size=40), TopK()
TRANSCENDENTAL = ("log_cosh", "hyperbolic")
"""Their tanh and sinh are the compiler's own, which are made with fused operations."""

pytestmark = pytest.mark.skipif(nvrtc.compiler() is None, reason="NVRTC is not installed")


def bodies(ptx: str) -> dict[str, str]:
    """The kernels of a module by name; the functions that they call are not theirs."""
    parts = re.split(r"\n(?=(?:\.visible |\.weak )?\.(?:entry|func))", ptx)
    entries = (re.match(r"\.visible \.entry (\w+)", part) for part in parts)
    return {e[1]: part for e, part in zip(entries, parts, strict=True) if e}


MOST = [k for k in EVERY if "certified" not in k.template or "double" not in k.arguments]
"""Those that sum in double what is computed in double differ by one instruction, and take long."""


@pytest.fixture(scope="module")
def compiled() -> dict[str, str]:
    """Nearly every kernel that the tests use, as text."""
    return bodies(nvrtc.ptx(text(MOST), *OPTIONS))


def test_every_kernel_compiles(compiled: dict[str, str]) -> None:
    """All of them in one module, each under its name."""
    assert set(compiled) == {kernel.name for kernel in MOST}


def test_no_fused_operation(compiled: dict[str, str]) -> None:
    """An fma rounds once where the core rounds twice."""
    fused = {name for name, body in compiled.items() if re.search(r"\bfma\.", body)}
    assert {n for n in fused if not any(t in n for t in TRANSCENDENTAL)} == set()


def test_an_fma_is_seen() -> None:
    """Without the option the compiler fuses."""
    kernels = kernels_for(L1())
    (body,) = bodies(nvrtc.ptx(text(kernels), "--std=c++17")).values()
    assert re.search(r"\bfma\.rn\.f32", body)


def test_subnormals_are_kept(compiled: dict[str, str]) -> None:
    """No operation flushes them to zero, and divisions and roots are those of IEEE."""
    own = {n: body for n, body in compiled.items() if not any(t in n for t in TRANSCENDENTAL)}
    for name, body in own.items():
        assert not re.search(r"\.ftz\b", body), name
        assert not re.search(r"\b(div|sqrt)\.(approx|full)\.", body), name


def test_sixteen_bytes_at_a_time(compiled: dict[str, str]) -> None:
    """What sweeps over x, m and g loads and stores 16 bytes of global memory at once."""
    for name, body in compiled.items():
        loads, stores = (len(re.findall(rf"{a}\.global\.\w+\.v4\.u32", body)) for a in ("ld", "st"))
        if any(
            part in name
            for part in (
                "separable",
                "norm_step",
                "select_step",
                "certified_norm_l",
                "certified_huber",
                "certified_select_E",
            )
        ):
            assert loads >= 3, name
            assert stores >= 2, name
        elif any(part in name for part in ("_measure_", "select_count")):
            assert loads >= 2, name


def test_nothing_is_kept_in_local_memory(compiled: dict[str, str]) -> None:
    """An array that is indexed at run time would lie in memory."""
    assert [name for name, body in compiled.items() if ".local" in body] == []


def test_half_is_the_machines_own(compiled: dict[str, str]) -> None:
    """The CPU stands in for two instructions, which must be these."""
    name = Kernel("separable", ("huber", "Explicit", "Half", "Half", "Half")).name
    assert "cvt.f32.f16" in compiled[name]
    assert "cvt.rn.f16.f32" in compiled[name]


def test_registers() -> None:
    """Lion keeps 32 registers, so that as many threads run as a multiprocessor holds; no spills."""
    cases = [*product([L1()], ("444", "888", "bbb")), *product([Lp(), TopK()], ["444"])]
    kernels = dict.fromkeys(k for K, types in cases for k in kernels_for(K, types=types))
    log = nvrtc.report(text(kernels), "90", *OPTIONS)
    found = re.findall(
        r"entry function '(\w+)'.*?(\d+) bytes spill stores.*?Used (\d+) reg", log, re.S
    )
    assert len(found) == len(kernels)
    for name, spilled, registers in found:
        assert int(spilled) == 0, name
        assert int(registers) <= (32 if "separable" in name else 64), name


@pytest.mark.parametrize("capability", ["75", "80", "90", "100", "120"])
def test_machine_code(capability: str) -> None:
    """One of each family, for every generation from Turing on."""
    cases = [(Huber(), "444"), (Huber(), "888"), (Huber(), "hbh"), (L2(), "444"), (Lp(), "888")]
    cases += [(GroupL2(size=40), "444"), (TopK(), "444"), (TopK(), "888")]
    kernels = [k for K, types in cases for k in kernels_for(K, "implicit", types)]
    kernels += [k for K in CERTIFIED for k in kernels_for(K, certify=True)]
    cubin = nvrtc.cubin(text(dict.fromkeys(kernels)), capability, *OPTIONS)
    assert cubin.startswith(b"\x7fELF")
    assert all(k.name.encode() in cubin for k in kernels)
