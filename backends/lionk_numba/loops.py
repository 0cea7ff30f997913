"""Loops over vectors and what is kept from one turn to the next, written down as LLVM code."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from llvmlite import ir
from llvmlite.binding import get_host_cpu_name
from numba.core import cgutils

from lionk_numba.formulas import LONG
from lionk_numba.lanes import BYTES, I64, SIZE
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


def lines(builder: Any, stream: Stream, count: int, start: Any, end: Any) -> tuple[Any, Any]:
    """Where in a range, of a vector at the least, whole ones at whole cache lines begin and end.

    Across two lines a vector takes longer, and NumPy's large arrays begin 16 bytes after a line.
    Sums cannot be formed in this way: their order must not depend on where an array lies.
    """
    address = builder.ptrtoint(stream.at(builder, start), I64)
    before = builder.and_(builder.neg(address), I64(BYTES - 1))
    begin = builder.add(start, builder.udiv(before, I64(SIZE[stream.stored])))
    left = builder.srem(builder.sub(end, begin), I64(count))
    return begin, builder.sub(end, left)


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


class Choice:
    """Pieces of code of which a number chooses one."""

    def __init__(self, builder: Any, number: Any) -> None:
        self.builder, self.end = builder, builder.append_basic_block()
        self.switch = builder.switch(number, self.end)

    @contextmanager
    def case(self, value: int) -> Iterator[None]:
        """A block for the case that the number is this one."""
        block = self.builder.append_basic_block()
        self.switch.add_case(value, block)
        self.builder.position_at_end(block)
        yield
        self.builder.branch(self.end)
        self.builder.position_at_end(self.end)


@contextmanager
def apart(builder: Any, *values: Any) -> Iterator[tuple[Any, ...]]:
    """A function of its own for what is written next: its builder, and the values there.

    In a function of many loops LLVM keeps the constants of some on the stack for the others' sake,
    and each turn reads them there, across two cache lines.
    """
    kind = ir.FunctionType(ir.VoidType(), [value.type for value in values])
    name = f"{builder.function.name}.{len(builder.module.functions)}"
    function = ir.Function(builder.module, kind, name)
    function.linkage = "internal"
    function.attributes.add("noinline")
    inner = ir.IRBuilder(function.append_basic_block())
    yield inner, *function.args
    inner.ret_void()
    builder.call(function, values)


def prefetch(builder: Any, streams: tuple[Stream, ...], index: Any) -> None:
    """Ask for what comes `AHEAD` entries later, if that is worth it."""
    for stream in streams if AHEAD else ():
        stream.prefetch(builder, builder.add(index, I64(AHEAD)))
