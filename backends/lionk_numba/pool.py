"""Threads that help with a step: plain ones of Python, in kernels that hold no lock.

Numba's own layers abort under two Python threads (workqueue) or die in a forked child (OpenMP).
Here any thread may step, and a forked child starts with helpers of its own. After a step a helper
waits awake for a moment, so that the next one does not have to wake it.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from threading import Lock, Thread
from time import perf_counter
from typing import Any

import numpy as np

from lionk_numba.sleep import SLEEPS, here
from lionk_numba.team import MOST_THREADS, PLACES, RING, serve, serve_and_sleep
from lionk_ref.discrete.wanted import require_threads
from lionk_ref.processes import cores

MANY = 5_000_000
"""The number of entries from which on all cores are used where no number of threads is given."""

WAKE, SOON = 200_000, 1e-3
"""The number of entries from which on helpers that sleep are woken, which takes some 50 us.

For fewer they are woken if the last step ended so many seconds ago: they will stay awake.
"""

PATIENCE = 15_000
"""How many looks at an empty board, some 20 ns each, before a helper sleeps."""


class Helper:
    """A thread that serves the board of a team; where compiled code cannot sleep it has a bell."""

    def __init__(self, team: Team, number: int) -> None:
        self.team, self.number, self.bell, self.asleep = team, number, Lock(), False
        self.bell.acquire()
        self.thread = Thread(target=self._serve, name="lionk_numba", daemon=True)
        self.thread.start()

    def wake(self) -> None:
        """Ring the bell of a helper that waits for it."""
        if self.asleep:
            self.asleep = False
            self.bell.release()

    def stay_on(self, cores: set[int]) -> None:
        """Run nowhere else, where the system can be told so."""
        number = self.thread.native_id
        if number is not None:  # 0 would be the caller
            with suppress(OSError):
                os.sched_setaffinity(number, cores)

    def _serve(self) -> None:
        if SLEEPS:
            serve_and_sleep(self.team.board, self.number, PATIENCE)
        while True:
            serve(self.team.board, self.number, PATIENCE)
            self.asleep = True
            self.bell.acquire()


class Team:
    """A board and those who serve it; one step at a time can use them."""

    def __init__(self) -> None:
        self.busy, self.helpers, self.last = Lock(), list[Helper](), 0.0
        memory = np.zeros(PLACES + 8, np.int64)
        first = -memory.ctypes.data % 64 // 8
        self.places = memory[first : first + PLACES]
        self.board, self.others = self.places.ctypes.data, set[int]()

    def summon(self, count: int, ring: bool) -> None:
        """Have so many helpers; ``ring`` if they are to be woken for the next job."""
        self.places[RING] = ring
        if ring:
            if len(self.helpers) < count:
                numbers = range(len(self.helpers) + 1, count + 1)
                self.helpers += [Helper(self, number) for number in numbers]
                self.others = set()
            self._make_room()
            for helper in self.helpers[:count]:
                helper.wake()

    def _make_room(self) -> None:
        """Send the helpers to other cores than the caller's, where Linux likes to wake them.

        There they would wait for the caller, who waits for them: that takes longer than alone.
        """
        others = allowed() - {here()}
        if others and others != self.others:
            self.others = others
            for helper in self.helpers:
                helper.stay_on(others)


def allowed() -> set[int]:
    """The cores that this thread may use; empty where the system does not tell."""
    return os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set()


_team = Team()


def how_many(threads: int | None, entries: int, chunks: int) -> int:
    """The number of threads to use: as asked for, or all cores for `MANY` entries and one else.

    Never more than there are cores, or chunks.
    """
    require_threads(threads)
    if threads is None:
        threads = cores() if entries >= MANY else 1
    most = max(1, min(threads, chunks, MOST_THREADS))
    return most if most == 1 else min(most, cores())


def share(run: Callable[..., Any], threads: int, entries: int, *args: Any) -> Any:
    """Call run(board, helpers, *args) with as many helpers as can be had, none if all are busy."""
    if threads == 1 or not _team.busy.acquire(blocking=False):
        return run(0, 0, *args)
    try:
        _team.summon(threads - 1, entries >= WAKE or perf_counter() - _team.last < SOON)
        return run(_team.board, threads - 1, *args)
    finally:
        _team.last = perf_counter()
        _team.busy.release()


def _after_fork() -> None:
    global _team
    _team = Team()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
