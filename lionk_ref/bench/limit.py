"""Section 4, timed: the machine's own limit, the traffic of a Lion step and little else.

20 bytes an entry of float32: x, m and g are read, x and m are written. The kernel is plain C,
compiled when it is asked for; where that cannot be done its twins in Numba or NumPy take its place.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from itertools import pairwise
from typing import Any, NamedTuple, TypeAlias

from lionk_ref.bench import limit_twins
from lionk_ref.bench.clock import Runner
from lionk_ref.bench.limit_c import FLAGS, NAMES, OPENMP, TWICE, compiled, kernel, version
from lionk_ref.processes import cores

BYTES = 20
"""What a step of Lion moves for each entry."""

HYPER = 1e-3, 0.9, 0.99, 0.1
"""lr, beta1, beta2 and lam of every contender."""

Kernel: TypeAlias = Callable[[Any, Any, Any, tuple[float, ...]], Runner]
"""``kernel(x, m, g, hyper)`` gives what makes one step on them."""

Shared: TypeAlias = Callable[[Any, Any, Any, tuple[float, ...], int], Runner]
"""``shared(x, m, g, hyper, threads)`` gives what makes one step on them on so many threads."""


class Limit(NamedTuple):
    """The kernels of which the quickest is the limit, and what they are written in."""

    what: str
    kernels: Mapping[str, Kernel]
    shared: Mapping[str, Shared]
    twice: tuple[Kernel, Shared] | None = None

    def two_passes(self, x: Any, m: Any, g: Any, threads: int) -> Runner | None:
        """A step that reads m and g before, as K of all entries must; None where it is not C."""
        if self.twice is None:
            return None
        alone, shared = self.twice
        return alone(x, m, g, HYPER) if threads == 1 else shared(x, m, g, HYPER, threads)

    def runners(self, x: Any, m: Any, g: Any, threads: int) -> dict[str, Runner]:
        """One step by each kernel on one thread, and on ``threads`` if that is more."""
        runners = {f"{k}, 1": start(x, m, g, HYPER) for k, start in self.kernels.items()}
        if threads > 1:
            several = {k: start(x, m, g, HYPER, threads) for k, start in self.shared.items()}
            runners |= {f"{k}, {threads}": run for k, run in several.items()}
        return runners


def with_pool(what: str, kernels: Mapping[str, Kernel]) -> Limit:
    """A limit that is shared by threads of Python."""
    return Limit(what, kernels, {name: partial(pooled, start) for name, start in kernels.items()})


@cache
def limit() -> Limit:
    """The plainest fast code that can be had here: C, or else Numba, or else NumPy in blocks."""
    compiler = shutil.which(os.environ.get("CC", "cc"))
    if compiler is None:
        return limit_twins.twin("there is no C compiler", with_pool)
    try:
        return in_openmp(compiler) or in_c(compiler)
    except (OSError, subprocess.CalledProcessError) as error:
        first = (str(getattr(error, "stderr", "") or error)).strip().partition("\n")[0]
        return limit_twins.twin(f"the C compiler failed: {first}", with_pool)


def in_openmp(compiler: str) -> Limit | None:
    """The kernels in C, shared by OpenMP; None where the compiler or the system lacks it."""
    try:
        library = compiled(compiler, [*FLAGS, OPENMP])
        shared = {name: kernel(getattr(library, f"{name}_shared")) for name in (*NAMES, TWICE)}
    except (OSError, subprocess.CalledProcessError, AttributeError):
        return None
    kernels = {name: kernel(getattr(library, name)) for name in NAMES}
    twice = kernel(getattr(library, TWICE)), shared.pop(TWICE)
    return Limit(f"C with OpenMP by {_by(compiler)} {OPENMP}", kernels, shared, twice)


def in_c(compiler: str) -> Limit:
    """The kernels in C, shared by threads of Python."""
    library = compiled(compiler, FLAGS)
    kernels = {name: kernel(getattr(library, name)) for name in NAMES}
    twice = kernel(getattr(library, TWICE))
    alone = with_pool(f"C without OpenMP by {_by(compiler)}", kernels)
    return alone._replace(twice=(twice, partial(pooled, twice)))


def _by(compiler: str) -> str:
    return f"{version(compiler)}, {' '.join(FLAGS)}"


def pooled(start: Kernel, x: Any, m: Any, g: Any, hyper: tuple[float, ...], threads: int) -> Runner:
    """One step in even shares; the first is the caller's own."""
    ends = [x.size // 16 * k // threads * 16 for k in range(threads)] + [x.size]
    first, *others = [start(x[a:b], m[a:b], g[a:b], hyper) for a, b in pairwise(ends)]
    pool = _pool()

    def run() -> None:
        running = [pool.submit(other) for other in others]
        first()
        for other in running:
            other.result()

    return run


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(cores(), thread_name_prefix="limit")
