"""Powers and the hyperbolic tangent lane by lane: by polynomials for float32, by libm for float64.

LLVM has no such functions for vectors. What float32 needs is computed in float64 with a relative
error below 1e-11, so that one rounding, the last, counts.
"""

from __future__ import annotations

import math

from llvmlite import ir

from lionk_numba.lanes import (
    F32,
    F64,
    I64,
    Lanes,
    absolute,
    bits,
    intrinsic,
    narrow,
    signed,
    where,
    widen,
)

LOG = [2 / ((2 * k + 1) * math.log(2)) for k in range(7)]
"""log2 f = s (c0 + c1 s^2 + ...) with s = (f - 1)/(f + 1); for sqrt(1/2) <= f < sqrt(2) the rest is
below 1e-13 of the sum."""

EXP = [math.log(2) ** k / math.factorial(k) for k in range(11)]
"""2^r = c0 + c1 r + ...; for |r| <= 1/2 the rest is below 1e-12 of the sum."""

SQRT_HALF = 0x3FE6A09E667F3BCD
"""The bits of sqrt(1/2) in float64."""


TAYLOR = [1 / math.factorial(k) for k in range(15)]
LOG_2_HIGH, LOG_2_LOW = 0.693147180369123816490, 1.90821492927058770002e-10


def _lambert(depth: int) -> tuple[list[float], list[float]]:
    """tanh x = x/(1 + w), w = y/(3 + y/(5 + ...)), y = x^2: w = y n(y)/d(y), cut at ``depth``."""
    n, d = [1], [2 * depth + 1]
    for k in range(depth - 1, 0, -1):
        shifted = [0, *n] + [0] * (len(d) - len(n) - 1)
        n, d = d, [(2 * k + 1) * a + b for a, b in zip([*d, 0], shifted, strict=False)]
    return [float(c) for c in n], [float(c) for c in d]


NUMERATOR, DENOMINATOR = _lambert(7)


def horner(coefficients: list[float], t: Lanes) -> Lanes:
    """c0 + c1 t + c2 t^2 + ..."""
    total = t * coefficients[-1] + coefficients[-2]
    for c in coefficients[-3::-1]:
        total = total * t + c
    return total


def log2(t: Lanes) -> Lanes:
    """The binary logarithm of normal positive float64."""
    raw = bits(t)
    exponent = (raw - SQRT_HALF) >> 52
    f = bits(raw - (exponent << 52), F64)
    s = (f - 1) / (f + 1)
    return as_float(exponent) + s * horner(LOG, s * s)


def exp2(v: Lanes) -> Lanes:
    """2^v in float64 for |v| < 1022; less is 0 and more is the largest there is."""
    v = where(v < -1022, -1022, where(v > 1023, 1023, v))
    whole = intrinsic("rint", v)
    return where(v <= -1022, 0, horner(EXP, v - whole) * power_of_two(whole))


def as_float(a: Lanes) -> Lanes:
    """Integers as float64."""
    return Lanes(a.builder, a.builder.sitofp(a.value, a.of(F64)))


def power64(t: Lanes, exponent: Lanes) -> Lanes:
    """t^exponent for float64 t >= 0 that came from float32, to 11 digits."""
    return where(t == 0, 0, exp2(exponent * log2(where(t == 0, 1, t))))


def wide_power(t: Lanes, exponent: Lanes) -> Lanes:
    """t^exponent in float64 for finite t >= 0 and exponent > 0."""
    short = t.kind == F32
    t, exponent = widen(t), widen(exponent)
    return power64(t, exponent) if short else each_lane("pow", t, exponent)


def power(t: Lanes, exponent: Lanes) -> Lanes:
    """t^exponent for finite t >= 0 and exponent > 0; NaN stays NaN."""
    return where(t == t, narrow(wide_power(t, exponent), t.kind), t)


def tanh(z: Lanes) -> Lanes:
    """The hyperbolic tangent, within about an ulp of float64; NaN stays NaN."""
    x = widen(z)
    a = absolute(x)
    y = a * a
    below, above = horner(NUMERATOR, y), horner(DENOMINATOR, y)
    near = a - a * (y * below / (above + y * below))
    far = 1 - 2 / (exp(2 * where(a < 22, a, 22)) + 1)
    return where(z == z, narrow(signed(where(a < 0.625, near, far), x), z.kind), z)


def exp(v: Lanes) -> Lanes:
    """e^v in float64 for |v| < 700; log 2 is subtracted in two parts, the first exactly."""
    whole = intrinsic("rint", v * (1 / math.log(2)))
    r = (v - whole * LOG_2_HIGH) - whole * LOG_2_LOW
    return horner(TAYLOR, r) * power_of_two(whole)


def power_of_two(whole: Lanes) -> Lanes:
    """2^k for whole k in float64, -1023 < k < 1024."""
    exponent = Lanes(whole.builder, whole.builder.fptosi(whole.value, whole.of(I64)))
    return bits((exponent + 1023) << 52, F64)


def each_lane(name: str, *args: Lanes) -> Lanes:
    """A function of the C library on float64, called for one lane after the other."""
    builder, made = args[0].builder, args[0].value
    kind = ir.FunctionType(F64, [F64] * len(args))
    known = builder.module.globals.get(name)
    function = known or ir.Function(builder.module, kind, name)
    for k in range(args[0].count):
        numbers = [builder.extract_element(a.value, ir.IntType(32)(k)) for a in args]
        made = builder.insert_element(made, builder.call(function, numbers), ir.IntType(32)(k))
    return Lanes(builder, made)
