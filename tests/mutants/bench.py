"""Mistakes in ``lionk bench``: in the clock, in the limit, in what is compared."""

from __future__ import annotations

from typing import Any

import test_bench_clock
import test_bench_limit
import test_bench_pages
import test_bench_plan
import test_bench_run
from lionk_ref.bench import contenders, limit, report
from lionk_ref.bench.clock import Clock, Timing
from lionk_ref.bench.plan import Request
from lionk_ref.bench.targets import Rows
from mutants import Mutant

CLOCK = "lionk_ref.bench.clock."
LIMIT = "lionk_ref.bench.limit."


def medians_first(pairs: list[tuple[float, float]]) -> Timing:
    """The ratio of the medians."""
    limits, seconds = (sorted(column)[len(pairs) // 2] for column in zip(*pairs, strict=True))
    return Timing(seconds, limits / seconds, len(pairs))


def upside_down(pairs: list[tuple[float, float]]) -> Timing:
    """The time over that of the limit."""
    right = TIMING(pairs)
    return right._replace(of_limit=1 / right.of_limit)


TIMING = test_bench_clock.clocks.timing


def unsettled(self: Clock, run: Any, repeats: int) -> float:
    """The clock is stopped before the device is."""
    run()
    self.settle()
    begin = self.now()
    for _ in range(repeats):
        run()
    seconds = (self.now() - begin) / repeats
    self.settle()
    return seconds


def unwarmed(self: Clock, run: Any, repeats: int) -> float:
    """The first call counts, with what it takes to wake up."""
    begin = self.now()
    for _ in range(1 + repeats):
        run()
    return (self.now() - begin) / (1 + repeats)


def undivided(self: Clock, run: Any, repeats: int) -> float:
    """The seconds of a whole sample."""
    return float(SAMPLE(self, run, repeats) * repeats)


SAMPLE = Clock._sample


def one_limit_a_round(self: Clock, limit: Any, contenders: Any) -> dict[str, Timing]:
    """All contenders of a round beside one sample of the limit."""
    runners = {"limit": limit, **contenders}
    repeats = {name: self._repeats(run) for name, run in runners.items()}
    rounds = [
        {name: self._sample(run, repeats[name]) for name, run in runners.items()}
        for _ in range(self.rounds)
    ]
    return {name: TIMING([(r["limit"], r[name]) for r in rounds]) for name in runners}


def in_seconds(row: Any) -> list[str]:
    """Seconds where microseconds are promised."""
    return [*CELLS(row)[:4], f"{row['seconds']:.1f}", *CELLS(row)[5:]]


CELLS = report._cells


def half_the_room(self: Request, place: Any, n: int) -> str | None:
    """The momentum in bfloat16 and the gradients twice, but no parameters."""
    return None if n * 20 <= place.free() else "too large"


def source(old: str, new: str) -> str:
    """The kernels in C with a mistake."""
    assert old in limit.SOURCE
    return limit.SOURCE.replace(old, new)


def overlapping(kernel: Any, x: Any, m: Any, g: Any, threads: int) -> Any:
    """Shares that overlap by a cache line."""
    if threads == 1:
        return kernel(x, m, g, limit.HYPER)
    middle = x.size // 2 // 16 * 16
    runs = [kernel(a[: middle + 16], b[: middle + 16], c[: middle + 16], limit.HYPER)
            for a, b, c in [(x, m, g)]]  # fmt: skip
    runs.append(kernel(x[middle:], m[middle:], g[middle:], limit.HYPER))
    return lambda: [run() for run in runs]


def inverse(self: Rows, what: str, K: str, other: str, n: int) -> float | None:
    """Lion over the other."""
    ratio = OVER(self, what, K, other, n)
    return None if ratio is None else 1 / ratio


OVER = Rows.over


def unnamed(*arguments: Any) -> Any:
    """Whoever is asked is named, and no more."""
    for (what, K), run in OURS(*arguments):
        yield (what.partition(",")[0], K), run


OURS = contenders.ours

MUTANTS = (
    Mutant("bench-medians", "a ratio of medians", CLOCK + "timing", medians_first,
           test_bench_clock.check_medians),
    Mutant("bench-upside-down", "the time over the limit", CLOCK + "timing", upside_down,
           test_bench_clock.check_repeats),
    Mutant("bench-unsettled", "a launch is timed, not the work", CLOCK + "Clock._sample",
           unsettled, test_bench_clock.check_settled),
    Mutant("bench-unwarmed", "waking up counts", CLOCK + "Clock._sample", unwarmed,
           test_bench_clock.check_medians),
    Mutant("bench-undivided", "the repeats are not divided out", CLOCK + "Clock._sample",
           undivided, test_bench_clock.check_repeats),
    Mutant("bench-turns", "contenders are not beside the limit", CLOCK + "Clock.race",
           one_limit_a_round, test_bench_clock.check_turns),
    Mutant("bench-seconds", "seconds for microseconds", "lionk_ref.bench.report._cells",
           in_seconds, test_bench_pages.check_cells),
    Mutant("bench-room", "half of the memory is counted",
           "lionk_ref.bench.plan.Request.too_large", half_the_room, test_bench_plan.check_room),
    Mutant("bench-kilobytes", "KiB for bytes", "test_bench_plan.available",
           lambda text: int(text.split()[-2]), test_bench_plan.check_available),
    Mutant("bench-names", "the core's dK goes for the plug-in's",
           "lionk_ref.bench.contenders.ours", unnamed, test_bench_plan.check_names),
    Mutant("limit-betas", "m is updated with beta1", LIMIT + "SOURCE",
           source("beta2 * m[j]", "beta1 * m[j]"), test_bench_limit.check_c),
    Mutant("limit-decay", "no decay", LIMIT + "SOURCE", source("u - lam * x[j]", "u"),
           test_bench_limit.check_c),
    Mutant("limit-tail", "the last entries are left out", LIMIT + "SOURCE",
           source("    for (; i < n; i++) STEP(i)\n", ""), test_bench_limit.check_c),
    Mutant("limit-shares", "entries stepped twice", LIMIT + "_shared", overlapping,
           test_bench_limit.check_shares),
    Mutant("limit-copy", "a copy of all bytes that a step moves, which moves twice as many",
           "lionk_ref.bench.gpu.BYTES", 40, test_bench_run.check_copy),
    Mutant("bench-any-step", "peers are believed", "lionk_ref.bench.peers.require_lion",
           lambda started, g: None, test_bench_run.check_wrong_steps),
    Mutant("bench-over", "Lion over the other K", "lionk_ref.bench.targets.Rows.over", inverse,
           test_bench_pages.check_ratios),
    Mutant("bench-best", "the best decides", "lionk_ref.bench.targets.Target.worst",
           lambda self, rows: max(self.measure(rows), key=lambda f: f.value * bool(self.at_least)
                                  - f.value * bool(self.at_most), default=None),
           test_bench_pages.check_worst),
)  # fmt: skip
