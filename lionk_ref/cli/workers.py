"""Independent pieces of work on all cores: one process each, one BLAS thread in each."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")

LOST = "a process was killed, perhaps as memory ran out: ask for less, or for fewer --jobs."

BLAS_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def run_all(
    function: Callable[[Task], Result],
    tasks: Sequence[Task],
    jobs: int,
    done: Callable[[int], object],
) -> list[Result]:
    """``function`` of each task, in their order; ``done(i)`` as each ends, in any order.

    ``function`` is a module's own function and the tasks can be pickled. An error or an
    interruption ends all.
    """
    if min(jobs, len(tasks)) <= 1:
        return [_announced(function(task), done, i) for i, task in enumerate(tasks)]
    results: dict[int, Result] = {}
    with _pool(min(jobs, len(tasks))) as pool:
        with _interrupts_held():
            order = {pool.submit(function, task): i for i, task in enumerate(tasks)}
        for future in as_completed(order):
            try:
                results[order[future]] = future.result()
            except BrokenProcessPool:
                raise OSError(LOST) from None
            done(order[future])
    return [results[i] for i in range(len(tasks))]


def _announced(result: Result, done: Callable[[int], object], i: int) -> Result:
    done(i)
    return result


@contextmanager
def _pool(jobs: int) -> Iterator[ProcessPoolExecutor]:
    # Spawned, as a fork of a process with BLAS threads may hang; they read the variables anew.
    context = multiprocessing.get_context("spawn")
    saved = {name: os.environ.get(name) for name in BLAS_THREADS}
    os.environ.update(dict.fromkeys(BLAS_THREADS, "1"))
    pool = ProcessPoolExecutor(jobs, mp_context=context)
    try:
        yield pool
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        for process in multiprocessing.active_children():
            process.terminate()
        raise
    finally:
        pool.shutdown()
        for name, value in saved.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})


@contextmanager
def _interrupts_held() -> Iterator[None]:
    # Submitting starts the processes, which inherit the mask: none ever sees Ctrl-C, not even while
    # it still imports. Here it is only put off: another thread, such as one of BLAS, may still be
    # told of it, so that a handler takes note. Windows has no mask, and a message more.
    main = threading.current_thread() is threading.main_thread()
    if not main or not hasattr(signal, "pthread_sigmask"):
        yield
        return
    came: list[int] = []
    usual = signal.signal(signal.SIGINT, lambda number, frame: came.append(number))
    held = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, held)
        signal.signal(signal.SIGINT, usual)
    if came and callable(usual):
        usual(signal.SIGINT, None)
