"""Weights by entry or by group: as many as there are, which is asked before anything is written."""

from __future__ import annotations

import numpy as np

from lionk_numba.addresses import COUNT, W
from lionk_numba.kinds import Kind
from lionk_numba.tables import Table


def require_weights(kind: Kind, table: Table) -> None:
    """Raise ValueError unless K has a weight for each entry, or group, of every array."""
    if kind.weights is None or kind.family == "sorted_l1":
        return
    grouped = kind.family == "groups"
    size, owner = (int(kind.p), "GroupL2") if grouped else (1, "WeightedL1")
    for n in table.rows[:, COUNT].tolist():
        if -(-n // size) != len(kind.weights):
            wanted = f"{-(-n // size)} groups" if size > 1 else f"{n} entries"
            raise ValueError(f"{owner} has {len(kind.weights)} weights, got {wanted}.")


def with_weights(kind: Kind, table: Table) -> Table:
    """The table with the address of the weights of K, where it has some."""
    if kind.weights is None:
        return table
    array = np.array(kind.weights, table.one.dtype)
    table.rows[:, W] = array.ctypes.data
    return table._replace(held=[*table.held, array])
