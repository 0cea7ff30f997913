"""Separable K whose step or whose certificate needs more than a root: in float64, rounded once.

The logarithms here are good to the last digits, those of `lionk_numba.powers` are not.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from lionk_numba.lanes import (
    F32,
    F64,
    Lanes,
    absolute,
    bits,
    intrinsic,
    narrow,
    signed,
    square_root,
    where,
    widen,
)
from lionk_numba.powers import (
    LOG_2_HIGH,
    LOG_2_LOW,
    SQRT_HALF,
    TAYLOR,
    as_float,
    each_lane,
    exp,
    horner,
    power64,
    power_of_two,
)

Term = Callable[[Lanes, Lanes, Lanes], Lanes]

ATANH = [2 / (2 * k + 1) for k in range(12)]
"""log((1 + s)/(1 - s)) = s (c0 + c1 s^2 + ...); for |s| <= 0.172 the rest is below 1e-18."""

SINH = [1 / math.factorial(2 * k + 1) for k in range(10)]
"""sinh a = a (c0 + c1 a^2 + ...); for a <= 1 the rest is below 1e-19."""

ENTROPY = [1 / ((2 * k + 2) * (2 * k + 1)) for k in range(25)]
"""a atanh a + log(1 - a^2)/2 = a^2 (c0 + c1 a^2 + ...); for a <= 1/2 the rest is below 1e-17."""


def log1p(t: Lanes) -> Lanes:
    """log(1 + t) in float64 for finite t > -1, if t >= 0 or -t is at least 1/2."""
    raw = bits(1 + t)
    exponent = (raw - SQRT_HALF) >> 52
    f = bits(raw - (exponent << 52), F64)
    near = absolute(t) < 0.414
    s = where(near, t / (2 + t), (f - 1) / (f + 1))
    e = where(near, 0, as_float(exponent, F64))
    return e * LOG_2_HIGH + (s * horner(ATANH, s * s) + e * LOG_2_LOW)


def half_exp(v: Lanes) -> Lanes:
    """e^v/2 in float64 for 0 <= v <= 710.47, at which it is the largest number."""
    whole = intrinsic("rint", v * (1 / math.log(2)))
    r = (v - whole * LOG_2_HIGH) - whole * LOG_2_LOW
    return horner(TAYLOR, r) * power_of_two(whole - 2) * 2


def sinh_of(a: Lanes) -> Lanes:
    """The hyperbolic sine in float64, for 0 <= a <= 710.47."""
    half = half_exp(a)
    return where(a < 1, a * horner(SINH, a * a), half - 0.25 / half)


def bound(kind: Any) -> float:
    """The largest argument of a finite hyperbolic sine, as in `lionk_ref.convex.cosh`."""
    largest = (2 - 2.0**-23) * 2.0**127 if kind == F32 else (2 - 2.0**-52) * 2.0**1023
    return math.asinh(largest) - 1e-4


def cosh(z: Lanes, p: Lanes, q: Lanes, r: Lanes) -> Lanes:
    """The hyperbolic sine; infinite where it is not representable."""
    a, most = absolute(z), bound(z.kind)
    made = narrow(sinh_of(widen(where(a < most, a, most))), z.kind)
    return where(z == z, signed(where(a > most, math.inf, made), z), z)


def power(z: Lanes, p: Lanes, q: Lanes, r: Lanes) -> Lanes:
    """sign(z) |z|^p."""
    return where(z == 0, 0, signed(raised(absolute(z), p), z))


def power_1(z: Lanes, p: Lanes, q: Lanes, r: Lanes) -> Lanes:
    """The same for p = 1."""
    return z + 0


def power_2(z: Lanes, p: Lanes, q: Lanes, r: Lanes) -> Lanes:
    """The same for p = 2."""
    a = absolute(z)
    return where(z == 0, 0, signed(a * a, z))


def power_half(z: Lanes, p: Lanes, q: Lanes, r: Lanes) -> Lanes:
    """The same for p = 1/2."""
    return where(z == 0, 0, signed(square_root(absolute(z)), z))


CURVES = {f.__name__: f for f in (cosh, power, power_1, power_2, power_half)}


def raised(a: Lanes, p: Lanes) -> Lanes:
    """a^p for a >= 0 and p > 0."""
    usual = where(a < math.inf, a, 1)
    made = each_lane("pow", usual, p) if a.kind == F64 else power64(widen(usual), widen(p))
    usual = narrow(made, a.kind)
    return where(a < math.inf, usual, a)


def in_float64(f: Term) -> Term:
    """A term that is computed from |z| in float64; what is not finite stays."""

    def term(z: Lanes, p: Lanes, q: Lanes) -> Lanes:
        a = absolute(z)
        made = narrow(f(widen(where(a < math.inf, a, 0)), widen(p), widen(q)), z.kind)
        return where(a < math.inf, made, a)

    return term


@in_float64
def log_cosh_value(a: Lanes, e: Lanes, q: Lanes) -> Lanes:
    """e log cosh(a/e), without cancellation."""
    t = a / e
    half = where(t < 1, t, 1) / 2
    near = half * horner(SINH, half * half)
    far = where(t < 40, t, 40)
    added = where(t < 1, 2 * near * near, exp(-2 * far))
    return e * (log1p(added) + where(t < 1, 0, t - math.log(2)))


def log_cosh_conjugate(y: Lanes, p: Lanes, q: Lanes) -> Lanes:
    """e [(1 + y) log(1 + y) + (1 - y) log(1 - y)]/2 in [-1, 1]."""
    return entropy(where(absolute(y) > 1, 1, y), p, q)


@in_float64
def entropy(a: Lanes, e: Lanes, q: Lanes) -> Lanes:
    """The same for 0 <= a <= 1, without cancellation."""
    near = a * a * horner(ENTROPY, a * a)
    rest = 1 - a
    far = (1 + a) * log1p(a) + where(rest > 0, rest * log1p(-where(rest > 0, a, 0.5)), 0)
    return e * where(a < 0.5, near, far / 2)


@in_float64
def cosh_value(a: Lanes, p: Lanes, q: Lanes) -> Lanes:
    """cosh a - 1, without cancellation."""
    half = sinh_of(where(a < 710.4, a, 710.4) / 2)
    return where(a < 710.4, 2 * half * half, math.inf)


@in_float64
def cosh_conjugate(a: Lanes, p: Lanes, q: Lanes) -> Lanes:
    """a asinh a - sqrt(1 + a^2) + 1, without overflow or cancellation."""
    usual = where(a < 1e8, a, 1e8)
    t = where(a < 1e8, usual / (1 + square_root(1 + usual * usual)), 1)
    return a * (log1p(a + a * t) - t)


def power_value(z: Lanes, p: Lanes, q: Lanes) -> Lanes:
    """|z|^q/q, q = p + 1."""
    return raised(absolute(z), q) / q


def power_conjugate(y: Lanes, p: Lanes, q: Lanes) -> Lanes:
    """|y|^(q/p) p/q."""
    return raised(absolute(y), q / p) * p / q
