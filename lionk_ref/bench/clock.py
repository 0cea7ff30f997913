"""Section 4, timed: contenders in turns, each beside the limit, so that noise meets all alike."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import NamedTuple, TypeAlias

Runner: TypeAlias = Callable[[], object]
"""Makes one step."""

MOST_REPEATS = 100_000
MOST_RESTS = 50


def nothing(*_: object) -> None:
    """What has to be waited for on a CPU, and what is told to nobody."""


class Timing(NamedTuple):
    """Medians over the rounds: seconds of one step, and the time of the limit over them."""

    seconds: float
    of_limit: float
    rounds: int


@dataclass(frozen=True)
class Clock:
    """How samples are taken; all times are in seconds.

    Attributes
    ----------
    budget : float
        The least time for each contender, with the samples of the limit beside it.
    rounds : int
        The least number of rounds, however long they take.
    more : float
        The time on top of the budget for each contender that is judged.
    tick : float
        The least time of a sample: what is quicker is run several times in one.
    pause : float
        The rest before each sample; as many as it takes for the threads of the last contender to
        go to sleep, for those of OpenMP look around for some 8 ms and hold the cores meanwhile.
        Not less than the 4 ms after which Linux counts what another thread has used.
    warm : float
        After a rest caches and threads are slow for some 3 ms; calls in this time do not count.
    long : float
        From here on a call has none before it: to wake threads takes some 8 ms, which is nothing.
    settle : callable
        Called at the end of each sample: waits for what a device still does.
    tell : callable
        Called with the name of each contender before its turn.
    """

    budget: float = 0.3
    rounds: int = 5
    more: float = 1.0
    tick: float = 1e-3
    pause: float = 5e-3
    warm: float = 3e-3
    long: float = 0.3
    settle: Runner = nothing
    tell: Callable[[str], object] = nothing
    now: Callable[[], float] = time.perf_counter
    busy: Callable[[], float] = time.process_time
    sleep: Callable[[float], object] = time.sleep

    def race(
        self, limit: Runner, contenders: Mapping[str, Runner], judged: Collection[str] = ()
    ) -> dict[str, Timing]:
        """Each contender right after the limit, round after round; "limit" is in the result, too.

        Every round begins with another one. Those that are ``judged`` have more rounds, at the end.
        """
        runners = {"limit": limit, **contenders}
        often = {name: self._repeats(run) for name, run in contenders.items()}
        often["limit"] = self._repeats(limit)
        pairs: dict[str, list[tuple[float, float]]] = {name: [] for name in contenders}

        def turn(name: str) -> None:
            self.tell(name)
            beside, own = (self._sample(runners[k], often[k]) for k in ("limit", name))
            pairs[name].append((beside, own))

        self._rounds(turn, list(contenders), self.rounds, self.budget)
        self._rounds(turn, [name for name in contenders if name in judged], 0, self.more)
        beside = [a for samples in pairs.values() for a, _ in samples]
        most = max(map(len, pairs.values()))
        timings = {name: timing(samples) for name, samples in pairs.items()}
        return {"limit": Timing(median(beside), 1.0, most), **timings}

    def _rounds(
        self, turn: Callable[[str], object], names: Sequence[str], least: int, budget: float
    ) -> None:
        end, done = self.now() + budget * len(names), 0
        while done < least or self.now() < end:
            first = done % len(names)
            for name in [*names[first:], *names[:first]]:
                turn(name)
            done += 1

    def quickest(self, runners: Mapping[str, Runner]) -> str:
        """The name of the runner with the least median, in rounds of their own."""
        repeats = {name: self._repeats(run) for name, run in runners.items()}
        times: dict[str, list[float]] = {name: [] for name in runners}
        for _ in range(self.rounds):
            for name, run in runners.items():
                times[name].append(self._sample(run, repeats[name]))
        return min(times, key=lambda name: median(times[name]))

    def _repeats(self, run: Runner) -> int:
        """How many calls make a sample; 0 for a single one with none before it."""
        once = self._sample(run, 1)
        if once >= self.long:  # It may be the second call that compiles something.
            once = self._sample(run, 0)
        if once >= self.long:
            return 0
        return min(MOST_REPEATS, max(1, round(self.tick / once))) if once > 0 else MOST_REPEATS

    def _sample(self, run: Runner, repeats: int) -> float:
        """Seconds of a call, after one or more that do not count."""
        self._rest()
        if repeats:
            self._warm_up(run)
        repeats, begin = max(1, repeats), self.now()
        for _ in range(repeats):
            run()
        self.settle()
        return (self.now() - begin) / repeats

    def _warm_up(self, run: Runner) -> None:
        end = self.now() + self.warm
        for _ in range(MOST_REPEATS):
            run()
            if self.now() >= end:
                break
        self.settle()

    def _rest(self) -> None:
        """Sleep until no thread of this process runs on, or too often."""
        for _ in range(MOST_RESTS):
            begin = self.busy()
            self.sleep(self.pause)
            if self.busy() - begin <= self.pause / 4:
                return


def timing(pairs: list[tuple[float, float]]) -> Timing:
    """The medians of pairs of seconds, of the limit and of the contender beside it.

    Examples
    --------
    >>> timing([(1.0, 2.0), (3.0, 4.0), (1.0, 5.0)])
    Timing(seconds=4.0, of_limit=0.5, rounds=3)
    """
    return Timing(median(b for _, b in pairs), median(a / b for a, b in pairs), len(pairs))
