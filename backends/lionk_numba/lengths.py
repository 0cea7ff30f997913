"""The lengths of consecutive groups of entries: one by one, or many small ones at a time."""

from __future__ import annotations

import math
from typing import Any

from numba import types
from numba.extending import intrinsic

from lionk_numba.compile import helper
from lionk_numba.emit import CODE, coefficients, looking, streams
from lionk_numba.keys import key_at
from lionk_numba.lanes import F64, widen
from lionk_numba.loops import vector_of, vectors
from lionk_numba.measure import TERMS, measure
from lionk_numba.memory import Stream
from lionk_numba.settle import is_safe, largest_exponent, parameters, two_sum

L2, LINF = (list(TERMS).index(name) for name in ("l2", "linf"))
BLOCK = 2048
"""How many entries of small groups are taken at a time."""
SMALL = 64
"""The largest size of a small group."""
LEAST, MOST = 1e-30, 1e30
"""Lengths between them, and their squares, are normal numbers, far from the largest of float32."""


@intrinsic
def square(context: Any, stored: Any, row: Any, span: Any, scalars: Any, to: Any) -> Any:
    """The squares from span[0] to span[1], in float64, to an address."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        _, row, span, scalars, to = values
        real = CODE[signature.args[3].dtype]
        arrays = streams(builder, row, real, CODE[signature.args[0]])
        s, squares = coefficients(builder, scalars, vector_of(real)), Stream(to, F64)
        start, end = (builder.extract_value(span, k) for k in range(2))
        like = s.p.value.type
        for i, first in vectors(builder, like.count, start, end):
            m, g = (stream.load(builder, like, i, first) for stream in arrays[1:3])
            z = widen(s.beta1 * m - s.c1 * g)
            squares.store(z * z, builder.sub(i, start), first)
        return context.get_dummy_value()

    return types.void(stored, row, span, scalars, to), generate


@intrinsic
def number_at(context: Any, one: Any, address: Any, i: Any) -> Any:
    """Entry i of an array of numbers like ``one``, as float64."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        value = builder.load(Stream(values[1], CODE[one]).at(builder, values[2]))
        return value if value.type == F64 else builder.fpext(value, F64)

    return types.float64(one, address, i), generate


@intrinsic
def put(context: Any, one: Any, address: Any, i: Any, value: Any) -> Any:
    """Write entry i of an array of numbers like ``one``."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        builder.store(values[3], Stream(values[1], CODE[one]).at(builder, values[2]))
        return context.get_dummy_value()

    return types.void(one, address, i, one), generate


@helper
def weight_of(one: Any, row: Any, weight: float, j: int) -> float:
    """The weight of group j: its own, where there is an array of them."""
    return weight if row[3] == 0 else number_at(one, row[3], j)


@helper
def length(one: Any, stored: Any, row: Any, start: int, end: int, look: Any, out: Any) -> Any:
    """p and q of a group whose length is p/q, whatever its scale; ``look`` is (a, c).

    A group of zeros has p = 1 and q = 1, as any division of them will do.
    """
    q, ties, most = 1.0, 0.0, largest_exponent(one)
    p = q
    for again in range(2):
        s = looking(one, look[0], look[1], 2.0, q)
        if again > 0:
            measure(LINF, stored, row, (start, end), s, out.ctypes.data)
            ties = out[3]
        measure(L2, stored, row, (start, end), s, out.ctypes.data)
        total, largest = out[0] + out[1], out[2]
        p, q = parameters(total, largest, ties, largest * q, 2.0, 0.5, most)
        if is_safe(total, largest):
            break
    return p, q


@helper
def sum_groups(squares: int, first: int, last: int, size: int, n: int) -> None:
    """The sums of the squares of small groups, written over the squares."""
    place = 0
    for j in range(last - first):
        end = min(n - first * size, place + size)
        a, b, c, d = 0.0, 0.0, 0.0, 0.0
        for _ in range((end - place) // 4):
            a += number_at(1.0, squares, place)
            b += number_at(1.0, squares, place + 1)
            c += number_at(1.0, squares, place + 2)
            d += number_at(1.0, squares, place + 3)
            place += 4
        while place < end:
            a += number_at(1.0, squares, place)
            place += 1
        put(1.0, squares, j, (a + b) + (c + d))


@helper
def are_ordinary(a: float, b: float) -> bool:
    """Whether two lengths and their squares are normal numbers."""
    return LEAST < a < MOST and LEAST < b < MOST


@helper
def small(one: Any, stored: Any, row: Any, part: Any, look: Any, squares: Any) -> bool:
    """The lengths of small groups, and whether they can be trusted.

    ``part`` is the first group and the last, their size, that of the array, and the weight.
    """
    first, last, size, n, weight = part
    s, start = looking(one, look[0], look[1], 0.0, 1.0), first * size
    square(stored, row, (start, min(n, last * size)), s, squares.ctypes.data)
    sum_groups(squares.ctypes.data, first, last, size, n)
    odd, found = 0, squares[: last - first]
    for j in range(found.size):
        found[j] = math.sqrt(found[j])
        odd += not are_ordinary(found[j], found[j])
    if row[3] == 0 and LEAST < weight < MOST and odd == 0:
        return True
    for j in range(found.size):
        if found[j] == 0.0:
            for i in range(start + j * size, min(n, start + (j + 1) * size)):
                if key_at(stored, row, i, s) != 0:
                    return False
        elif not are_ordinary(found[j], found[j] / weight_of(one, row, weight, first + j)):
            return False
    return True


@helper
def spread(one: Any, row: Any, part: Any, found: Any, lengths: Any) -> None:
    """For each entry of small groups the length of its group over the weight."""
    T, place = type(one), 0
    first, last, size, n, weight = part
    for j in range(last - first):
        p = T(found[j] / weight_of(one, row, weight, first + j))
        end = min(n - first * size, place + size)
        while place < end:
            put(one, lengths.ctypes.data, place, p)
            place += 1


@helper
def larger(a: float, b: float) -> float:
    """max(a, b); NaN is larger than all numbers."""
    return a if a > b or a != a else b


@helper
def measured(one: Any, stored: Any, row: Any, part: Any, look: Any, squares: Any, out: Any) -> Any:
    """The sum of w |z_g| and the largest of |z_g|/w, for groups of any size."""
    first, last, size, n, weight = part
    total, low, top = 0.0, 0.0, 0.0
    safe = size <= SMALL and small(one, stored, row, part, look, squares)
    for j in range(first, last):
        w = weight_of(one, row, weight, j)
        if safe:
            one_length = squares[j - first]
        else:
            p, q = length(one, stored, row, j * size, min(n, (j + 1) * size), look, out)
            one_length = p / q if out[2] != 0.0 else 0.0
        total, error = two_sum(total, one_length * w)
        low += error
        top = larger(one_length / w, top)
    return total + low, top
