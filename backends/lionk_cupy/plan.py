"""A step made ready: tables and scratch memory on the device, and the launches to be made.

A plan asks for no memory and copies nothing, so that a CUDA graph can hold it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from lionk_cupy.device import Device
from lionk_cupy.kinds import Kind
from lionk_cupy.source import Kernel
from lionk_cupy.tables import JOB

HYPER = np.dtype([(name, "f8") for name in ("lr", "beta1", "beta2", "lam", "p", "q")])


class Call(NamedTuple):
    """One launch: a kernel, its blocks, and the arguments before the `HYPER` and lr's address."""

    kernel: Kernel
    grid: int
    arguments: tuple[Any, ...]


@dataclass(frozen=True)
class Part:
    """The launches for one kind of K on the arrays of one table, and the memory they need.

    ``tally`` is where a certified step leaves its sums. ``given`` is the `lionk_cupy.given.Given`
    of a block whose dK is the core's.
    """

    kind: Kind
    calls: tuple[Call, ...]
    held: tuple[Any, ...]
    tally: Any = None
    given: Any = None


@dataclass(frozen=True)
class Job:
    """Rows on the device, cut into chunks: the argument, and what keeps its memory alive."""

    argument: Any
    chunks: int
    rows: int
    held: tuple[Any, ...]


def job(device: Device, rows: Any) -> Job:
    """The rows of a table as the kernels take them; one row goes without a table."""
    counts = -(-rows["n"] // rows["length"])
    rows["first"] = np.cumsum(counts) - counts
    argument, chunks = np.zeros((), JOB), int(counts.sum())
    argument["chunks"] = chunks
    if len(rows) == 1:
        argument["one"] = rows[0]
        return Job(argument, chunks, 1, ())
    numbers = np.repeat(np.arange(len(rows), dtype=np.int32), counts)
    held = device.upload(rows), device.upload(numbers)
    argument["rows"], argument["row_of"] = (device.address(a) for a in held)
    return Job(argument, chunks, len(rows), held)
