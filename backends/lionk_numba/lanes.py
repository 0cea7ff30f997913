"""Vectors of 64 bytes: what is computed with `Lanes` is not done but written down, as LLVM code.

The formulas of this package run once, while a kernel is compiled. LLVM maps the vectors to the
registers of the machine, whatever their width, so that a sum over lanes has one order everywhere.
Nothing is contracted or reordered: each operation is rounded by itself, as in NumPy.
"""

from __future__ import annotations

from typing import Any, TypeAlias

from llvmlite import ir

F32, F64 = ir.FloatType(), ir.DoubleType()
I8, I16, I32, I64 = (ir.IntType(n) for n in (8, 16, 32, 64))
BITS = {F32: I32, F64: I64, I32: I32, I64: I64}
SIZE = {F32: 4, F64: 8, I16: 2, I32: 4, I64: 8}
BYTES = 64

Number: TypeAlias = Any
"""`Lanes`, or a Python number that is to be repeated in each lane."""


class Lanes:
    """A vector in the making: ``value`` is its LLVM value, written by ``builder``."""

    __hash__ = None  # type: ignore[assignment]

    def __init__(self, builder: Any, value: Any) -> None:
        self.builder, self.value = builder, value

    @property
    def kind(self) -> Any:
        """The LLVM type of an entry."""
        return self.value.type.element

    @property
    def count(self) -> int:
        """How many lanes there are."""
        return int(self.value.type.count)

    def lift(self, other: Number) -> Any:
        """The LLVM value of ``other`` as a vector like this one."""
        if isinstance(other, Lanes):
            return other.value
        whole = self.kind not in (F32, F64)
        return ir.Constant(self.value.type, [int(other) if whole else float(other)] * self.count)

    def of(self, kind: Any) -> Any:
        """The vector type of this length with another kind of entry."""
        return ir.VectorType(kind, self.count)

    def _apply(self, real: str, whole: str, a: Any, b: Any) -> Lanes:
        operation = getattr(self.builder, real if self.kind in (F32, F64) else whole)
        return Lanes(self.builder, operation(a, b))

    def __add__(self, other: Number) -> Lanes:
        return self._apply("fadd", "add", self.value, self.lift(other))

    def __radd__(self, other: Number) -> Lanes:
        return self._apply("fadd", "add", self.lift(other), self.value)

    def __sub__(self, other: Number) -> Lanes:
        return self._apply("fsub", "sub", self.value, self.lift(other))

    def __rsub__(self, other: Number) -> Lanes:
        return self._apply("fsub", "sub", self.lift(other), self.value)

    def __mul__(self, other: Number) -> Lanes:
        return self._apply("fmul", "mul", self.value, self.lift(other))

    def __rmul__(self, other: Number) -> Lanes:
        return self._apply("fmul", "mul", self.lift(other), self.value)

    def __truediv__(self, other: Number) -> Lanes:
        return self._apply("fdiv", "sdiv", self.value, self.lift(other))

    def __rtruediv__(self, other: Number) -> Lanes:
        return self._apply("fdiv", "sdiv", self.lift(other), self.value)

    def __and__(self, other: Number) -> Lanes:
        return Lanes(self.builder, self.builder.and_(self.value, self.lift(other)))

    def __or__(self, other: Number) -> Lanes:
        return Lanes(self.builder, self.builder.or_(self.value, self.lift(other)))

    def __lshift__(self, other: Number) -> Lanes:
        return Lanes(self.builder, self.builder.shl(self.value, self.lift(other)))

    def __rshift__(self, other: Number) -> Lanes:
        return Lanes(self.builder, self.builder.ashr(self.value, self.lift(other)))

    def __neg__(self) -> Lanes:
        return Lanes(self.builder, self.builder.fneg(self.value))

    def __invert__(self) -> Lanes:
        return Lanes(self.builder, self.builder.not_(self.value))

    def _compare(self, symbol: str, other: Number) -> Lanes:
        b = self.builder
        if self.kind not in (F32, F64):
            return Lanes(b, b.icmp_signed(symbol, self.value, self.lift(other)))
        compare = b.fcmp_unordered if symbol == "!=" else b.fcmp_ordered
        return Lanes(b, compare(symbol, self.value, self.lift(other)))

    def __lt__(self, other: Number) -> Lanes:
        return self._compare("<", other)

    def __le__(self, other: Number) -> Lanes:
        return self._compare("<=", other)

    def __gt__(self, other: Number) -> Lanes:
        return self._compare(">", other)

    def __ge__(self, other: Number) -> Lanes:
        return self._compare(">=", other)

    def __eq__(self, other: Number) -> Lanes:  # type: ignore[override]
        return self._compare("==", other)

    def __ne__(self, other: Number) -> Lanes:  # type: ignore[override]
        return self._compare("!=", other)


def splat(builder: Any, value: Any, count: int) -> Lanes:
    """An LLVM number in every lane."""
    kind = ir.VectorType(value.type, count)
    nothing = ir.Constant(kind, ir.Undefined)
    first = builder.insert_element(nothing, value, I32(0))
    order = ir.Constant(ir.VectorType(I32, count), [0] * count)
    return Lanes(builder, builder.shuffle_vector(first, nothing, order))


def where(mask: Lanes, a: Number, b: Number) -> Lanes:
    """``a`` where the mask holds, ``b`` elsewhere; one of them at least is a vector."""
    like = a if isinstance(a, Lanes) else b
    return Lanes(mask.builder, mask.builder.select(mask.value, like.lift(a), like.lift(b)))


def full(like: Lanes, number: float) -> Lanes:
    """A number, rounded to the dtype of ``like``, in every lane."""
    return Lanes(like.builder, like.lift(number))


def bits(a: Lanes, kind: Any = None) -> Lanes:
    """The bits of floats as integers, or those of integers as floats of this kind."""
    return Lanes(a.builder, a.builder.bitcast(a.value, a.of(kind or BITS[a.kind])))


def absolute(a: Lanes) -> Lanes:
    """|a|: the sign bit cleared."""
    return bits(bits(a) & ((1 << (8 * SIZE[a.kind] - 1)) - 1), a.kind)


def signed(a: Lanes, like: Lanes) -> Lanes:
    """``a`` >= 0 with the sign of ``like``."""
    sign = bits(like) & -(1 << (8 * SIZE[a.kind] - 1))
    return bits(bits(a) | sign, a.kind)


def square_root(a: Lanes) -> Lanes:
    """The square root, correctly rounded."""
    return intrinsic("sqrt", a)


def plus_product(c: Lanes, a: Lanes, b: Lanes) -> Lanes:
    """c + a b, fused where the machine can."""
    return intrinsic("fmuladd", a, b, c)


def intrinsic(name: str, *args: Lanes) -> Lanes:
    """A function of LLVM that acts lane by lane, such as "sqrt" or "fma"."""
    first, builder = args[0], args[0].builder
    full_name = f"llvm.{name}.v{first.count}f{8 * SIZE[first.kind]}"
    kind = ir.FunctionType(first.value.type, [first.value.type] * len(args))
    known = builder.module.globals.get(full_name)
    function = known or ir.Function(builder.module, kind, full_name)
    return Lanes(builder, builder.call(function, [a.value for a in args]))


def widen(a: Lanes) -> Lanes:
    """The same numbers in float64."""
    return a if a.kind == F64 else Lanes(a.builder, a.builder.fpext(a.value, a.of(F64)))


def narrow(a: Lanes, kind: Any) -> Lanes:
    """Rounded from float64 to ``kind``."""
    return a if a.kind == kind else Lanes(a.builder, a.builder.fptrunc(a.value, a.of(kind)))
