"""The backend ``cupy`` on a CPU: its kernels compiled by g++, its arrays those of NumPy.

Tables, plans, arguments and launches are the backend's own; only the machine is another one.
"""

from __future__ import annotations

import ctypes
import shutil
import subprocess
from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from lionk_cupy.source import BLOCK, Kernel, entry, templates

SHIM = Path(__file__).with_name("cuda_host.hpp")
ALONE = {"norm_step", "select_step", "select_start", "separable"}
"""Kernels whose threads never wait for each other."""

FLAGS = ("-std=c++17", "-O1", "-ffp-contract=off", "-shared", "-fPIC", "-w", "-U_FORTIFY_SOURCE")


def compiler() -> str | None:
    """A C++ compiler, if there is one."""
    return shutil.which("g++") or shutil.which("c++")


class Host:
    """A machine for `lionk_cupy.backend.Backend`; ``edit`` changes the source, to break it."""

    blocks = 2

    def __init__(
        self, folder: Path, kernels: Iterable[Kernel] = (), edit: Callable[[str], str] | None = None
    ) -> None:
        self.folder, self.edit = folder, edit
        self.launches: list[Kernel] = []
        self._functions: dict[Kernel, Any] = {}
        self._libraries: list[Any] = []
        self.compile(list(kernels))

    def key(self) -> tuple[int, ...]:
        """There is one machine, and it has no streams."""
        return (0,)

    def owns(self, a: Any) -> bool:
        """Any array of NumPy."""
        return isinstance(a, np.ndarray)

    def address(self, a: Any) -> int:
        """Where NumPy has it."""
        return int(a.ctypes.data)

    def place(self, a: Any) -> tuple[Any, ...]:
        """Its address, and how it lies there."""
        return a.ctypes.data, a.shape, a.strides, a.dtype, a.flags.writeable

    def writeable(self, a: Any) -> bool:
        """As NumPy says."""
        return bool(a.flags.writeable)

    def contiguous(self, a: Any) -> Any:
        """As NumPy has it, aligned to its own entries."""
        return np.require(a, requirements=["C", "A"])

    def upload(self, a: Any) -> Any:
        """A copy."""
        return a.copy()

    def download(self, a: Any) -> Any:
        """A copy."""
        return a.copy()

    def scratch(self, size: int) -> Any:
        """Memory with NaN in it, which nobody may count on."""
        return np.full(size, 0xFF, np.uint8)

    def compile(self, kernels: Sequence[Kernel]) -> None:
        """Kernels that are not there yet, in one library."""
        missing = [k for k in dict.fromkeys(kernels) if k not in self._functions]
        if not missing:
            return
        library = build(self.folder, missing, self.edit)
        self._libraries.append(library)
        for kernel in missing:
            self._functions[kernel] = getattr(library, f"host_{kernel.name}")

    def launch(self, kernel: Kernel, grid: int, arguments: Sequence[Any]) -> None:
        """As on a GPU: the addresses of the arguments."""
        assert 0 < grid < 2**31
        addresses = (ctypes.c_void_p * len(arguments))(*(a.ctypes.data for a in arguments))
        self.launches.append(kernel)
        self._functions[kernel](grid, BLOCK, addresses)

    def backwards(self, yes: bool) -> None:
        """Run the threads of a block from the last to the first."""
        for each in self._libraries:
            ctypes.c_int.in_dll(each, "backwards").value = int(yes)

    def count(self, what: str) -> int:
        """How many loads and stores a GPU would have refused, or blocks would have hung."""
        return sum(ctypes.c_int.in_dll(each, what).value for each in self._libraries)


def build(
    folder: Path, kernels: Sequence[Kernel], edit: Callable[[str], str] | None = None
) -> ctypes.CDLL:
    """The kernels as a shared library, compiled once for each text."""
    parts = [templates(), *map(entry, kernels)]
    source = "\n".join(parts)
    exports = "\n".join(f"HOST({k.name}, {int(k.template not in ALONE)})" for k in kernels)
    text = f"{SHIM.read_text('utf-8')}\n{edit(source) if edit else source}\n{exports}\n"
    stem = folder / sha256(text.encode()).hexdigest()[:16]
    target = stem.with_suffix(".so")
    if not target.exists():
        stem.with_suffix(".cpp").write_text(text, "utf-8")
        command = [str(compiler()), *FLAGS, str(stem.with_suffix(".cpp")), "-o", str(target)]
        subprocess.run(command, check=True, capture_output=True, text=True)
    return ctypes.CDLL(str(target))
