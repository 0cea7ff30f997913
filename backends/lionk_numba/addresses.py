"""Where many arrays lie, read from their C structs in one compiled call.

Asking 3,000 arrays for their addresses one by one takes ten times as long as a step on them. The
struct is part of NumPy's binary interface; `trusted` tries it out once in a process, and where it
is another one, or an array is not a plain one, the caller asks one by one.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numba import types
from numba.extending import intrinsic

from lionk_numba.compile import kernel
from lionk_numba.lanes import I32, I64

HEAD = object.__basicsize__
ITEMS = tuple.__basicsize__
C_CONTIGUOUS, ALIGNED, WRITEABLE = 0x1, 0x100, 0x400

X, M, G, W, COUNT, FIRST_CHUNK = range(6)
"""The columns of a table: four addresses, the number of entries, the number of the first chunk."""

CHUNK = 16384
"""Entries in a chunk, the unit of work: sums are formed in chunks, whoever works on them."""


@intrinsic
def word(context: Any, address: Any) -> Any:
    """The 64-bit integer at an address."""
    return types.int64(types.int64), lambda context, builder, signature, values: builder.load(
        builder.inttoptr(values[0], I64.as_pointer())
    )


@intrinsic
def half_word(context: Any, address: Any) -> Any:
    """The 32-bit integer at an address."""
    return types.int64(types.int64), lambda context, builder, signature, values: builder.sext(
        builder.load(builder.inttoptr(values[0], I32.as_pointer())), I64
    )


@kernel
def locate(x: int, m: int, g: int, array_type: int, dtype: int, stored: int, table: Any) -> int:
    """Fill the rows of a table from three tuples of arrays; the number of chunks, or -1.

    All arguments but the table are addresses: of the tuples, of the type numpy.ndarray, of the
    dtype that x and g must have, and of that of m.
    """
    chunks = 0
    for k in range(table.shape[0]):
        arrays = word(x + ITEMS + 8 * k), word(m + ITEMS + 8 * k), word(g + ITEMS + 8 * k)
        dtypes = dtype, stored, dtype
        entries = 1
        for j in range(3):
            a, like = arrays[j], arrays[0]
            if word(a + HEAD - 8) != array_type or word(a + HEAD + 40) != dtypes[j]:
                return -1
            needed = C_CONTIGUOUS | ALIGNED | (WRITEABLE if j < 2 else 0)
            axes = half_word(a + HEAD + 8)
            if half_word(a + HEAD + 48) & needed != needed or axes != half_word(like + HEAD + 8):
                return -1
            entries = 1
            for axis in range(axes):
                extent = word(word(a + HEAD + 16) + 8 * axis)
                if extent != word(word(like + HEAD + 16) + 8 * axis):
                    return -1
                entries *= extent
            table[k, j] = word(a + HEAD)
        table[k, W] = 0
        table[k, COUNT] = entries
        table[k, FIRST_CHUNK] = chunks
        chunks += (entries + CHUNK - 1) // CHUNK
    return chunks


def read(xs: tuple[Any, ...], ms: tuple[Any, ...], gs: tuple[Any, ...], table: Any) -> int:
    """Fill a table from tuples of arrays alike; -1 if one of them is not as plain as that."""
    dtype, stored = id(xs[0].dtype), id(ms[0].dtype)
    return locate(id(xs), id(ms), id(gs), id(np.ndarray), dtype, stored, table)


@cache
def trusted() -> bool:
    """Whether the structs are as `locate` expects them: found out on arrays of this process."""
    arrays = tuple(np.zeros(shape, np.float32) for shape in [(3, 2), (), (0,), (5,)])
    strided, locked = np.zeros((4, 4), np.float32)[:, :2], np.zeros(3, np.float32)
    locked.flags.writeable = False
    table = np.empty((len(arrays), 6), np.int64)
    found = read(arrays, arrays, arrays, table) == 3
    right = [[a.ctypes.data, a.size] for a in arrays] == table[:, [X, COUNT]].tolist()
    one = table[:1]
    refused = all(read((a,), (a,), (a,), one) == -1 for a in (strided, locked))
    plain = (np.zeros(3, np.float32),)
    mixed = read(plain, (np.zeros(3),), plain, one) == 1 and read(plain, plain, (locked,), one) == 1
    return found and right and refused and mixed
