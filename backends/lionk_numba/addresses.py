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

ARRAY = id(np.ndarray)

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
def from_dicts(x: int, m: int, g: int, table: Any) -> bool:
    """The same of three dicts; False where their keys are not the same objects in one order."""
    at_x = at_m = at_g = 0
    for k in range(table.shape[0]):
        name, table[k, X], at_x = following(x, at_x)
        name_of_m, table[k, M], at_m = following(m, at_m)
        name_of_g, table[k, G], at_g = following(g, at_g)
        if name_of_m != name or name_of_g != name:
            return False
    return True


@helper
def resolve(table: Any, array_type: int, dtype: int, stored: int) -> Any:
    """The addresses of arrays become those of their data: the chunks and entries, or -1 and 0."""
    chunks = total = 0
    for k in range(table.shape[0]):
        shape, axes, entries = 0, 0, 1
        for j in range(3):
            a = table[k, j]
            needed = C_CONTIGUOUS | ALIGNED | (WRITEABLE if j != G else 0)
            if word(a + HEAD - 8) != array_type or half_word(a + HEAD + 48) & needed != needed:
                return -1, 0
            if word(a + HEAD + 40) != (stored if j == M else dtype):
                return -1, 0
            if j == X:
                shape, axes = word(a + HEAD + 16), half_word(a + HEAD + 8)
                for axis in range(axes):
                    entries *= word(shape + 8 * axis)
            elif half_word(a + HEAD + 8) != axes:
                return -1, 0
            for axis in range(axes):
                if word(word(a + HEAD + 16) + 8 * axis) != word(shape + 8 * axis):
                    return -1, 0
            table[k, j] = word(a + HEAD)
        table[k, W], table[k, COUNT], table[k, FIRST_CHUNK] = 0, entries, chunks
        chunks += (entries + CHUNK - 1) // CHUNK
        total += entries
    return chunks, total


@reader
def locate(
    dicts: bool, x: int, m: int, g: int, array_type: int, dtype: int, stored: int, table: Any
) -> Any:
    """Fill the rows of a table from three tuples, or dicts, of arrays: chunks and entries, or -1.

    All other arguments are addresses: of the three, of the type numpy.ndarray, of the dtype that
    x and g must have, and of that of m.
    """
    found = from_dicts(x, m, g, table) if dicts else from_tuples(x, m, g, table)
    return resolve(table, array_type, dtype, stored) if found else (-1, 0)


def read(columns: tuple[Any, Any, Any], x: Any, m: Any, table: Any) -> Any:
    """Fill a table from tuples or dicts of arrays like x and m: how many chunks and entries.

    There are -1 chunks if an array is not as plain as that. Nobody may change a dict meanwhile.
    """
    xs, ms, gs = columns
    places, dtypes = (id(xs), id(ms), id(gs)), (id(x.dtype), id(m.dtype))
    return locate(type(xs) is dict, *places, ARRAY, *dtypes, table)


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
