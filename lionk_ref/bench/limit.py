"""Section 4, timed: the machine's own limit, the traffic of a Lion step and little else.

20 bytes an entry of float32: x, m and g are read, x and m are written. The kernel is plain C,
compiled when it is asked for; where that cannot be done its twins in Numba or NumPy take its place.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from lionk_ref.bench import limit_twins
from lionk_ref.bench.clock import Runner

BYTES = 20
"""What a step of Lion moves for each entry."""

HYPER = 1e-3, 0.9, 0.99, 0.1
"""lr, beta1, beta2 and lam of every contender."""

SOURCE = r"""
#include <stddef.h>
#define ARGUMENTS float *restrict x, float *restrict m, const float *restrict g, size_t n, \
                  float lr, float beta1, float beta2, float lam
#define STEP(j) {                                                                          \
    float m_tilde = beta1 * m[j] - (1 - beta1) * g[j];                                     \
    float u = (float)((m_tilde > 0) - (m_tilde < 0));                                      \
    x[j] = x[j] + lr * (u - lam * x[j]);                                                   \
    m[j] = beta2 * m[j] - (1 - beta2) * g[j];                                              \
}
void plain(ARGUMENTS) {
    for (size_t i = 0; i < n; i++) STEP(i)
}
void ahead(ARGUMENTS) {
    size_t i = 0;
    for (; i + 16 <= n; i += 16) {
        __builtin_prefetch(x + i + 512, 1);
        __builtin_prefetch(m + i + 512, 1);
        __builtin_prefetch(g + i + 512);
        for (size_t j = i; j < i + 16; j++) STEP(j)
    }
    for (; i < n; i++) STEP(i)
}
"""

FLAGS = ["-O3", "-march=native", "-ffp-contract=off", "-shared", "-fPIC"]

Kernel: TypeAlias = Callable[[Any, Any, Any, tuple[float, ...]], Runner]
"""``kernel(x, m, g, hyper)`` gives what makes one step on them."""


class Limit(NamedTuple):
    """The kernels of which the quickest is the limit, and what they are written in."""

    what: str
    kernels: Mapping[str, Kernel]

    def runners(self, x: Any, m: Any, g: Any, threads: int) -> dict[str, Runner]:
        """One step by each kernel on one thread, and on ``threads`` if that is more."""
        counts = sorted({1, threads})
        return {
            f"{name}, {count}": _shared(kernel, x, m, g, count)
            for name, kernel in self.kernels.items()
            for count in counts
        }


@cache
def limit() -> Limit:
    """The plainest fast code that can be had here: C, or else Numba, or else NumPy in blocks."""
    compiler = shutil.which(os.environ.get("CC", "cc"))
    if compiler is None:
        return limit_twins.twin("there is no C compiler", Limit)
    try:
        library = compiled(compiler)
    except (OSError, subprocess.CalledProcessError) as error:
        first = (str(getattr(error, "stderr", "") or error)).strip().partition("\n")[0]
        return limit_twins.twin(f"the C compiler failed: {first}", Limit)
    kernels = {name: _c_kernel(getattr(library, name)) for name in ("plain", "ahead")}
    return Limit(f"C by {_version(compiler)}, {' '.join(FLAGS[:3])}", kernels)


def compiled(compiler: str) -> ctypes.CDLL:
    """The C source as a library; nothing of it stays on the disk."""
    with tempfile.TemporaryDirectory(prefix="lionk-bench-", ignore_cleanup_errors=True) as folder:
        path = Path(folder) / "limit.c"
        path.write_text(SOURCE, "utf-8")
        target = str(path.with_suffix(".so"))
        command = [compiler, *FLAGS, "-o", target, str(path)]
        subprocess.run(command, check=True, capture_output=True, text=True)
        return ctypes.CDLL(target)


def _version(compiler: str) -> str:
    done = subprocess.run([compiler, "--version"], check=True, capture_output=True, text=True)
    return done.stdout.partition("\n")[0]


def _c_kernel(function: Any) -> Kernel:
    def start(x: Any, m: Any, g: Any, hyper: tuple[float, ...]) -> Runner:
        arrays = [ctypes.c_void_p(a.ctypes.data) for a in (x, m, g)]
        numbers = [ctypes.c_float(v) for v in hyper]
        return lambda: function(*arrays, ctypes.c_size_t(x.size), *numbers)

    return start


def _shared(kernel: Kernel, x: Any, m: Any, g: Any, threads: int) -> Runner:
    """One step in even shares; the first is the caller's own."""
    ends = [x.size * k // threads // 16 * 16 for k in range(threads)] + [x.size]
    first, *others = [kernel(x[a:b], m[a:b], g[a:b], HYPER) for a, b in pairwise(ends)]
    if not others:
        return first
    pool = _pool()

    def run() -> None:
        running = [pool.submit(other) for other in others]
        first()
        for other in running:
            other.result()

    return run


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(os.cpu_count(), thread_name_prefix="limit")
