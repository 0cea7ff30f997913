"""Table 2's l1 norm over groups: each group is measured and then stepped, while it is in the cache.

A group belongs to the chunk in which it begins, and is worked on as a whole.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from numba import types
from numba.extending import intrinsic

from lionk_numba import norms, second_pass
from lionk_numba.addresses import CHUNK
from lionk_numba.compile import kernel, stamp
from lionk_numba.emit import CODE, Hyper, scalars
from lionk_numba.kinds import Kind
from lionk_numba.lanes import F64
from lionk_numba.measure import measure
from lionk_numba.memory import Stream
from lionk_numba.pool import how_many, share
from lionk_numba.settle import is_safe, largest_exponent, parameters
from lionk_numba.tables import Table, with_weights

L2, LINF, SWEEP = norms.NUMBERS["l2"], norms.LINF, second_pass.NUMBERS["group_l2"]
sweep = second_pass.sweep


def step(kind: Kind, table: Table, hyper: Hyper, threads: int | None) -> None:
    """Eq. (2) or (15) on all arrays of a table."""
    size, run = int(kind.p), build(stamp())
    if kind.weights is not None:
        table = with_weights(table, kind.weights, size, "GroupL2")
    one, stored, rows = table.one, table.stored, table.rows
    share(
        lambda first, last: run(
            hyper.scheme, one, stored, rows, first, last, hyper.beta1, hyper.beta2, hyper.lr,
            hyper.lam, size, kind.q, np.empty(4),
        ),
        table.chunks,
        how_many(threads, table.entries, table.chunks),
    )  # fmt: skip


@intrinsic
def number_at(context: Any, one: Any, address: Any, i: Any) -> Any:
    """Entry i of an array of numbers like ``one``, as float64."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        value = builder.load(Stream(values[1], CODE[one]).at(builder, values[2]))
        return value if value.type == F64 else builder.fpext(value, F64)

    return types.float64(one, address, i), generate


@cache
def build(stamp: int) -> Callable[..., int]:
    """The kernel; ``out`` has room for what `measure` finds."""

    @kernel
    def run(
        scheme: Any, one: Any, stored: Any, rows: Any, first: Any, last: Any,
        beta1: Any, beta2: Any, lr: Any, lam: Any, size: Any, weight: Any, out: Any,
    ) -> int:  # fmt: skip
        most = largest_exponent(one)
        for k in range(rows.shape[0]):
            row = rows[k]
            n, arrays = row[4], (row[0], row[1], row[2], np.int64(0))
            begin = (max(0, first - row[5]) * CHUNK + size - 1) // size
            end = (min(n, (last - row[5]) * CHUNK) + size - 1) // size
            for j in range(begin, end):
                span = (j * size, min(n, (j + 1) * size), 0)
                w = weight if row[3] == 0 else number_at(one, row[3], j)
                q, ties = 1.0, 0.0
                for again in range(2):
                    s = scalars(one, beta1, beta2, lr, lam, 2.0, q, w)
                    if again > 0:
                        measure(LINF, stored, arrays, (span[0], span[1]), s, out.ctypes.data)
                        ties = out[3]
                    measure(L2, stored, arrays, (span[0], span[1]), s, out.ctypes.data)
                    total, largest = out[0] + out[1], out[2]
                    p, q = parameters(total, largest, ties, q, 2.0, 0.5, most)
                    if is_safe(total, largest):
                        break
                s = scalars(one, beta1, beta2, lr, lam, p, q, w)
                sweep(SWEEP, scheme, stored, arrays, span, s)
        return stamp

    return run
