"""The clock of ``lionk bench``, by a time that only moves when a contender says so."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from lionk_ref.bench import clock as clocks
from lionk_ref.bench.clock import MOST_REPEATS, MOST_RESTS, Clock, Timing


class Time:
    """Seconds that pass by `spend`, and who spent them, in order."""

    def __init__(self) -> None:
        self.seconds, self.calls = 0.0, list[str]()

    def spend(self, name: str, seconds: float | Callable[[int], float]) -> Callable[[], None]:
        """A contender that takes so long, always or depending on how often it was called."""

        def run() -> None:
            times = self.calls.count(name)
            self.calls.append(name)
            self.seconds += seconds(times) if callable(seconds) else seconds

        return run

    def clock(self, **settings: Any) -> Clock:
        """A clock on this time, whose samples are single calls."""
        usual = {"budget": 0.0, "rounds": 3, "more": 0.0, "tick": 1e-9, "long": 1e9}
        usual |= {"pause": 0.0, "warm": 0.0}
        rest = self.spend("rest", 0.0)
        now = {"now": lambda: self.seconds, "busy": lambda: 0.0, "sleep": lambda _: rest()}
        return Clock(**usual | now | settings)


def without_rests(time: Time) -> list[str]:
    """Who ran, in order."""
    return [name for name in time.calls if name != "rest"]


def check_turns() -> None:
    """Each contender comes right after the limit, and every round begins with another one."""
    time = Time()
    runners = {name: time.spend(name, 1.0) for name in "abc"}
    time.clock().race(time.spend("limit", 1.0), runners)
    rounds = ["abc", "bca", "cab"]
    turns = [who for turn in rounds for name in turn for who in ("limit", name)]
    first = ["a", "b", "c", "limit"]
    assert without_rests(time) == [who for name in [*first, *turns] for who in (name, name)]


def every_second(seconds: list[float]) -> Callable[[int], float]:
    """The calls that count; those before them take ages."""
    return lambda call: seconds[call // 2] if call % 2 else 1000.0


def check_medians() -> None:
    """The median of the seconds, and that of the ratios, which are not those of the medians."""
    time = Time()
    limit, a = [9.0, 1.0, 4.0, 6.0], [9.0, 2.0, 5.0, 3.0]
    timings = time.clock().race(
        time.spend("limit", every_second(limit)), {"a": time.spend("a", every_second(a))}
    )
    assert timings["limit"] == Timing(4.0, 1.0, 3)
    assert timings["a"] == Timing(3.0, 0.8, 3)


def check_repeats() -> None:
    """A sample lasts a tick; its seconds are those of one call; what is slow is run once."""
    time = Time()
    runners = {"quick": time.spend("quick", 0.25), "slow": time.spend("slow", 8.0)}
    timings = time.clock(tick=1.0, rounds=1).race(time.spend("limit", 0.5), runners)
    limits = ["limit"] * 3
    assert without_rests(time)[6:] == [*limits, *["quick"] * 5, *limits, "slow", "slow"]
    assert timings["quick"] == Timing(0.25, 2.0, 1)
    assert timings["slow"] == Timing(8.0, 0.0625, 1)


def check_warm() -> None:
    """Calls while it warms up do not count, and none of them is cut short."""
    time = Time()
    seconds = time.clock(warm=5.0)._sample(time.spend("a", lambda call: max(1.0, 3.0 - call)), 2)
    assert (seconds, time.calls) == (1.0, ["rest", *"aa", *"aa"])


def check_settled() -> None:
    """What a device still does after the calls belongs to the sample."""
    time = Time()
    settle = time.spend("settle", 1.0)
    clock = replace(time.clock(rounds=1), settle=settle)
    timings = clock.race(time.spend("limit", 1.0), {"a": time.spend("a", 3.0)})
    assert timings["a"] == Timing(4.0, 0.5, 1)
    assert without_rests(time)[-8:] == ["limit", "settle"] * 2 + ["a", "settle"] * 2


def check_budget() -> None:
    """Rounds go on until every contender has had its share, and are never too few."""
    time = Time()
    runners = {name: time.spend(name, 1.0) for name in "ab"}
    timings = time.clock(budget=10.0).race(time.spend("limit", 1.0), runners)
    assert timings["a"].rounds == 3, "2 contenders, 8 s a round, 20 s"
    assert time.clock(budget=11.0).race(runners["a"], runners)["a"].rounds == 3
    assert time.clock(budget=12.1).race(runners["a"], runners)["a"].rounds == 4


def check_judged() -> None:
    """Who is judged has more rounds, in turns of their own, and as many as there is time for."""
    time = Time()
    runners = {name: time.spend(name, 1.0) for name in "abc"}
    clock = time.clock(rounds=1, more=6.0)
    timings = clock.race(time.spend("limit", 1.0), runners, {"c", "a"})
    turns = without_rests(time)[8:][2::4]
    assert turns == list("abc" + "ac" + "ca"), "2 judged, 8 s a round, 12 s"
    assert [timings[name].rounds for name in "abc"] == [3, 1, 3]
    assert timings["limit"] == Timing(1.0, 1.0, 3)


def check_rests() -> None:
    """A sample begins when the threads of the last one have gone to sleep, not before."""
    time = Time()
    spent = iter([0.0, 1.0, 1.0, 1.5, 1.5, 1.75, *[1.75] * 99])
    time.clock(pause=1.0, busy=lambda: next(spent))._sample(time.spend("a", 1.0), 1)
    assert time.calls == ["rest", "rest", "rest", "a", "a"]


CHECKS = (
    check_turns, check_medians, check_repeats, check_warm, check_settled, check_budget,
    check_judged, check_rests,
)  # fmt: skip


@pytest.mark.parametrize("check", CHECKS)
def test_race(check: Callable[[], None]) -> None:
    """Turns, medians, repeats, waiting, the budget and rests are as they are described."""
    check()


def test_rest_before_every_sample() -> None:
    """The threads of the last contender sleep before the next one is timed."""
    time = Time()
    time.clock(rounds=2).race(time.spend("limit", 1.0), {"a": time.spend("a", 1.0)})
    samples = ["a", "limit", "limit", "a", "limit", "a"]
    assert time.calls == [who for name in samples for who in ("rest", name, name)]


def test_threads_that_never_sleep_are_not_waited_for() -> None:
    """A library that keeps its threads busy is timed all the same."""
    time = Time()
    spent = itertools.count()
    time.clock(pause=1.0, busy=lambda: next(spent))._sample(time.spend("a", 1.0), 1)
    assert time.calls == ["rest"] * MOST_RESTS + ["a", "a"]


def test_quickest_is_not_the_one_that_was_lucky_once() -> None:
    """By the median, not by the least."""
    time = Time()
    runners = {
        "lucky": time.spend("lucky", every_second([9.0, 0.1, 9.0, 9.0])),
        "steady": time.spend("steady", every_second([5.0] * 4)),
    }
    assert time.clock().quickest(runners) == "steady"


def test_a_clock_that_stands_still_ends() -> None:
    """Where a call takes no time at all the repeats are bounded."""
    time = Time()
    runs = time.spend("a", 0.0)
    assert clocks.Clock(now=lambda: 0.0, sleep=lambda _: None)._repeats(runs) == MOST_REPEATS


def test_a_long_call_has_none_before_it() -> None:
    """What takes seconds is called once in a sample, after the first one."""
    time = Time()
    runners = {"long": time.spend("long", 2.0), "short": time.spend("short", 1.9)}
    time.clock(rounds=1, long=2.0).race(time.spend("limit", 1.0), runners)
    samples = [*["limit"] * 2, "long", *["limit"] * 2, *["short"] * 2]
    assert without_rests(time)[7:] == samples


def check_compiled_late() -> None:
    """Two calls that compile do not make a short one a long one, with none before it."""
    time = Time()
    late = time.spend("late", lambda call: 5.0 if call < 2 else 0.5)
    assert time.clock(long=2.0, tick=2.0)._repeats(late) == 4


def test_what_compiles_in_its_second_call() -> None:
    """It is tried once more."""
    check_compiled_late()


def test_told_before_every_turn() -> None:
    """Who comes next is known before it is timed."""
    time, told = Time(), list[str]()
    clock = replace(time.clock(rounds=2), tell=lambda name: told.append(name))
    clock.race(time.spend("limit", 1.0), {name: time.spend(name, 1.0) for name in "ab"})
    assert told == ["a", "b", "b", "a"]


def test_interruption_passes_through() -> None:
    """Ctrl-C ends a race at once."""
    time = Time()

    def interrupted() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        time.clock().race(time.spend("limit", 1.0), {"a": interrupted})
    assert without_rests(time) == []
