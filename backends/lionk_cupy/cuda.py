"""A GPU, by way of CuPy: its arrays, its memory, its compiler and its streams.

The kernels are compiled by NVRTC itself and not by way of `cupy.RawModule`, which flushes
subnormal numbers to zero whatever one asks for, and then loaded and launched by CuPy.
"""

from __future__ import annotations

from collections.abc import Sequence
from threading import get_ident
from typing import Any

import cupy

from lionk_cupy.source import BLOCK, Kernel, text

OPTIONS = ("--fmad=false", "--std=c++17")
"""No fused multiply-add; what else NVRTC does by default is what IEEE asks for."""


class Cuda:
    """The current device of CuPy, and its current stream."""

    def __init__(self) -> None:
        self._functions: dict[tuple[int, Kernel], Any] = {}
        self._modules: list[Any] = []
        self._blocks: dict[int, int] = {}

    @property
    def blocks(self) -> int:
        number = cupy.cuda.runtime.getDevice()
        if number not in self._blocks:
            attributes = cupy.cuda.Device(number).attributes
            self._blocks[number] = 16 * attributes["MultiProcessorCount"]
        return self._blocks[number]

    def key(self) -> tuple[int, ...]:
        stream = cupy.cuda.get_current_stream().ptr
        # The default stream of each thread, where it has one, is called the same in all of them.
        thread = get_ident() if stream == cupy.cuda.runtime.streamPerThread else 0
        return cupy.cuda.runtime.getDevice(), stream, thread

    def owns(self, a: Any) -> bool:
        return isinstance(a, cupy.ndarray) and a.device.id == cupy.cuda.runtime.getDevice()

    def address(self, a: Any) -> int:
        return int(a.data.ptr)

    def place(self, a: Any) -> tuple[Any, ...]:
        return a.data.ptr, a.shape, a.dtype, a.flags.c_contiguous

    def writeable(self, a: Any) -> bool:
        return True

    def contiguous(self, a: Any) -> Any:
        if a.data.ptr % a.itemsize:
            raise ValueError(
                f"A GPU reads {a.dtype} at multiples of {a.itemsize} bytes only, got an array that "
                f"starts {a.data.ptr % a.itemsize} bytes off: give step_ a copy."
            )
        return a if a.flags.c_contiguous else cupy.ascontiguousarray(a)

    def upload(self, a: Any) -> Any:
        bits = cupy.empty(a.nbytes, cupy.uint8)
        bits.set(a.reshape(-1).view("u1"))
        return bits

    def download(self, a: Any) -> Any:
        return cupy.asnumpy(a)

    def scratch(self, size: int) -> Any:
        return cupy.empty(size, cupy.uint8)

    def compile(self, kernels: Sequence[Kernel]) -> None:
        number = cupy.cuda.runtime.getDevice()
        missing = [k for k in kernels if (number, k) not in self._functions]
        if not missing:
            return
        module = cupy.cuda.function.Module()
        module.load(cubin(text(missing), cupy.cuda.Device(number).compute_capability))
        self._modules.append(module)
        for kernel in missing:
            self._functions[number, kernel] = module.get_function(kernel.name)

    def launch(self, kernel: Kernel, grid: int, arguments: Sequence[Any]) -> None:
        function = self._functions[cupy.cuda.runtime.getDevice(), kernel]
        function((grid,), (BLOCK,), tuple(arguments))


def cubin(source: str, capability: str) -> bytes:
    """A translation unit compiled for a compute capability such as "90"; no GPU is needed."""
    nvrtc = cupy.cuda.nvrtc
    program = nvrtc.createProgram(source, "lionk.cu", (), ())
    try:
        nvrtc.compileProgram(program, (*OPTIONS, f"--gpu-architecture=sm_{capability}"))
        compiled: bytes = nvrtc.getCUBIN(program)
    except nvrtc.NVRTCError:
        raise RuntimeError(nvrtc.getProgramLog(program)) from None
    finally:
        nvrtc.destroyProgram(program)
    return compiled


def first_launch() -> str | None:
    """Why a kernel cannot be run here, or None after one has run."""
    runtime = cupy.cuda.runtime
    try:
        if runtime.getDeviceCount() == 0:
            return "there is no CUDA device"
    except runtime.CUDARuntimeError as error:
        return f"there is no CUDA driver for this CuPy ({_first_line(error)})"
    try:
        return None if _adds_up() else "a kernel was launched, but its result is wrong"
    except Exception as error:
        return f"no kernel can be launched ({_first_line(error)})"


def _adds_up() -> bool:
    """Whether one step of Lion on one entry gives what it must."""
    from lionk_cupy import run
    from lionk_ref.convex import L1

    x, m, g = (cupy.full(1, a, cupy.float32) for a in (1.0, 0.5, -2.0))
    step = run.prepare(Cuda(), L1(), "explicit", x, m, g)
    step(lr=0.25, beta1=0.5, beta2=0.5, lam=1.0)
    return bool(x[0] == 1.0) and bool(m[0] == 1.25)


def _first_line(error: Exception) -> str:
    return (str(error) or type(error).__name__).splitlines()[0]
