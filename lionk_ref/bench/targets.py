"""Section 4, timed: what the steps in place are to reach, and what was measured of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from lionk_ref.bench.peers import STARTS
from lionk_ref.bench.report import Report

Row = dict[str, Any]


class Found(NamedTuple):
    """A measured number, and where it was the worst."""

    value: float
    where: str


class Rows:
    """The rows of a report with one number of threads."""

    def __init__(self, rows: Iterable[Row], threads: int) -> None:
        self.threads = threads
        mine = [row for row in rows if row["threads"] == threads]
        self.of_limit = {(r["what"], r["K"], r["n"]): float(r["of_limit"]) for r in mine}
        self.seconds = {(r["what"], r["K"], r["n"]): float(r["seconds"]) for r in mine}
        self.sizes = sorted({r["n"] for r in mine})

    def over(self, what: str, K: str, other: str, n: int) -> float | None:
        """The time of a contender over that of Lion by ``other``, both against the limit."""
        a, b = self.of_limit.get((what, K, n)), self.of_limit.get((other, "l1", n))
        return b / a if a and b else None


@dataclass(frozen=True)
class Target:
    """A number that is to be ``at_least`` or ``at_most`` something."""

    text: str
    measure: Callable[[Rows], list[Found]]
    at_least: float | None = None
    at_most: float | None = None

    def worst(self, rows: Rows) -> Found | None:
        """What was measured, where it was worst."""
        pick = min if self.at_most is None else max
        return pick(self.measure(rows), key=lambda found: found.value, default=None)

    def met(self, value: float) -> bool:
        """Whether a measured number is what was asked for."""
        if self.at_most is not None:
            return value <= self.at_most
        return self.at_least is not None and value >= self.at_least

    def asked(self) -> str:
        """The bound as text."""
        return f"<= {self.at_most}" if self.at_most is not None else f">= {self.at_least}"


def of_limit(what: str, least: int) -> Callable[[Rows], list[Found]]:
    """Lion against the limit, at every size from ``least`` on."""
    return lambda rows: [
        Found(share, f"n = {n}")
        for (name, K, n), share in rows.of_limit.items()
        if (name, K) == (what, "l1") and n >= least
    ]


def over(
    what: str, K: str, other: str, sizes: Callable[[int], bool]
) -> Callable[[Rows], list[Found]]:
    """The time over that of Lion by ``other``; without parameters K is all of its kind."""

    def measure(rows: Rows) -> list[Found]:
        kinds = {k for (name, k, _) in rows.of_limit if name == what and _is(k, K)}
        ratios = ((k, n, rows.over(what, k, other, n)) for k in kinds for n in rows.sizes)
        return [Found(r, f"{k}, n = {n}") for k, n, r in ratios if r is not None and sizes(n)]

    return measure


def _is(K: str, wanted: str) -> bool:
    return wanted in (K, K.partition(":")[0])


def over_peers(what: str) -> Callable[[Rows], list[Found]]:
    """The time of Lion over that of each peer, on one array."""

    def measure(rows: Rows) -> list[Found]:
        pairs = ((peer, n, rows.over(what, "l1", peer, n)) for peer in STARTS for n in rows.sizes)
        return [Found(ratio, f"{peer}, n = {n}") for peer, n, ratio in pairs if ratio is not None]

    return measure


def seconds_of(what: str, n: int) -> Callable[[Rows], list[Found]]:
    """Seconds of one step of Lion."""
    return lambda rows: [
        Found(rows.seconds[key], f"n = {n}") for key in [(what, "l1", n)] if key in rows.seconds
    ]


def _at(*sizes: int) -> Callable[[int], bool]:
    return lambda n: n in sizes


def _from(least: int) -> Callable[[int], bool]:
    return lambda n: n >= least


def _lp(p: float) -> Target:
    most = 3.5 if p == 1.7 else 2.0
    measure = over("numba", f"lp:p={p}", "numba", _at(10**7))
    return Target(f"Lp, p = {p:g}, n = 1e7: time over Lion", measure, at_most=most)


CPU = (
    Target("Numba Lion against the limit, n >= 1e7", of_limit("numba", 10**7), at_least=0.95),
    Target("Numba Lion, time over each peer, every n", over_peers("numba"), at_most=1.0),
    Target("1,000 arrays of 1,000: time over one of 1e6",
           over("numba, 1000 arrays", "l1", "numba", _at(10**6)), at_most=1.2),
    Target("the same, with new gradient arrays",
           over("numba, 1000 arrays, new g", "l1", "numba", _at(10**6)), at_most=2.0),
    Target("200 arrays of 1e5: time over one of 2e7",
           over("numba, 200 arrays", "l1", "numba", _at(2 * 10**7)), at_most=1.2),
    Target("L2, n = 1e7: time over Lion", over("numba", "l2", "numba", _at(10**7)), at_most=1.45),
    *map(_lp, (1.5, 2.0, 3.0, 4.0, 1.7)),
    Target("TopK, n = 1e7: time over Lion", over("numba", "top_k", "numba", _at(10**7)),
           at_most=2.0),
    Target("certified step, n >= 1e6: time over the bare one",
           over("numba, certified", "l1", "numba", _from(10**6)), at_most=1.1),
    Target("momentum in bfloat16, n >= 1e7: time over float32",
           over("numba, bfloat16 momentum", "l1", "numba", _from(10**7)), at_most=0.92),
)  # fmt: skip
"""Of the backend for CPUs."""

GPU = (
    Target("CuPy Lion against a copy, n >= 1e8", of_limit("cupy", 10**8), at_least=0.92),
    Target("CuPy Lion, time over each peer, every n", over_peers("cupy"), at_most=1.0),
    Target("1,000 arrays of 1,000: seconds", seconds_of("cupy, 1000 arrays", 10**6), at_most=20e-6),
)
"""Of the backend for GPUs."""


def judged(contenders: Iterable[tuple[str, str]], n: int) -> set[tuple[str, str]]:
    """Those, by what and K, without which a target finds less at n entries.

    Examples
    --------
    >>> sorted(judged([("numba", "l1"), ("numba", "l2"), ("numba", "huber:e=1.0")], 10**7))
    [('numba', 'l1'), ('numba', 'l2')]
    """
    every = set(contenders)
    whole = _found(every, n)
    return {one for one in every if _found(every - {one}, n) != whole}


def _found(contenders: Iterable[tuple[str, str]], n: int) -> list[int]:
    same = {"n": n, "threads": 0, "seconds": 1.0, "of_limit": 1.0}
    rows = Rows([{"what": what, "K": K, **same} for what, K in contenders], 0)
    return [len(target.measure(rows)) for target in (*CPU, *GPU)]


def verdicts(report: Report) -> list[list[str]]:
    """Target, bound, threads, what was measured, and whether it is met; as cells of a table."""
    counts = sorted({row["threads"] for row in report["rows"]} - {0}) or [1]
    own = CPU if report["machine"]["cpu"] else ()
    asked = [(target, threads) for target in own for threads in counts]
    table = [["target", "asked", "threads", "measured", "at", ""]]
    return table + [_verdict(report, *one) for one in [*asked, *((t, 0) for t in GPU)]]


def _verdict(report: Report, target: Target, threads: int) -> list[str]:
    found = target.worst(Rows(report["rows"], threads))
    head = [target.text, target.asked(), str(threads) if threads else "GPU"]
    if found is None:
        return [*head, "-", "-", "not measured"]
    return [
        *head,
        f"{found.value:.3g}",
        found.where,
        "met" if target.met(found.value) else "missed",
    ]
