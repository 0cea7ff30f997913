"""Eq. (2) and (15) for a K without a kernel: dK by the core, and then the sweep of separable K.

u takes the place of a weight for each entry. What a K may refuse, such as singular values of NaN,
it refuses before anything is written: all u are formed first, and for a certificate the step is
made on copies.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from lionk_numba import separable
from lionk_numba.addresses import W
from lionk_numba.emit import Hyper
from lionk_numba.kinds import Kind
from lionk_numba.tables import Table, gather
from lionk_ref.backend import Sums
from lionk_ref.discrete.by_core import Direction, direction, unpacked
from lionk_ref.discrete.step_sums import step_sums
from lionk_ref.discrete.updates import State

Tuples = tuple[tuple[Any, ...], tuple[Any, ...], tuple[Any, ...]]


class Job(NamedTuple):
    """Arrays that one call of a kernel steps; where dK is the core's, one block and its dK."""

    kind: Kind
    table: Table
    arrays: Tuples
    direction: Direction | None = None


def alone(kind: Kind, arrays: Tuples) -> list[Tuples]:
    """The arrays all at once, or block by block where dK is the core's: it sees whole arrays."""
    if kind.K is None:
        return [arrays]
    return [((x,), (m,), (g,)) for x, m, g in zip(*arrays, strict=True)]


def directed(job: Job, hyper: Hyper) -> Job:
    """The job with the u of its block, where there are entries and dK is the core's."""
    if job.kind.K is None or not job.table.entries:
        return job
    _, m, g = (np.asarray(a) for (a,) in job.arrays)
    found = direction(job.kind.K, m, g, hyper.beta1)
    return job._replace(table=with_u(job.table, found.u), direction=found)


def with_u(table: Table, u: Any) -> Table:
    """The table with the address of u, entry by entry in C's order, for weights."""
    plain = np.require(u, requirements=["C", "A"])
    table.rows[:, W] = plain.ctypes.data
    return table._replace(held=[*table.held, plain])


def certified_step(job: Job, hyper: Hyper, threads: int | None) -> tuple[Job, Sums]:
    """The step on copies, to be given back, and its `Sums` by the core."""
    if job.kind.K is None or job.direction is None:
        return job, Sums(*[0.0] * len(Sums._fields))
    (x,), (m,), (g,) = job.arrays
    x_next, m_next = (np.array(a, order="C") for a in (x, m))
    (table,) = gather(((x_next,), (m_next,), (g,)))
    separable.step(job.kind, with_u(table, job.direction.u), hyper, threads)
    before, after = State(np.asarray(x), unpacked(m)), State(x_next, unpacked(m_next))
    sums = step_sums(job.kind.K, before, after, *job.direction, hyper.lam)
    copies = [(x, x_next), (m, m_next)]
    return job._replace(table=table._replace(copies=copies)), sums
