"""Arrays that are not contiguous: stepped by way of copies, which hide where their entries lie.

Columns of one matrix share a range of memory and no entry. What is asked is therefore whether two
views have an entry in common, by `numpy.shares_memory`, which looks at addresses alone.
"""

from __future__ import annotations

from itertools import chain
from typing import Any

import numpy as np

from lionk_cupy.device import Device
from lionk_cupy.tables import SIZES, Table
from lionk_ref.memory import folded, meet


def require_own_entries(device: Device, tables: list[Table]) -> None:
    """Raise ValueError where a view of x or m has an entry twice, or one of another array's."""
    views = [ghost(device, a) for table in tables for a, _ in table.results]
    if not views:
        return
    if any(map(folded, views)):
        raise ValueError("step_ overwrites x and m, but one has an entry twice: give it a copy.")
    arrays = [*views, *chain.from_iterable(map(_contiguous, tables))]
    bounds = np.array([np.lib.array_utils.byte_bounds(a) for a in arrays])
    for k, view in enumerate(views):
        near = (bounds[:, 0] < bounds[k, 1]) & (bounds[k, 0] < bounds[:, 1])
        if any(meet(view, arrays[other]) for other in np.nonzero(near)[0] if other != k):
            raise ValueError(
                "step_ overwrites x and m, but two of their arrays share entries: "
                "each needs its own."
            )


def ghost(device: Device, a: Any) -> Any:
    """An array of NumPy that lies where ``a`` does, none of whose entries may be looked at."""
    return _at(device.address(a), a.shape, a.strides, a.dtype.itemsize)


def _contiguous(table: Table) -> list[Any]:
    columns = zip("xm", table.types[:2], strict=True)
    return [
        _at(int(row[name]), (int(row["n"]),), None, SIZES[stored])
        for name, stored in columns
        for row in table.rows[table.rows["n"] > 0]
    ]


def _at(address: int, shape: Any, strides: Any, size: int) -> Any:
    interface = {
        "version": 3, "data": (address, False), "shape": shape, "strides": strides,
        "typestr": f"|V{size}",
    }  # fmt: skip
    return np.asarray(type("Ghost", (), {"__array_interface__": interface})())
