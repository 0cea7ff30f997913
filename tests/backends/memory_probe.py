"""What a warm step allocates, measured in a process of its own; run as a script it prints JSON.

Peak resident memory sees what is touched, whoever allocates it, `tracemalloc` what Python and NumPy
allocate, touched or not. glibc would keep a freed block for the next step, which then seemed to
need none: `ENVIRONMENT` makes it give back at once what is large.
"""

from __future__ import annotations

import ctypes
import json
import sys
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from lionk_ref.backend import require
from lionk_ref.convex import L1, L2, ConvexFunction, GroupL2, Lp, TopK

N = 10**7
REPEATS = 5
STATUS, CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")
ENVIRONMENT = {"MALLOC_MMAP_THRESHOLD_": "65536", "NUMPY_MADVISE_HUGEPAGE": "0"}
HYPER = {"lr": 1e-3, "beta1": 0.9, "beta2": 0.99, "lam": 0.1}
MISTAKES = "m_tilde stored by NumPy", "m_tilde stored by Numba"
NO_HUGE_PAGES = 41

Step = Callable[[Any, Any, Any], object]


def step(K: ConvexFunction, threads: int, method: str = "step_") -> Step:
    """A step in place of the backend."""
    run = getattr(require("numba"), method)
    return lambda x, m, g: run(K, "explicit", x, m, g, threads=threads, **HYPER)


def in_numpy(x: Any, m: Any, g: Any) -> None:
    """The mistake: m_tilde is stored, by NumPy."""
    m_tilde = np.subtract(m, g)
    np.add(x, m_tilde, out=x)


def compiled(x: Any, m: Any, g: Any) -> None:
    """The same by a loop, for Numba."""
    m_tilde = np.empty_like(m)
    for i in range(m.size):
        m_tilde[i] = m[i] - g[i]
    for i in range(m.size):
        x[i] += m_tilde[i]


def cases() -> dict[str, Step]:
    """One of each family, on one thread and on two; two that are certified; and the mistakes."""
    import numba

    kinds = L1(), L2(), Lp(p=1.7), TopK(k=N // 2), GroupL2(size=100)
    found = {f"{K.key}, {threads}": step(K, threads) for K in kinds for threads in (1, 2)}
    certified = {f"{K.key} certified, 2": step(K, 2, "certified_step_") for K in kinds[:2]}
    return found | certified | dict(zip(MISTAKES, (in_numpy, numba.njit(compiled)), strict=True))


def resident(run: Callable[[], object]) -> int | None:
    """Bytes by which the peak of resident memory rises; None where the system does not tell."""
    try:
        CLEAR.write_text("5", "ascii")
        before = _status("VmRSS")
        run()
        return _status("VmHWM") - before
    except (OSError, KeyError):
        return None


def _status(name: str) -> int:
    lines = (line.partition(":") for line in STATUS.read_text("ascii").splitlines())
    return int({key: value for key, _, value in lines}[name].split()[0]) * 1024


def traced(run: Callable[[], object]) -> int:
    """Bytes by which the peak of what Python and NumPy allocated rises."""
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        run()
        return tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()


def least(measure: Callable[[Callable[[], object]], int | None], run: Any) -> int | None:
    """The least of some repeats: what others do at the time is not the step's."""
    found = [measure(run) for _ in range(REPEATS)]
    known = [bytes_ for bytes_ in found if bytes_ is not None]
    return min(known) if len(known) == REPEATS else None


def main() -> None:
    """Print the bytes that each case needs, resident and traced."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(NO_HUGE_PAGES, 1, 0, 0, 0)
    rng = np.random.default_rng(0)
    x, m, g = (rng.standard_normal(N, dtype=np.float32) for _ in "xmg")
    found = {}
    for name, make in cases().items():
        make(x, m, g)
        run = lambda make=make: make(x, m, g)  # noqa: E731
        found[name] = {"resident": least(resident, run), "traced": least(traced, run)}
    print(json.dumps(found))


if __name__ == "__main__":
    main()
