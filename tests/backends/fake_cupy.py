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

from lionk_cupy.plan import HYPER
from lionk_cupy.source import COMMON, SIGNATURES, Kernel
from lionk_cupy.tables import JOB


class ndarray(np.ndarray):  # noqa: N801
    """An array that says where it is as those of CuPy do."""

    device = SimpleNamespace(id=0)

    @property
    def data(self) -> Any:
        """The address, in ``ptr``."""
        return SimpleNamespace(ptr=self.ctypes.data)

    def set(self, a: Any) -> None:
        """Copy from the host: the dtype and the shape must be the same."""
        assert current().captured is None, "not while a graph is captured"
        assert (a.dtype, a.shape) == (self.dtype, self.shape)
        self[...] = a


def mine(a: Any) -> Any:
    """A copy as an array of this library."""
    return np.array(a).view(ndarray)


class Module:
    """Loads a text, and finds the kernels in it that its entry points name."""

    loads: list[bytes] = []  # noqa: RUF012

    def __init__(self, host: Host) -> None:
        self.host = host

    def load(self, text: bytes) -> None:
        """Keep the text."""
        self.text = text.decode()
        self.loads.append(text)

    def get_function(self, name: str) -> Any:
        """What launches the kernel on the current stream, with one number or struct for each."""
        found = re.search(rf"{name}\(.*?{{ (\w+)(?:<(.*?)>)?\(", self.text)
        assert found is not None
        kernel = Kernel(found[1], tuple(found[2].split(", ")) if found[2] else ())

        def launch(grid: tuple[int], block: tuple[int], arguments: tuple[Any, ...]) -> None:
            assert all(type(a) is np.ndarray and a.size == 1 for a in arguments)
            current().run(by_value(self.host, kernel, *grid, *block, arguments))

        return launch


class Stream:
    """Launches go to the stream of the innermost ``with``; while it captures they are written down.

    What a launch gets by value is copied then; what it gets by address is read when it runs.
    """

    entered: list[Stream] = []  # noqa: RUF012

    def __init__(self, non_blocking: bool = False, ptr: int | None = None) -> None:
        self.ptr = id(self) if ptr is None else ptr
        self.captured: list[Any] | None = None

    def __enter__(self) -> Stream:
        self.entered.append(self)
        return self

    def __exit__(self, *error: object) -> None:
        self.entered.pop()

    def begin_capture(self) -> None:
        """From now on nothing runs."""
        self.captured = []

    def end_capture(self) -> Any:
        """A graph of what was launched since."""
        launches, self.captured = self.captured or [], None
        return SimpleNamespace(launch=lambda stream: [run() for run in launches])

    def synchronize(self) -> None:
        """Everything ran at once."""

    def run(self, work: Any) -> None:
        """Now, or when the graph is launched."""
        work() if self.captured is None else self.captured.append(work)


FIRST = Stream(ptr=7)
PER_THREAD = 2
Stream.ptds = Stream(ptr=PER_THREAD)  # type: ignore[attr-defined]


def current() -> Stream:
    """The stream that launches go to."""
    return Stream.entered[-1] if Stream.entered else FIRST


def not_captured(f: Any) -> Any:
    """``f``, which must not be called while a stream captures: it waits, or asks for memory."""

    def checked(*arguments: Any, **named: Any) -> Any:
        assert current().captured is None, "not while a graph is captured"
        return f(*arguments, **named)

    return checked


def by_value(host: Host, kernel: Kernel, grid: int, block: int, arguments: Any) -> Any:
    """A launch with its arguments copied, which can be repeated."""
    sizes = [argument_size(a) for a in signature(kernel)]
    copies = [a.tobytes() for a in arguments]
    assert [len(c) for c in copies] == sizes

    def run() -> None:
        held = [ctypes.create_string_buffer(c, len(c)) for c in copies]
        there = (ctypes.c_void_p * len(held))(*(ctypes.addressof(h) for h in held))
        host.launches.append(kernel)
        host._functions[kernel](grid, block, there)

    return run


def signature(kernel: Kernel) -> list[str]:
    """The types of the arguments of a kernel, as its entry point has them."""
    return [a.strip() for a in f"{SIGNATURES[kernel.template]}, {COMMON}".split(",")]


def argument_size(argument: str) -> int:
    """How many bytes an argument has."""
    if "*" in argument:
        return 8
    return {"Job": JOB.itemsize, "Hyper": HYPER.itemsize, "long": 8, "int": 4}[argument.split()[0]]


def stand_in(host: Host) -> ModuleType:
    """The module, whose kernels run on ``host``."""
    pending: dict[int, str] = {}

    def create(source: str, name: str, headers: Any, includes: Any) -> int:
        assert isinstance(source, str)
        assert headers == includes == ()
        return len(pending.setdefault(0, source)) and 0

    def compile_it(program: int, options: tuple[str, ...]) -> None:
        assert "--fmad=false" in options
        assert options[-1] == "--gpu-architecture=sm_90"

    cupy = ModuleType("cupy")
    cuda = SimpleNamespace(
        runtime=SimpleNamespace(
            getDevice=lambda: 0, getDeviceCount=lambda: 1, CUDARuntimeError=RuntimeError,
            streamPerThread=PER_THREAD,
        ),
        Device=lambda n=0: SimpleNamespace(
            attributes={"MultiProcessorCount": 2}, compute_capability="90", synchronize=lambda: None
        ),
        get_current_stream=current,
        Stream=Stream,
        function=SimpleNamespace(Module=lambda: Module(host)),
        nvrtc=SimpleNamespace(
            createProgram=create, compileProgram=compile_it, NVRTCError=ValueError,
            getCUBIN=lambda p: pending[p].encode(), destroyProgram=lambda p: pending.pop(p),
        ),
    )  # fmt: skip
    names = {
        "ndarray": ndarray, "float32": np.float32, "uint8": np.uint8, "cuda": cuda,
        "empty": not_captured(lambda n, dtype: mine(np.empty(n, dtype))),
        "asarray": not_captured(mine), "asnumpy": not_captured(np.array),
        "full": not_captured(lambda n, a, dtype: mine(np.full(n, a, dtype))),
        "ascontiguousarray": not_captured(lambda a: np.ascontiguousarray(a).view(ndarray)),
    }  # fmt: skip
    for name, value in names.items():
        setattr(cupy, name, value)
    return cupy
