"""What the backend asks of the machine that its kernels run on.

`lionk_cupy.cuda` is a GPU. The tests have another one: the same kernels, compiled for the CPU, on
the arrays of NumPy. Everything but these few methods is common to both.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from lionk_cupy.source import Kernel


class Device(Protocol):
    """Arrays, memory and launches, in the order of the current stream."""

    @property
    def blocks(self) -> int:
        """How many blocks keep the machine busy."""
        ...

    def key(self) -> tuple[int, ...]:
        """Which machine and which stream are current."""
        ...

    def owns(self, a: Any) -> bool:
        """Whether ``a`` is an array of this machine."""
        ...

    def address(self, a: Any) -> int:
        """Where the entries of a contiguous array are."""
        ...

    def place(self, a: Any) -> tuple[Any, ...]:
        """All that a plan needs to know of an array; AttributeError if it is of another kind."""
        ...

    def writeable(self, a: Any) -> bool:
        """Whether the entries may be overwritten."""
        ...

    def contiguous(self, a: Any) -> Any:
        """``a`` itself, or a copy in C order."""
        ...

    def upload(self, a: Any) -> Any:
        """A copy of an array of NumPy."""
        ...

    def download(self, a: Any) -> Any:
        """The bytes of an array of the machine, as an array of NumPy; waits for them."""
        ...

    def scratch(self, size: int) -> Any:
        """Memory of so many bytes, with anything in it."""
        ...

    def compile(self, kernels: Sequence[Kernel]) -> None:
        """Make ready what `launch` is going to be asked for."""
        ...

    def launch(self, kernel: Kernel, grid: int, arguments: Sequence[Any]) -> None:
        """Run a kernel on so many blocks; the arguments are scalars and structs of NumPy."""
        ...
