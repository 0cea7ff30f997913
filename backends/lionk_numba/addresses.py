"""Where many arrays lie, read from their C structs in one compiled call.

Asking 3,000 arrays for their addresses one by one takes ten times as long as a step on them. The
struct is part of NumPy's binary interface; `trusted` tries it out once in a process, and where it
is another one, or an array is not a plain one, the caller asks one by one.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from lionk_numba.compile import helper, reader
from lionk_numba.objects import following, half_word, word

HEAD = object.__basicsize__
ITEMS = tuple.__basicsize__
C_CONTIGUOUS, ALIGNED, WRITEABLE = 0x1, 0x100, 0x400
READ = C_CONTIGUOUS | ALIGNED
WRITTEN = READ | WRITEABLE

X, M, G, W, COUNT, FIRST_CHUNK = range(6)
"""The columns of a table: four addresses, the number of entries, the number of the first chunk."""

CHUNK = 16384
"""Entries in a chunk, the unit of work: sums are formed in chunks, whoever works on them."""


@helper
def from_tuples(x: int, m: int, g: int, table: Any) -> bool:
    """The addresses of the objects in three tuples, as rows of a table."""
    for k in range(table.shape[0]):
        table[k, X], table[k, M] = word(x + ITEMS + 8 * k), word(m + ITEMS + 8 * k)
        table[k, G] = word(g + ITEMS + 8 * k)
    return True


@helper
def abreast(dicts: Any, places: Any) -> Any:
    """The next value of each of three dicts, or zeros if their names differ; where to go on."""
    (x, m, g), (at_x, at_m, at_g) = dicts, places
    name_of_x, a, at_x = following(x, at_x)
    name_of_m, b, at_m = following(m, at_m)
    name_of_g, c, at_g = following(g, at_g)
    alike = name_of_x == name_of_m == name_of_g
    return (a, b, c) if alike else (0, 0, 0), (at_x, at_m, at_g)


@helper
def at_end(dicts: Any, places: Any) -> bool:
    """Whether nothing follows in any of three dicts."""
    (x, m, g), (at_x, at_m, at_g) = dicts, places
    return bool(following(x, at_x)[0] == following(m, at_m)[0] == following(g, at_g)[0] == 0)


@helper
def from_dicts(x: int, m: int, g: int, table: Any) -> bool:
    """The same of three dicts; False where their keys are not the same objects in one order."""
    places = (0, 0, 0)
    for k in range(table.shape[0]):
        found, places = abreast((x, m, g), places)
        table[k, X], table[k, M], table[k, G] = found
        if table[k, X] == 0:
            return False
    return True


@helper
def is_plain(a: int, of_array: int, dtype: int, needed: int) -> bool:
    """Whether an object is an array, of no subclass, with this dtype and the flags needed."""
    alike = word(a + HEAD - 8) == of_array and word(a + HEAD + 40) == dtype
    return bool(alike and half_word(a + HEAD + 48) & needed == needed)


@helper
def same_shape(a: int, b: int) -> bool:
    """Whether two arrays have one shape."""
    axes = half_word(a + HEAD + 8)
    if half_word(b + HEAD + 8) != axes:
        return False
    for axis in range(axes):
        if word(word(a + HEAD + 16) + 8 * axis) != word(word(b + HEAD + 16) + 8 * axis):
            return False
    return True


@helper
def entries_of(x: int, m: int, g: int, kinds: Any) -> int:
    """How many entries each of three arrays has, or -1 if they are not as plain as that."""
    of_array, dtype, stored = kinds
    if not is_plain(x, of_array, dtype, WRITTEN) or not is_plain(m, of_array, stored, WRITTEN):
        return -1
    if not is_plain(g, of_array, dtype, READ) or not same_shape(x, m) or not same_shape(x, g):
        return -1
    entries = 1
    for axis in range(half_word(x + HEAD + 8)):
        entries *= word(word(x + HEAD + 16) + 8 * axis)
    return entries


@helper
def data_of(a: int) -> int:
    """The address of the first entry of an array."""
    return int(word(a + HEAD))


@helper
def resolve(table: Any, kinds: Any) -> Any:
    """The addresses of arrays become those of their data: the chunks and entries, or -1 and 0."""
    chunks = total = 0
    for k in range(table.shape[0]):
        entries = entries_of(table[k, X], table[k, M], table[k, G], kinds)
        if entries < 0:
            return -1, 0
        for j in range(3):
            table[k, j] = data_of(table[k, j])
        table[k, W], table[k, COUNT], table[k, FIRST_CHUNK] = 0, entries, chunks
        chunks += (entries + CHUNK - 1) // CHUNK
        total += entries
    return chunks, total


@reader
def locate(dicts: bool, x: int, m: int, g: int, kinds: Any, table: Any) -> Any:
    """Fill the rows of a table from three tuples, or dicts, of arrays: chunks and entries, or -1.

    All other arguments are addresses: of the three, and `kinds_of` arrays.
    """
    found = from_dicts(x, m, g, table) if dicts else from_tuples(x, m, g, table)
    return resolve(table, kinds) if found else (-1, 0)


def kinds_of(x: Any, m: Any) -> tuple[int, int, int]:
    """The addresses of the type numpy.ndarray, of the dtype of x and g, and of that of m."""
    return id(np.ndarray), id(x.dtype), id(m.dtype)


def read(columns: tuple[Any, Any, Any], x: Any, m: Any, table: Any) -> Any:
    """Fill a table from tuples or dicts of arrays like x and m: how many chunks and entries.

    There are -1 chunks if an array is not as plain as that. Nobody may change a dict meanwhile.
    """
    xs, ms, gs = columns
    return locate(type(xs) is dict, id(xs), id(ms), id(gs), kinds_of(x, m), table)


@cache
def trusted() -> bool:
    """Whether the structs are as `locate` expects them: found out on arrays of this process."""
    arrays = tuple(np.zeros(shape, np.float32) for shape in [(3, 2), (), (0,), (5,)])
    strided, locked = np.zeros((4, 4), np.float32)[:, :2], np.zeros(3, np.float32)
    locked.flags.writeable = False
    table = np.empty((len(arrays), 6), np.int64)
    right = [[a.ctypes.data, a.size] for a in arrays]
    for columns in (arrays, dict(enumerate(arrays))):
        found = read((columns, columns, columns), arrays[0], arrays[0], table) == (3, 12)
        if not found or table[:, [X, COUNT]].tolist() != right:
            return False
    plain, wide = np.zeros(3, np.float32), np.zeros(3)

    def of(x: Any, m: Any, g: Any) -> int:
        return int(read(((x,), (m,), (g,)), x, m, table[:1])[0])

    refused = of(strided, strided, strided) == of(locked, locked, locked) == -1
    return refused and of(plain, wide, plain) == of(plain, plain, locked) == 1
