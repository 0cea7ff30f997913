"""Section 4, timed: the limit in plain C, on one thread and, by OpenMP, on several."""

from __future__ import annotations

import ctypes
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from lionk_ref.bench.clock import Runner

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
typedef unsigned __attribute__((may_alias)) word;
volatile word seen;
void twice(ARGUMENTS) {
    const word *a = (const word *)m, *b = (const word *)g;
    word some = 0;
    for (size_t i = 0; i < n; i++) some |= a[i] ^ b[i];
    seen = some;
    plain(x, m, g, n, lr, beta1, beta2, lam);
}
#ifdef _OPENMP
#define BEGIN(k) ((k) < threads ? n / 16 * (k) / threads * 16 : n)
#define SHARED(kernel)                                                                     \
void kernel##_shared(ARGUMENTS, int threads) {                                             \
    _Pragma("omp parallel for schedule(static, 1) num_threads(threads)")                   \
    for (int k = 0; k < threads; k++) {                                                    \
        size_t i = BEGIN(k);                                                               \
        kernel(x + i, m + i, g + i, BEGIN(k + 1) - i, lr, beta1, beta2, lam);              \
    }                                                                                      \
}
SHARED(plain)
SHARED(ahead)
SHARED(twice)
#endif
"""

NAMES, TWICE = ("plain", "ahead"), "twice"
"""The kernels of 20 bytes an entry, and the one that reads m and g before: 28 bytes."""

FLAGS = "-O3", "-march=native", "-ffp-contract=off"
OPENMP = "-fopenmp"


def compiled(compiler: str, flags: Sequence[str]) -> ctypes.CDLL:
    """The C source as a library; nothing of it stays on the disk.

    Raises
    ------
    OSError, subprocess.CalledProcessError
        If it cannot be compiled with these flags, or what was made cannot be loaded.
    """
    with tempfile.TemporaryDirectory(prefix="lionk-bench-", ignore_cleanup_errors=True) as folder:
        path = Path(folder) / "limit.c"
        path.write_text(SOURCE, "utf-8")
        target = str(path.with_suffix(".so"))
        command = [compiler, *flags, "-shared", "-fPIC", "-o", target, str(path)]
        subprocess.run(command, check=True, capture_output=True, text=True)
        return ctypes.CDLL(target)


def version(compiler: str) -> str:
    """Its own first line."""
    done = subprocess.run([compiler, "--version"], check=True, capture_output=True, text=True)
    return done.stdout.partition("\n")[0]


def kernel(function: Any) -> Callable[..., Runner]:
    """A kernel of the library: on arrays, which it keeps, and on threads if it is shared."""

    def start(x: Any, m: Any, g: Any, hyper: Sequence[float], *threads: int) -> Runner:
        pointers = [a.ctypes.data_as(ctypes.c_void_p) for a in (x, m, g)]
        numbers = [*map(ctypes.c_float, hyper), *map(ctypes.c_int, threads)]
        return lambda: function(*pointers, ctypes.c_size_t(x.size), *numbers)

    return start
