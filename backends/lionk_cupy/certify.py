"""The launches of a certified step: it sums while it steps, and adds up what the chunks gave."""

from __future__ import annotations

from typing import Any

from lionk_cupy.device import Device
from lionk_cupy.families import norm, pointer, power_of, separable, whole_number
from lionk_cupy.kinds import Kind
from lionk_cupy.plan import Call, Part
from lionk_cupy.source import Kernel
from lionk_cupy.tables import Table

SUMS, NORM_SUMS = 152, 232
"""Bytes of the structs of these names."""

DUALS = {"l2": "square", "linf": "itself"}
"""The power that the dual of a norm sums; for `Lp` it is another one."""


def certified(device: Device, kind: Kind, scheme: str, table: Table) -> list[Part]:
    """Eq. (2) or (15) and its `Sums`.

    Raises
    ------
    ValueError
        If the K is neither separable nor one of `L2`, `LInf` and `Lp`.
    """
    if kind.family == "separable":
        return [_separable(device, kind, scheme, table)]
    if kind.family == "norm" and (kind.name in DUALS or kind.name.startswith("lp_")):
        return [_norm(device, kind, scheme, table)]
    raise ValueError(
        "The backend 'cupy' sums a certificate for separable K, L2, LInf and Lp only, "
        f"got {kind.name}. Use lionk_ref.certify."
    )


def _separable(device: Device, kind: Kind, scheme: str, table: Table) -> Part:
    (bare,) = separable(device, kind, scheme, table)
    ((_, grid, (job,)),) = bare.calls
    chunks = int(job["chunks"])
    parts, whole = device.scratch(SUMS * chunks), device.scratch(SUMS)
    kernel = Kernel("certified", (kind.name, scheme, *table.types))
    step = Call(kernel, grid, (job, pointer(device, parts)))
    calls = step, _join(device, chunks, parts, whole)
    return Part(kind, calls, (*bare.held, parts, whole), whole)


def _norm(device: Device, kind: Kind, scheme: str, table: Table) -> Part:
    (bare,) = norm(device, kind, scheme, table)
    measure, join, (_, grid, (job, measured)) = bare.calls
    rows = len(table.rows)
    parts = device.scratch(NORM_SUMS * int(job["chunks"]))
    by_row, whole = device.scratch(SUMS * rows), device.scratch(SUMS)
    power, dual = power_of(kind), DUALS.get(kind.name, "any_power")
    step = Kernel("certified_norm", (kind.name, dual, scheme, *table.types))
    gather = Kernel("certified_norm_join", (power, dual))
    there = pointer(device, parts)
    calls = (
        measure,
        join,
        Call(step, grid, (job, measured, there)),
        Call(gather, rows, (job, there, pointer(device, by_row))),
        _join(device, rows, by_row, whole),
    )
    return Part(kind, calls, (*bare.held, parts, by_row, whole), whole)


def _join(device: Device, count: int, parts: Any, whole: Any) -> Call:
    arguments = whole_number(count), pointer(device, parts), pointer(device, whole)
    return Call(Kernel("certified_join", ()), 1, arguments)
