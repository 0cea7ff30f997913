"""The arrays of a step as a table of addresses, after all that can be wrong has been looked for."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, NamedTuple

import numpy as np

from lionk_numba import addresses
from lionk_numba.addresses import CHUNK, COUNT, FIRST_CHUNK, G, M, X
from lionk_ref.arrays import require_same_shape

Triple = tuple[Any, Any, Any]

F4, F8, U2 = np.dtype(np.float32), np.dtype(np.float64), np.dtype(np.uint16)
NUMBERS = {
    (id(F4), id(F4)): (np.float32(1), np.float32(1)),
    (id(F8), id(F8)): (np.float64(1), np.float64(1)),
    (id(F4), id(U2)): (np.float32(1), np.uint16(1)),
}
"""A number of the type of x and one of that of m as the kernels know them, by the dtypes."""


class Table(NamedTuple):
    """Arrays of one dtype, with ``m`` in one dtype, too.

    ``one`` and ``stored`` are numbers of these dtypes (uint16 for bfloat16). ``copies`` pairs an
    array that is not contiguous with the copy that stands for it; it gets the result back.
    """

    rows: Any
    chunks: int
    entries: int
    one: Any
    stored: Any
    copies: list[tuple[Any, Any]]
    held: list[Any]

    def only(self, which: Any) -> Table:
        """Some of the arrays, the chunks numbered anew."""
        if which.all():
            return self
        rows = self.rows[which]
        ends = np.cumsum(-(-rows[:, COUNT] // CHUNK))
        rows[0, FIRST_CHUNK], rows[1:, FIRST_CHUNK] = 0, ends[:-1]
        return self._replace(rows=rows, chunks=int(ends[-1]), entries=int(rows[:, COUNT].sum()))


def gather(triples: tuple[tuple[Any, ...], tuple[Any, ...], tuple[Any, ...]]) -> list[Table]:
    """The tables of tuples of x, m and g: one, if all have one dtype.

    Raises
    ------
    TypeError, ValueError
        If the arrays do not belong together or cannot be written.
    """
    table = _at_once(triples[0][0], triples[1][0], triples, [])
    return [table] if table else _one_by_one(list(zip(*triples, strict=True)))


def of_dicts(x: dict[str, Any], m: dict[str, Any], g: dict[str, Any]) -> Table | None:
    """The table of all arrays, or None if they are not plain ones of one dtype in one order.

    It has copies of the dicts, which keep the arrays and which nobody else can change.
    """
    if not len(x) == len(m) == len(g) > 0:
        return None
    columns = x.copy(), m.copy(), g.copy()
    return _at_once(next(iter(x.values())), next(iter(m.values())), columns, [*columns])


def _at_once(x: Any, m: Any, columns: tuple[Any, Any, Any], held: list[Any]) -> Table | None:
    """All arrays, if they are like the first ones, x and m."""
    if type(x) is type(m) is np.ndarray and addresses.trusted():
        numbers = NUMBERS.get((id(x.dtype), id(m.dtype)))
        rows = np.empty((len(columns[0]), 6), np.int64)
        chunks, entries = addresses.read(columns, x, m, rows) if numbers else (-1, 0)
        if numbers and chunks >= 0:
            return Table(rows, chunks, entries, *numbers, [], held)
    return None


def _one_by_one(triples: list[Triple]) -> list[Table]:
    alike: dict[Any, list[Triple]] = defaultdict(list)
    for x, m, g in triples:
        check(x, m, g)
        alike[x.dtype, m.dtype].append((x, m, g))
    return [_table(group) for group in alike.values()]


def _table(triples: list[Triple]) -> Table:
    rows, chunks = np.zeros((len(triples), 6), np.int64), 0
    copies: list[tuple[Any, Any]] = []
    held: list[Any] = []
    for row, triple in zip(rows, triples, strict=True):
        plain = [np.require(a, requirements=["C", "A"]) for a in triple]
        copies += [(a, b) for a, b in zip(triple[:2], plain, strict=False) if a is not b]
        held += plain
        row[[X, M, G]] = [a.ctypes.data for a in plain]
        row[COUNT], row[FIRST_CHUNK] = plain[0].size, chunks
        chunks += -(-plain[0].size // CHUNK)
    entries = int(rows[:, COUNT].sum())
    x, m = triples[0][:2]
    one = x.dtype.type(1)
    return Table(rows, chunks, entries, one, np.uint16(1) if is_bfloat16(m) else one, copies, held)


def check(x: Any, m: Any, g: Any) -> None:
    """Raise TypeError or ValueError unless three arrays make a step together."""
    for a in (x, m, g):
        if not isinstance(a, np.ndarray) or isinstance(a, np.ma.MaskedArray):
            kind = f"{type(a).__module__}.{type(a).__name__}"
            raise TypeError(
                f"The backend 'numba' steps NumPy arrays, got {kind}. Use numpy.asarray first."
            )
    narrow = x.dtype == np.float32 and is_bfloat16(m)
    require_same_shape(x=x, m=np.broadcast_to(np.float32(0), m.shape) if narrow else m, g=g)
    if not (x.flags.writeable and m.flags.writeable):
        raise ValueError("step_ overwrites x and m, but one is read-only: give it a copy.")


def is_bfloat16(m: Any) -> bool:
    """Whether m holds bfloat16, as ml_dtypes has it or as its bits in uint16."""
    return bool(m.dtype == np.uint16 or m.dtype.name == "bfloat16")
