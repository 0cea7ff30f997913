"""Loops over vectors and what is kept from one turn to the next, written down as LLVM code."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from llvmlite import ir
from llvmlite.binding import get_host_cpu_name
from numba.core import cgutils

from lionk_numba.formulas import LONG
from lionk_numba.lanes import BYTES, F64, I64, SIZE, Lanes, full, plus_product, widen
from lionk_numba.memory import Stream

AHEAD = 0 if get_host_cpu_name().startswith("znver") else 512
"""How many entries ahead of their use memory is asked for.

It gains 5 to 13 % on Intel's processors and loses 10 % on AMD's, which look ahead far enough.
"""

RUN, SHORT = 16, 4
"""How many terms a lane adds in its own precision before the sum goes on in float64.

Of the sum of a norm there are few: k terms >= 0 are off by (k + 1)/2 roundings at most on average.
"""


def vector_of(real: Any, name: str = "") -> Any:
    """The type of the vectors of these numbers, for the formula of this name."""
    return ir.VectorType(real, (1 + (name in LONG)) * BYTES // SIZE[real])


def vectors(
    builder: Any, count: int, start: Any, end: Any, after: Callable[[], None] | None = None
) -> Iterator[tuple[Any, Any]]:
    """Where the vectors of a range begin, and None; at last, where lanes are left, how many.

    What the caller writes is written twice, for the whole vectors and for the rest. ``after`` is
    written to follow each run of `RUN` vectors, and the end.
    """
    left = builder.srem(builder.sub(end, start), I64(count))
    whole = builder.sub(end, left)
    if after is None:
        with cgutils.for_range_slice(builder, start, whole, I64(count)) as (index, _):
            yield index, None
    else:
        with cgutils.for_range_slice(builder, start, whole, I64(RUN * count)) as (first, _):
            last = builder.add(first, I64(RUN * count))
            last = builder.select(builder.icmp_signed("<", last, whole), last, whole)
            with cgutils.for_range_slice(builder, first, last, I64(count)) as (index, _):
                yield index, None
            after()
    with builder.if_then(builder.icmp_signed(">", left, I64(0))):
        yield whole, left
        if after is not None:
            after()


def short_runs(
    builder: Any, count: int, start: Any, end: Any, after: Callable[[], None]
) -> Iterator[tuple[Any, Any]]:
    """The same with ``after`` to follow each `SHORT` vectors, which are written one by one."""
    left = builder.srem(builder.sub(end, start), I64(SHORT * count))
    whole = builder.sub(end, left)
    with cgutils.for_range_slice(builder, start, whole, I64(SHORT * count)) as (first, _):
        for k in range(SHORT):
            yield builder.add(first, I64(k * count)), None
        after()
    yield from vectors(builder, count, whole, end, after)


def case(builder: Any, *pairs: tuple[Any, int]) -> Any:
    """A block for the case that each number has the value beside it."""
    holds = ir.Constant(ir.IntType(1), 1)
    for number, value in pairs:
        holds = builder.and_(holds, builder.icmp_signed("==", number, number.type(value)))
    return builder.if_then(holds)


def prefetch(builder: Any, streams: tuple[Stream, ...], index: Any) -> None:
    """Ask for what comes `AHEAD` entries later, if that is worth it."""
    for stream in streams if AHEAD else ():
        stream.prefetch(builder, builder.add(index, I64(AHEAD)))


class Variable:
    """A vector that a loop changes; it begins as zeros each time its place is reached."""

    def __init__(self, builder: Any, kind: Any) -> None:
        self.builder = builder
        self.place = cgutils.alloca_once(builder, kind)
        builder.store(ir.Constant(kind, None), self.place)

    @property
    def now(self) -> Lanes:
        """What it holds."""
        return Lanes(self.builder, self.builder.load(self.place))

    def become(self, vector: Lanes) -> None:
        """Hold another vector."""
        self.builder.store(vector.value, self.place)


class Total:
    """A sum in float64, lane by lane, with what each addition rounds off kept beside it."""

    def __init__(self, builder: Any, lanes: int) -> None:
        kind = ir.VectorType(F64, lanes)
        self.high, self.low = Variable(builder, kind), Variable(builder, kind)

    def add(self, term: Lanes) -> None:
        """One more term in each lane."""
        total, error = two_sum(self.high.now, widen(term))
        self.high.become(total)
        self.low.become(self.low.now + error)

    def fold(self) -> tuple[Any, Any]:
        """All lanes, halves on halves: the sum as a float64, and what is missing from it."""
        high, low = self.high.now, self.low.now
        while high.count > 1:
            (a, b), (c, d) = halves(high), halves(low)
            high, error = two_sum(a, b)
            low = c + d + error
        return only(high), only(low)


class PlainTotal(Total):
    """A sum in float64 that lets go of what is rounded off."""

    def add(self, term: Lanes) -> None:
        """One more term in each lane."""
        self.high.become(self.high.now + term)

    def fold(self) -> tuple[Any, Any]:
        """All lanes, halves on halves."""
        return only(folded(self.high.now)), F64(0.0)


class ShortTotal(PlainTotal):
    """A sum of terms of one precision, which are first added in runs.

    At the end of a run the halves of a vector of float32 are added, too: 8 lanes of float64 remain.
    """

    def __init__(self, builder: Any, like: Any) -> None:
        super().__init__(builder, 8)
        self.run = Variable(builder, like)

    def add(self, term: Lanes) -> None:
        """One more term in each lane."""
        self.run.become(self.run.now + term)

    def take(self, term: Lanes | tuple[Lanes, Lanes]) -> None:
        """One more term in each lane, or a product."""
        if isinstance(term, tuple):
            self.run.become(plus_product(self.run.now, *term))
        else:
            self.add(term)

    def flush(self) -> None:
        """The end of a run."""
        run = self.run.now
        while run.count > 8:
            a, b = halves(run)
            run = a + b
        super().add(widen(run))
        self.run.become(full(self.run.now, 0))


def folded(a: Lanes) -> Lanes:
    """All lanes added, halves on halves."""
    while a.count > 1:
        b, c = halves(a)
        a = b + c
    return a


def halves(a: Lanes) -> tuple[Lanes, Lanes]:
    """The first half of the lanes and the second."""
    nothing, count = ir.Constant(a.value.type, ir.Undefined), a.count // 2
    orders = [range(count), range(count, 2 * count)]
    kind = ir.VectorType(ir.IntType(32), count)
    first, second = (
        Lanes(a.builder, a.builder.shuffle_vector(a.value, nothing, ir.Constant(kind, [*order])))
        for order in orders
    )
    return first, second


def only(a: Lanes) -> Any:
    """The number in the first lane."""
    return a.builder.extract_element(a.value, ir.IntType(32)(0))


def two_sum(a: Lanes, b: Lanes) -> tuple[Lanes, Lanes]:
    """a + b rounded, and the error of the rounding, exactly (Knuth)."""
    total = a + b
    part = total - a
    return total, (a - (total - part)) + (b - part)


def keep(builder: Any, out: Any, values: list[Any]) -> None:
    """Write numbers of float64 to consecutive places."""
    place = builder.inttoptr(out, F64.as_pointer())
    for k, value in enumerate(values):
        builder.store(value, builder.gep(place, [I64(k)]))
