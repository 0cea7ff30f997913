"""Powers and the hyperbolic tangent lane by lane, for which LLVM has no instructions.

A power of float64 is left to the C library. One of float32 is formed in float32 with a relative
error of about 2^-24 (2 + exponent), or in float64 where the exponent is large.
"""

from __future__ import annotations

import math
from typing import Any

from llvmlite import ir

from lionk_numba.lanes import (
    F32,
    F64,
    I64,
    Lanes,
    absolute,
    bits,
    full,
    intrinsic,
    narrow,
    plus_product,
    signed,
    where,
    widen,
)

LOG = [2 / ((2 * k + 1) * math.log(2)) for k in range(7)]
"""log2 f = s (c0 + c1 s^2 + ...) with s = (f - 1)/(f + 1); for sqrt(1/2) <= f < sqrt(2) the rest is
below 1e-13 of the sum."""

EXP = [math.log(2) ** k / math.factorial(k) for k in range(11)]
"""2^r = c0 + c1 r + ...; for |r| <= 1/2 the rest is below 1e-12 of the sum."""

LOG_32 = [
    1.44269502, -0.721347451, 0.480910748, -0.360693276, 0.287903249, -0.239169881, 0.216078222,
    -0.205861881, 0.123109683,
]  # fmt: skip
"""log2(1 + x)/x for 1 + x between sqrt(1/2) and sqrt(2), to 2e-8/x: Chebyshev interpolation."""

EXP_32 = [
    1.0, 0.693147207, 0.240226512, 0.0555032721, 0.0096180256, 0.00134004322, 0.00015469732,
]  # fmt: skip
"""2^r for |r| <= 1/2, to 3e-9: Chebyshev interpolation."""

SQRT_HALF, SQRT_HALF_32 = 0x3FE6A09E667F3BCD, 0x3F3504F3
"""The bits of sqrt(1/2) in float64 and in float32."""

EXPONENT_32, ULP_32, SHIFT_32 = -1 << 23, 2.0**-23, 1.5 * 2.0**23
"""Of float32 the bits of sign and exponent, 2^-23, and what rounds to whole numbers when added."""


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
    """c0 + c1 t + c2 t^2 + ..., fused where the machine can."""
    total = full(t, coefficients[-1])
    for c in coefficients[-2::-1]:
        total = intrinsic("fmuladd", total, t, full(t, c))
    return total


def log2(t: Lanes) -> Lanes:
    """The binary logarithm of normal positive float64."""
    raw = bits(t)
    exponent = (raw - SQRT_HALF) >> 52
    f = bits(raw - (exponent << 52), F64)
    s = (f - 1) / (f + 1)
    return as_float(exponent, F64) + s * horner(LOG, s * s)


def exp2(v: Lanes) -> Lanes:
    """2^v in float64 for |v| < 1022; less is 0 and more is the largest there is."""
    v = where(v < -1022, -1022, where(v > 1023, 1023, v))
    whole = intrinsic("rint", v)
    return where(v <= -1022, 0, horner(EXP, v - whole) * power_of_two(whole))


def as_float(a: Lanes, kind: Any) -> Lanes:
    """Integers as floats of this kind."""
    return Lanes(a.builder, a.builder.sitofp(a.value, a.of(kind)))


def as_integer(a: Lanes, kind: Any) -> Lanes:
    """Whole floats as integers of this kind."""
    return Lanes(a.builder, a.builder.fptosi(a.value, a.of(kind)))


def power64(t: Lanes, exponent: Lanes) -> Lanes:
    """t^exponent for float64 t >= 0 that came from float32, to 11 digits."""
    return where(t == 0, 0, exp2(exponent * log2(where(t == 0, 1, t))))


def power32(t: Lanes, exponent: Lanes) -> Lanes:
    """t^exponent for float32 t >= 0 and exponent > 0; what is below 2^-126 is 0.

    t = 2^e (1 + x); of exponent * e the whole part is split off exactly. The factor 2^32 makes a
    normal number of every t. What is larger than 2^127 is not right.
    """
    raw = bits(t * 2.0**32)
    high = (raw - SQRT_HALF_32) & EXPONENT_32
    x = bits(raw - high, F32) - 1
    log, e = x * horner(LOG_32, x), as_float(high - (32 << 23), F32)
    v = exponent * plus_product(log, e, full(t, ULP_32))
    shifted = v + SHIFT_32
    rest = plus_product(SHIFT_32 - shifted, exponent * ULP_32, e)
    made = bits(horner(EXP_32, plus_product(rest, exponent, log))) + (bits(shifted) << 23)
    return where((v >= -126) & (t > 0), bits(made, F32), 0)


def wide_power(t: Lanes, exponent: Lanes, far: bool = False) -> Lanes:
    """t^exponent for finite t >= 0 and exponent > 0; in float64 if it may be ``far`` from 1."""
    if t.kind == F64:
        return each_lane("pow", t, exponent)
    return power64(widen(t), widen(exponent)) if far else power32(t, exponent)


def power(t: Lanes, exponent: Lanes) -> Lanes:
    """t^exponent for finite t >= 0 and exponent > 0."""
    return power32(t, exponent) if t.kind == F32 else each_lane("pow", t, exponent)


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
    return bits((as_integer(whole, I64) + 1023) << 52, F64)


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
