"""Section 4, timed: everything that was asked for, measured, as a report."""

from __future__ import annotations

import datetime
import os
import platform
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np

from lionk_ref.bench import peers
from lionk_ref.bench.clock import Runner
from lionk_ref.bench.contenders import LION, Named, ours, parts
from lionk_ref.bench.limit import BYTES
from lionk_ref.bench.places import BACKENDS, PLACES, Place, why_not
from lionk_ref.bench.plan import MANY, Request, text
from lionk_ref.bench.targets import judged
from lionk_ref.convex import L2

Report = dict[str, Any]
Say = Callable[[int, str], object]
"""``say(done, what)``: how much more is done, as `weight` counts it, and what comes now."""

Arrays = tuple[Any, Any, Any]


def places(request: Request) -> list[Place]:
    """Where the backends run."""
    wanted = {BACKENDS[name] for name in request.backends}
    return [place() for name, place in PLACES.items() if name in wanted]


def groups(request: Request) -> list[tuple[Place, int, int]]:
    """Place, size and number of threads of each group of contenders.

    Raises
    ------
    ValueError
        If no backend steps a K, or more threads are asked for than there are, or more
        entries than fit.
    """
    request.require_kernels()
    return [
        (place, n, threads)
        for place in places(request)
        for n in request.fitting(place)[0]
        for threads in request.counts(place)
    ]


def weight(n: int) -> int:
    """How long a group of n entries takes: from some size on in proportion to n."""
    return 1 + n // 25_000_000


def measure(request: Request, absent: dict[str, str], say: Say) -> Report:
    """The report, as `lionk_ref.bench.report.SCHEMA` describes it; ``absent`` is added to."""
    load = {"load": round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None}
    own = {name: backend.version for name, backend in request.backends.items()}
    versions = own | _usable_peers(request, absent, say)
    here = {place.name: place for place in places(request)}
    for place in here.values():
        absent |= request.fitting(place)[1]
    limits = {name: _limit(name, here.get(name)) for name in PLACES}
    return {
        "limit": limits,
        "rows": _rows(request, limits, absent, list(versions), say),
        "machine": {**{name: here[name].kind if name in here else None for name in PLACES}, **load},
        "versions": {"python": platform.python_version(), "numpy": np.__version__, **versions},
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "absent": absent,
    }


def _rows(
    request: Request, limits: dict[str, Any], absent: dict[str, str], known: list[str], say: Say
) -> list[dict[str, Any]]:
    """All rows, group by group; the times of the limit go to where they belong."""
    rows: list[dict[str, Any]] = []
    for place, n, threads in groups(request):
        tell = partial(_tell, say, f"{n} entries, {threads} threads: ")
        if result := _Group(request, place, n, threads, absent, known, tell).measured():
            time = {"n": n, "threads": threads, "seconds": result[0]}
            limits[place.name]["times"].append(time)
            rows += result[1]
        say(weight(n), "")
    return rows


def _tell(say: Say, where: str, name: str) -> None:
    say(0, where + name.partition("|")[0])


def _usable_peers(request: Request, absent: dict[str, str], say: Say) -> dict[str, str]:
    versions = {}
    for name in request.peers:
        say(0, f"starting {name}")
        try:
            versions[name] = peers.version(name)
        except ValueError as error:
            absent[name] = str(error)
    return versions


def _limit(name: str, place: Place | None) -> dict[str, Any]:
    if place is not None:
        return {"what": place.limit, "bytes": BYTES, "times": []}
    reason = (name == "gpu" and why_not("cupy")) or f"no backend of the {name} was asked for"
    return {"what": f"not measured: {reason}", "bytes": BYTES, "times": []}


class _Group:
    """The contenders of one size and one number of threads, on the same memory."""

    def __init__(
        self, request: Request, place: Place, n: int, threads: int,
        absent: dict[str, str], known: list[str], tell: Callable[[str], object],
    ) -> None:  # fmt: skip
        self.request, self.place, self.n, self.threads = request, place, n, threads
        self.absent, self.tell = absent, tell
        self.peers = [k for k in request.peers if k in known and not self._refused(k)]

    def _refused(self, name: str) -> bool:
        return f"{name} ({self.place.name})" in self.absent

    def measured(self) -> tuple[float, list[dict[str, Any]]] | None:
        """Seconds of the limit, and the rows; None where there is nobody to be measured."""
        try:
            arrays = self.place.arrays(self.n)
            return self._raced(arrays)
        except MemoryError:
            raise ValueError(f"n = {self.n}: the memory is full. Ask for a smaller --n.") from None

    def _raced(self, arrays: Arrays) -> tuple[float, list[dict[str, Any]]] | None:
        clock = self.request.clock(self.place, self.tell)
        contenders = dict(self._contenders(arrays))
        if not contenders:
            return None
        limits = self.place.limits(*arrays, threads=self.threads)
        limit = limits[clock.quickest(limits)]
        runners = {f"{what}|{K}": run for (what, K), run in contenders.items()}
        read = {f"{what}|{K}" for what, K in judged(contenders, self.n)}
        timings = clock.race(limit, runners, read)
        rows = [self._row(what, K, timings[f"{what}|{K}"]) for what, K in contenders]
        return timings["limit"].seconds, rows

    def _row(self, what: str, K: str, timing: Any) -> dict[str, Any]:
        return {
            "what": what, "K": K, "n": self.n, "threads": self.threads,
            "seconds": timing.seconds, "of_limit": timing.of_limit, "rounds": timing.rounds,
        }  # fmt: skip

    def _contenders(self, arrays: Arrays) -> Iterator[Named]:
        if self.request.kinds is None or L2() in self.request.kinds:
            run = self.place.two_passes(*arrays, threads=self.threads)
            if run is not None:
                yield ("C, two passes", text(L2())), run
        for name in self.request.on(self.place):
            if name == "core" and self.threads > min(self.request.counts(self.place)):
                continue  # It has one thread, whatever is asked for.
            yield from ours(self.request, name, arrays, self.threads)
        peers.set_threads(self.threads)
        for name in self.peers:
            yield from self._peer(name, name, [arrays])
            if self.n in MANY and name not in peers.ONE_BY_ONE and not self._refused(name):
                count, size = MANY[self.n]
                columns = [parts(a, count, size).values() for a in arrays]
                yield from self._peer(
                    name, f"{name}, {count} arrays", [*zip(*columns, strict=True)]
                )
        peers.set_threads(self.threads)  # once more: some have loaded an OpenMP of their own

    def _peer(self, name: str, what: str, arrays: list[Any]) -> Iterator[Named]:
        if name in peers.OWN_THREADS and self.threads not in (0, max(self.place.threads())):
            return
        try:
            run: Runner = peers.start(name, self.place, arrays).run
        except ValueError as error:
            self.absent.setdefault(f"{what} ({self.place.name})", str(error))
        else:
            yield (what, text(LION)), run
