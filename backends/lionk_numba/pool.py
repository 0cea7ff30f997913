"""Threads: plain ones of Python, on kernels that hold no lock.

Numba's own layers abort under two Python threads (workqueue) or die in a forked child (OpenMP).
Here any thread may step, and a forked child starts with a pool of its own.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from threading import Lock

MANY = 5_000_000
"""The number of entries from which on all cores pay off; threads take some time to wake up."""

_lock = Lock()
_pool: ThreadPoolExecutor | None = None


def cores() -> int:
    """How many cores this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1


def how_many(threads: int | None, entries: int, chunks: int) -> int:
    """The number of threads to use: as asked for, or all cores for `MANY` entries and one else."""
    if threads is None:
        threads = cores() if entries >= MANY else 1
    elif isinstance(threads, bool) or not isinstance(threads, int) or threads < 1:
        raise ValueError(f"threads must be a whole number >= 1 or None, got {threads!r}.")
    return max(1, min(threads, chunks))


def share(work: Callable[[int, int], object], chunks: int, threads: int) -> None:
    """Call work(first, last) on all chunks, in as many even runs as there are threads."""
    if threads == 1:
        work(0, chunks)
        return
    ends = [chunks * k // threads for k in range(threads + 1)]
    pool = _running()
    others = [pool.submit(work, *run) for run in pairwise(ends[1:])]
    try:
        work(ends[0], ends[1])
    finally:
        for other in others:
            other.result()


def _running() -> ThreadPoolExecutor:
    global _pool
    with _lock:
        if _pool is None:
            _pool = ThreadPoolExecutor(max(32, cores()), thread_name_prefix="lionk_numba")
        return _pool


def _after_fork() -> None:
    global _lock, _pool
    _lock, _pool = Lock(), None


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
