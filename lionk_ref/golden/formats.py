"""Section 4 in bits: IEEE formats as exact rationals, and the bit patterns that stand for them.

Bit patterns in hexadecimal decode in one line of any language, carry -0, inf and NaN, and leave
nothing to a decimal parser. Everything here is integer arithmetic: no platform can differ.
"""

from __future__ import annotations

import math
import re
import struct
from fractions import Fraction
from typing import NamedTuple


class Format(NamedTuple):
    """A binary format: bits of the significand with the hidden one, bits of the exponent."""

    precision: int
    exponent: int

    @property
    def digits(self) -> int:
        """The length of a bit pattern in hexadecimal."""
        return (self.precision + self.exponent) // 4

    @property
    def bias(self) -> int:
        return (1 << (self.exponent - 1)) - 1

    @property
    def unit(self) -> float:
        """The unit roundoff u."""
        return 2.0**-self.precision


FORMATS = {
    "binary64": Format(53, 11),
    "binary32": Format(24, 8),
    "bfloat16": Format(8, 8),
    "binary16": Format(11, 5),
}


HEXADECIMAL = re.compile("[0-9a-fA-F]+")


def encode(value: Fraction | float, name: str) -> str:
    """The bit pattern of ``value``, rounded once, to nearest and ties to even.

    Examples
    --------
    >>> encode(Fraction(1, 10), "binary32"), encode(-0.0, "bfloat16")
    ('3dcccccd', '8000')
    """
    f = FORMATS[name]
    negative = math.copysign(1.0, value) < 0 if isinstance(value, float) else value < 0
    pattern = _magnitude(value, f) | (int(negative) << (f.precision + f.exponent - 1))
    return format(pattern, f"0{f.digits}x")


def _magnitude(value: Fraction | float, f: Format) -> int:
    infinity = ((1 << f.exponent) - 1) << (f.precision - 1)
    if isinstance(value, float) and not math.isfinite(value):
        return infinity | (1 << (f.precision - 2) if math.isnan(value) else 0)
    size = abs(Fraction(value))
    if size == 0:
        return 0
    exponent = max(_log2(size), 1 - f.bias)
    steps = round(size / Fraction(2) ** (exponent - f.precision + 1))
    # The pattern of a float is its place in the order of the floats: carries come out right.
    return min(infinity, ((exponent + f.bias - 1) << (f.precision - 1)) + steps)


def _log2(size: Fraction) -> int:
    """The k with 2^k <= size < 2^(k + 1)."""
    k = size.numerator.bit_length() - size.denominator.bit_length()
    return k if size >= Fraction(2) ** k else k - 1


def decode(bits: str, name: str) -> float:
    """The value of a bit pattern; every format here is a subset of Python's floats.

    Raises
    ------
    ValueError
        If it has another length, or what is no hexadecimal digit, such as a sign.

    Examples
    --------
    >>> decode("3fc0", "bfloat16"), decode("3ff8000000000000", "binary64")
    (1.5, 1.5)
    """
    f = FORMATS[name]
    if len(bits) != f.digits or not HEXADECIMAL.fullmatch(bits):
        raise ValueError(f"{name} has bit patterns of {f.digits} hexadecimal digits, got {bits!r}.")
    pattern = int(bits, 16)
    if name == "binary64":
        return float(struct.unpack(">d", pattern.to_bytes(8, "big"))[0])
    sign = -1.0 if pattern >> (f.precision + f.exponent - 1) else 1.0
    exponent = (pattern >> (f.precision - 1)) & ((1 << f.exponent) - 1)
    fraction = pattern & ((1 << (f.precision - 1)) - 1)
    if exponent == (1 << f.exponent) - 1:
        return math.nan if fraction else sign * math.inf
    hidden = 1 << (f.precision - 1) if exponent else 0
    return sign * math.ldexp(fraction | hidden, max(exponent, 1) - f.bias - f.precision + 1)


def fits(value: Fraction, name: str) -> bool:
    """Whether the format holds ``value`` exactly."""
    rounded = decode(encode(value, name), name)
    return math.isfinite(rounded) and Fraction(rounded) == value
