"""What a loop keeps from one turn to the next, as LLVM code: vectors, and sums over many turns."""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba.core import cgutils

from lionk_numba.lanes import F64, I64, Lanes, full, plus_product, widen


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
