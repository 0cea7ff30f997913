"""Section 4, timed: the CPU as a place to run, its arrays, its limit, and what it is."""

from __future__ import annotations

import platform
from pathlib import Path
from typing import Any

import numpy as np

from lionk_ref.bench import limit
from lionk_ref.bench.clock import Runner, nothing
from lionk_ref.processes import cores

CPUINFO, MEMINFO = Path("/proc/cpuinfo"), Path("/proc/meminfo")
VECTORS = {"avx512f": "AVX-512", "avx2": "AVX2", "sve": "SVE", "asimd": "NEON"}


class Host:
    """The CPU, with NumPy."""

    name = "cpu"

    @property
    def kind(self) -> str:
        """Such as ``2 cores x86-64 AVX-512 (AMD EPYC), Linux``."""
        return kind(_read(CPUINFO), cores(), platform.machine(), platform.system())

    @property
    def limit(self) -> str:
        """What the limit is written in."""
        return limit.limit().what

    def threads(self) -> list[int]:
        """One, and all."""
        return sorted({1, cores()})

    def free(self) -> int | None:
        """Bytes that can be had, where the system tells."""
        return available(_read(MEMINFO))

    def arrays(self, n: int) -> tuple[Any, Any, Any]:
        """x, m and g of n normal numbers in float32."""
        rng = np.random.default_rng(n)
        x, m, g = (rng.standard_normal(n, dtype=np.float32) for _ in "xmg")
        return x, m, g

    def limits(self, x: Any, m: Any, g: Any, threads: int) -> dict[str, Runner]:
        """The kernels of the limit."""
        return limit.limit().runners(x, m, g, threads)

    def two_passes(self, x: Any, m: Any, g: Any, threads: int) -> Runner | None:
        """The traffic of a K of all entries in C, if there is a compiler."""
        return limit.limit().two_passes(x, m, g, threads)

    def download(self, a: Any) -> Any:
        """A copy, as an array of NumPy."""
        return np.array(a)

    settle = staticmethod(nothing)


def kind(cpuinfo: str, count: int, machine: str, system: str) -> str:
    r"""The machine in a few words, of which /proc/cpuinfo has the model and the vectors.

    Examples
    --------
    >>> kind("model name : Some CPU\nflags : sse avx2", 2, "x86_64", "Linux")
    '2 cores x86-64 AVX2 (Some CPU), Linux'
    """
    pairs = (line.partition(":") for line in cpuinfo.splitlines())
    fields = {name.strip(): value.strip() for name, _, value in pairs}
    flags = fields.get("flags", fields.get("Features", "")).split()
    widest = next((text for flag, text in VECTORS.items() if flag in flags), None)
    model = f"({fields['model name']})" if "model name" in fields else None
    parts = [f"{count} core{'s' * (count > 1)}", machine.replace("_", "-"), widest, model]
    return f"{' '.join(filter(None, parts))}, {system}"


def available(meminfo: str) -> int | None:
    r"""The bytes that Linux can give without swapping, or None.

    Examples
    --------
    >>> available("MemTotal: 9 kB\nMemAvailable: 4 kB")
    4096
    """
    found = [line.split()[1] for line in meminfo.splitlines() if line.startswith("MemAvailable:")]
    return int(found[0]) * 1024 if found else None


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except OSError:
        return ""
