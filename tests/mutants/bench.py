"""Mistakes in ``lionk bench``: in the clock, in the limit, in what is compared."""

from __future__ import annotations

from typing import Any

import test_bench_clock
import test_bench_limit
import test_bench_pages
import test_bench_plan
import test_bench_run
from lionk_ref.bench import contenders, limit_c, report
from lionk_ref.bench.clock import Clock, Timing
from lionk_ref.bench.plan import Request
from lionk_ref.bench.targets import Rows
from mutants import Mutant

CLOCK = "lionk_ref.bench.clock."
LIMIT = "lionk_ref.bench.limit."
SOURCE = "lionk_ref.bench.limit_c.SOURCE"


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


RACE = Clock.race


def only_own(contenders: Any, n: int) -> list[int]:
    """Our own Lion is all that counts."""
    return [sum(what.startswith("numba") for what, _ in contenders)]


def in_seconds(row: Any) -> list[str]:
    """Seconds where microseconds are promised."""
    return [*CELLS(row)[:4], f"{row['seconds']:.1f}", *CELLS(row)[5:]]


CELLS = report._cells


def half_the_room(self: Request, place: Any, n: int) -> str | None:
    """The momentum in bfloat16 and the gradients twice, but no parameters."""
    return None if n * 20 <= place.free() else "too large"


def source(old: str, new: str) -> str:
    """The kernels in C with a mistake."""
    assert old in limit_c.SOURCE
    return limit_c.SOURCE.replace(old, new)


def overlapping(start: Any, x: Any, m: Any, g: Any, hyper: Any, threads: int) -> Any:
    """Shares that overlap by a cache line."""
    if threads == 1:
        return start(x, m, g, hyper)
    middle = x.size // 2 // 16 * 16
    shares = slice(middle + 16), slice(middle, None)
    runs = [start(x[share], m[share], g[share], hyper) for share in shares]
    return lambda: [run() for run in runs]


def inverse(self: Rows, what: str, K: str, other: str, n: int) -> float | None:
    """Lion over the other."""
    ratio = OVER(self, what, K, other, n)
    return None if ratio is None else 1 / ratio


OVER = Rows.over


def pointers_only(function: Any) -> Any:
    """A kernel that forgets its arrays."""
    return lambda x, m, g, *numbers: lambda: None


OPENMP = (
    Mutant("limit-rest", "the rest belongs to no thread", SOURCE,
           source("* 16 : n)", "* 16 : n / 16 * 16)"), test_bench_limit.check_openmp),
    Mutant("limit-gaps", "a cache line between two shares", SOURCE,
           source("size_t i = BEGIN(k);", "size_t i = BEGIN(k) + (k && n > 99 ? 16 : 0);"),
           test_bench_limit.check_openmp),
    Mutant("limit-few", "few entries are nobody's", SOURCE,
           source("i, BEGIN(k + 1) - i,", "i, n < 16 * threads ? 0 : BEGIN(k + 1) - i,"),
           test_bench_limit.check_openmp),
    Mutant("limit-other-step", "threads step otherwise than one does", SOURCE,
           source("BEGIN(k + 1) - i, lr, beta1", "BEGIN(k + 1) - i, lr, beta2"),
           test_bench_limit.check_alike),
    Mutant("limit-team", "as many threads as OpenMP was told", SOURCE,
           source(" num_threads(threads)", ""), test_bench_limit.check_team),
) if test_bench_limit.OPENMP else ()  # fmt: skip
"""Where the compiler has OpenMP."""


def unnamed(*arguments: Any) -> Any:
    """Whoever is asked is named, and no more."""
    for (what, K), run in OURS(*arguments):
        yield (what.partition(",")[0], K), run


OURS = contenders.ours


def hasty(self: Clock, run: Any) -> int:
    """By the first sample alone."""
    once = self._sample(run, 1)
    return 0 if once >= self.long else max(1, round(self.tick / once))


MUTANTS = (
    Mutant("limit-no-step", "two passes, of which none steps", SOURCE,
           source("    plain(x, m, g, n, lr, beta1, beta2, lam);\n}\n#ifdef", "}\n#ifdef"),
           test_bench_limit.check_c),
    Mutant("bench-medians", "a ratio of medians", CLOCK + "timing", medians_first,
           test_bench_clock.check_medians),
    Mutant("bench-upside-down", "the time over the limit", CLOCK + "timing", upside_down,
           test_bench_clock.check_repeats),
    Mutant("bench-unsettled", "a launch is timed, not the work", CLOCK + "Clock._sample",
           unsettled, test_bench_clock.check_settled),
    Mutant("bench-unwarmed", "waking up counts", CLOCK + "Clock._sample", unwarmed,
           test_bench_clock.check_medians),
    Mutant("bench-hasty", "what compiled late is taken for long", CLOCK + "Clock._repeats",
           hasty, test_bench_clock.check_compiled_late),
    Mutant("bench-restless", "threads of the last contender still run", CLOCK + "Clock._rest",
           lambda self: self.sleep(self.pause), test_bench_clock.check_rests),
    Mutant("bench-alike", "who is judged has no more rounds", CLOCK + "Clock.race",
           lambda self, limit, contenders, judged=(): RACE(self, limit, contenders),
           test_bench_clock.check_judged),
    Mutant("bench-unread", "only what is our own is judged", "lionk_ref.bench.targets._found",
           only_own, test_bench_pages.check_judged),
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
    Mutant("limit-betas", "m is updated with beta1", SOURCE,
           source("beta2 * m[j]", "beta1 * m[j]"), test_bench_limit.check_c),
    Mutant("limit-decay", "no decay", SOURCE, source("u - lam * x[j]", "u"),
           test_bench_limit.check_c),
    Mutant("limit-tail", "the last entries are left out", SOURCE,
           source("    for (; i < n; i++) STEP(i)\n", ""), test_bench_limit.check_c),
    Mutant("limit-shares", "entries stepped twice", LIMIT + "pooled", overlapping,
           test_bench_limit.check_pooled),
    Mutant("limit-forgotten", "the arrays are not kept", LIMIT + "kernel", pointers_only,
           test_bench_limit.check_kept),
    *OPENMP,
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
