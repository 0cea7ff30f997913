"""Section 4, timed: our own steps on given arrays, each as something that can be raced."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import cycle
from typing import Any

from lionk_ref.arrays import Arrays
from lionk_ref.backend import Backend
from lionk_ref.bench.clock import Runner
from lionk_ref.bench.limit import HYPER
from lionk_ref.bench.plan import MANY, Request, text
from lionk_ref.convex import L1, ConvexFunction

Named = tuple[tuple[str, str], Runner]
"""What steps and the K, as in the report; and the step."""

LION = L1()
SETTINGS: dict[str, float] = dict(zip(("lr", "beta1", "beta2", "lam"), HYPER, strict=True))


def ours(
    request: Request, name: str, arrays: tuple[Any, Any, Any], threads: int
) -> Iterator[Named]:
    """Every K on a backend; and Lion certified, with its momentum in bfloat16, on many arrays."""
    backend, n = request.backends[name], arrays[0].size
    kinds = request.kinds_of(name, n)
    for K in kinds:
        by_core = name != "core" and backend.support(K) == "core"
        what = f"{name}, dK by the core" if by_core else name
        yield (what, text(K)), step(backend, K, *arrays, threads)
    if LION in kinds and name != "core":
        yield from _extras(backend, *arrays, threads)


def _extras(backend: Backend, x: Any, m: Any, g: Any, threads: int) -> Iterator[Named]:
    name, n, lion = backend.name, x.size, text(LION)
    short = (m.view("uint32") >> 16).astype("uint16")
    yield (f"{name}, certified", lion), certified(backend, LION, x, m, g, threads)
    yield (f"{name}, bfloat16 momentum", lion), step(backend, LION, x, short, g, threads)
    if n in MANY:
        count, size = MANY[n]
        xs, ms, gs, others = (parts(a, count, size) for a in (x, m, g, g.copy()))
        yield (f"{name}, {count} arrays", lion), step(backend, LION, xs, ms, gs, threads)
        turns = cycle([step(backend, LION, xs, ms, new, threads) for new in (gs, others)])
        yield (f"{name}, {count} arrays, new g", lion), lambda: next(turns)()


def parts(a: Any, count: int, size: int) -> dict[str, Any]:
    """The entries of an array as ``count`` arrays on the same memory, with names, always the same.

    So it is in a program: the momenta and gradients have the names of the parameters.
    """
    return dict(zip(names(count), a.reshape(count, size), strict=True))


@cache
def names(count: int) -> list[str]:
    """As many names of blocks."""
    return [str(k) for k in range(count)]


def step(backend: Backend, K: ConvexFunction, x: Arrays, m: Arrays, g: Arrays, n: int) -> Runner:
    """Eq. (2) in place, on n threads where they can be chosen."""
    run, threads = backend.step_, n or None
    return lambda: run(K, "explicit", x, m, g, threads=threads, **SETTINGS)


def certified(backend: Backend, K: ConvexFunction, x: Any, m: Any, g: Any, n: int) -> Runner:
    """The same, with the sums of its certificate."""
    run, threads = backend.certified_step_, n or None
    return lambda: run(K, "explicit", x, m, g, threads=threads, **SETTINGS)
