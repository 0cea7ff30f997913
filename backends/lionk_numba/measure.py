"""What a K of all entries has to know first: sums of powers, the largest |m_tilde| and its ties.

m_tilde is formed anew in each pass and never stored. A chunk gives four numbers of float64: the
sum, what rounding took from it, the largest and, for "linf", how often it occurs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from lionk_numba.emit import CODE, coefficients, streams
from lionk_numba.formulas import Coefficients
from lionk_numba.lanes import (
    F32,
    F64,
    Lanes,
    absolute,
    bits,
    plus_product,
    square_root,
    where,
    widen,
)
from lionk_numba.loops import Choice, apart, short_runs, vector_of, vectors
from lionk_numba.powers import wide_power
from lionk_numba.totals import PlainTotal, ShortTotal, Total, Variable, folded, halves, keep, only


def square(a: Lanes, s: Coefficients) -> Lanes:
    """a^2."""
    return widen(a) * widen(a)


def lp(a: Lanes, s: Coefficients) -> Lanes:
    """a^p."""
    return wide_power(a, s.p)


def lp_far(a: Lanes, s: Coefficients) -> Lanes:
    """(a r)^p for any p; a second factor, as one is too small for what is subnormal."""
    return wide_power(a * s.r, s.p, far=True)


TERMS: dict[str, Callable[[Lanes, Coefficients], Lanes] | None] = {
    "l1": lambda a, s: widen(a),
    "l2": square,
    "linf": None,
    "above": lambda a, s: where(a > s.p, widen(a), 0),
    "lp_3_2": lambda a, s: widen(a) * widen(square_root(a)),
    "lp_2": square,
    "lp_3": lambda a, s: widen(a) * widen(a) * widen(a),
    "lp_4": lambda a, s: (widen(a) * widen(a)) * (widen(a) * widen(a)),
    "lp": lp,
    "lp_far": lp_far,
}
"""What each |m_tilde_i| q adds to the sum, in float64."""


@intrinsic
def measure(
    context: Any, number: Any, stored: Any, row: Any, span: Any, scalars: Any, out: Any
) -> Any:
    """The entries from span[0] to span[1], with p the power and |m_tilde| multiplied by q."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        number, _, *others = values
        real, kept = CODE[signature.args[4].dtype], CODE[signature.args[1]]
        chosen = Choice(builder, number)
        for k, (name, term) in enumerate(TERMS.items()):
            with chosen.case(k), apart(builder, *others) as (inner, row, span, scalars, out):
                arrays = streams(inner, row, real, kept)
                s = coefficients(inner, scalars, vector_of(real, name))
                _loop(inner, term, arrays, s, span, out)
        return context.get_dummy_value()

    return types.void(number, stored, row, span, scalars, out), generate


def _squares(builder: Any, arrays: Any, s: Any, span: Any, out: Any) -> None:
    """The sum of squares of float32, which are exact in float64, and its root as the largest.

    The root is 0, infinite or NaN where the largest is, and no smaller: that is all that is asked.
    """
    like = s.p.value.type
    total, scale = Variable(builder, ir.VectorType(F64, like.count)), where(s.q == 0, 1, s.q)
    start, end = (builder.extract_value(span, k) for k in range(2))
    for i, first in vectors(builder, like.count, start, end):
        m, g = (stream.load(builder, like, i, first) for stream in arrays[1:3])
        a = widen((s.beta1 * m - s.c1 * g) * scale)
        total.become(plus_product(total.now, a, a))
    whole = folded(total.now)
    largest = builder.fdiv(only(square_root(whole)), only(widen(scale)))
    keep(builder, out, [only(whole), F64(0.0), largest, F64(0.0)])


def _loop(builder: Any, term: Any, arrays: Any, s: Any, span: Any, out: Any) -> None:
    like = s.p.value.type
    start, end = (builder.extract_value(span, k) for k in range(2))
    if like.element == F32 and term is square:
        _squares(builder, arrays, s, span, out)
        return
    total: Total
    if like.element == F32 and term is lp:
        total = short = ShortTotal(builder, like)
        ranges = short_runs(builder, like.count, start, end, short.flush)
    else:
        total = (Total if like.element == F64 else PlainTotal)(builder, like.count)
        ranges = vectors(builder, like.count, start, end)
    top = Top(builder, like, counts=term is None)
    for i, first in ranges:
        m, g = (stream.load(builder, like, i, first) for stream in arrays[1:3])
        a = absolute(s.beta1 * m - s.c1 * g)
        top.see(a)
        if term:
            total.add(term(a * s.q, s))
    keep(builder, out, [*total.fold(), *top.fold()])


class Top:
    """The largest of some numbers >= 0, NaN above all, and if it ``counts`` how often it occurs."""

    def __init__(self, builder: Any, like: Any, counts: bool) -> None:
        self.like, self.counts = like, counts
        whole = ir.VectorType(ir.IntType(32 if like.element != F64 else 64), like.count)
        self.largest, self.ties = Variable(builder, whole), Variable(builder, whole)

    def see(self, a: Lanes) -> None:
        """One more vector. As integers the bits are in the order of the numbers."""
        raw, largest, ties = bits(a), self.largest.now, self.ties.now
        if self.counts:
            self.ties.become(where(raw > largest, 1, where(raw == largest, ties + 1, ties)))
        self.largest.become(where(raw > largest, raw, largest))

    def fold(self) -> tuple[Any, Any]:
        """Both over all lanes, as float64."""
        builder, top, ties = self.largest.builder, self.largest.now, self.ties.now
        while top.count > 1:
            (a, b), (c, d) = halves(top), halves(ties)
            ties = where(a > b, c, where(b > a, d, c + d))
            top = where(a > b, a, b)
        value = only(widen(bits(top, self.like.element)))
        return value, builder.sitofp(only(ties), F64)
