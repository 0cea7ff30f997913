"""As much of CuPy as `lionk_cupy.cuda` uses, on a CPU: what it calls, it calls with what is there.

Arrays are those of NumPy with CuPy's attributes; a "cubin" is the text that was to be compiled,
and a launch runs the kernel of that name on the host.
"""

from __future__ import annotations

import ctypes
import re
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
from cuda_on_host import Host

from lionk_cupy.source import Kernel


class ndarray(np.ndarray):  # noqa: N801
    """An array that says where it is as those of CuPy do."""

    device = SimpleNamespace(id=0)

    @property
    def data(self) -> Any:
        """The address, in ``ptr``."""
        return SimpleNamespace(ptr=self.ctypes.data)

    def set(self, a: Any) -> None:
        """Copy from the host: the dtype and the shape must be the same."""
        assert (a.dtype, a.shape) == (self.dtype, self.shape)
        self[...] = a


def mine(a: Any) -> Any:
    """A copy as an array of this library."""
    return np.array(a).view(ndarray)


class Module:
    """Loads a text, and finds the kernels in it that its entry points name."""

    loads: list[bytes] = []  # noqa: RUF012

    def load(self, text: bytes) -> None:
        """Keep the text."""
        self.text = text.decode()
        self.loads.append(text)

    def get_function(self, name: str) -> Any:
        """A handle of the kernel; the driver knows what is behind it."""
        found = re.search(rf"{name}\(.*?{{ (\w+)(?:<(.*?)>)?\(", self.text)
        assert found is not None
        arguments = tuple(found[2].split(", ")) if found[2] else ()
        kernels.append(Kernel(found[1], arguments))
        return SimpleNamespace(ptr=len(kernels) - 1)


kernels: list[Kernel] = []


def library(host: Host) -> ModuleType:
    """The module, whose kernels run on ``host``."""
    pending: dict[int, str] = {}

    def create(source: str, name: str, headers: Any, includes: Any) -> int:
        assert isinstance(source, str)
        assert headers == includes == ()
        return len(pending.setdefault(0, source)) and 0

    def compile_it(program: int, options: tuple[str, ...]) -> None:
        assert "--fmad=false" in options
        assert options[-1] == "--gpu-architecture=sm_90"

    def launch(function: int, gx: int, gy: int, gz: int, bx: int, by: int, bz: int,
               shared: int, stream: int, arguments: int, extra: int) -> None:  # fmt: skip
        assert (gy, gz, bx, by, bz, shared, stream, extra) == (1, 1, 256, 1, 1, 0, 7, 0)
        host._functions[kernels[function]](gx, bx, ctypes.c_void_p(arguments))

    cupy = ModuleType("cupy")
    cuda = SimpleNamespace(
        runtime=SimpleNamespace(
            getDevice=lambda: 0, getDeviceCount=lambda: 1, CUDARuntimeError=RuntimeError
        ),
        Device=lambda n: SimpleNamespace(
            attributes={"MultiProcessorCount": 2}, compute_capability="90"
        ),
        get_current_stream=lambda: SimpleNamespace(ptr=7),
        driver=SimpleNamespace(launchKernel=launch),
        function=SimpleNamespace(Module=Module),
        nvrtc=SimpleNamespace(
            createProgram=create, compileProgram=compile_it, NVRTCError=ValueError,
            getCUBIN=lambda p: pending[p].encode(), destroyProgram=lambda p: pending.pop(p),
        ),
    )  # fmt: skip
    names = {
        "ndarray": ndarray, "float32": np.float32, "uint8": np.uint8, "cuda": cuda,
        "empty": lambda n, dtype: mine(np.empty(n, dtype)), "asarray": mine, "asnumpy": np.array,
        "full": lambda n, a, dtype: mine(np.full(n, a, dtype)),
        "ascontiguousarray": lambda a: np.ascontiguousarray(a).view(ndarray),
    }  # fmt: skip
    for name, value in names.items():
        setattr(cupy, name, value)
    return cupy
