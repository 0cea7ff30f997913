"""The launches of a certified step: it sums while it steps, and adds up what the chunks gave."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lionk_cupy.device import Device
from lionk_cupy.families import (
    arithmetic,
    by_size,
    group,
    norm,
    pointer,
    power_of,
    separable,
    thresholds,
    whole_number,
    wide,
)
from lionk_cupy.kinds import Kind
from lionk_cupy.plan import Call, Part, job
from lionk_cupy.source import Kernel
from lionk_cupy.tables import Table

SUMS, NORM_SUMS, SELECT_SUMS = 152, 296, 176
"""Bytes of the structs of these names."""

DUALS = {
    "ellipsoid": "dual_ellipse", "l2": "square", "linf": "itself", "relativistic": "square",
    "total_l1": "nothing",
}  # fmt: skip
"""The power that the dual of a norm sums; for `Lp` it is another one."""


def certified(device: Device, kind: Kind, scheme: str, table: Table) -> list[Part]:
    """Eq. (2) or (15) and its `Sums`, for every K that has a kernel."""
    return FAMILIES[kind.family](device, kind, scheme, table)


def _separable(device: Device, kind: Kind, scheme: str, table: Table) -> list[Part]:
    (bare,) = separable(device, kind, scheme, table)
    ((_, grid, (j,)),) = bare.calls
    chunks = int(j["chunks"])
    parts = device.scratch(SUMS * chunks)
    kernel = Kernel("certified", (kind.name, scheme, *table.types))
    step = Call(kernel, grid, (j, pointer(device, parts)))
    return [_joined(device, kind, (step,), (*bare.held, parts), chunks, parts)]


def _norm(device: Device, kind: Kind, scheme: str, table: Table) -> list[Part]:
    (bare,) = norm(device, kind, scheme, table)
    measure, join, (_, grid, (j, measured)) = bare.calls
    rows, power = len(table.rows), power_of(kind)
    parts, by_row = device.scratch(NORM_SUMS * int(j["chunks"])), device.scratch(SUMS * rows)
    dual = DUALS.get(kind.name.removeprefix("enlarged_"), "any_power")
    there, outer = pointer(device, parts), _outer(kind)
    step = Kernel("certified_norm", (kind.name, dual, outer, scheme, *table.types))
    gather = Kernel("certified_norm_join", (power, dual, outer))
    calls = (
        measure,
        join,
        Call(step, grid, (j, measured, there)),
        Call(gather, rows, (j, there, pointer(device, by_row))),
    )
    return [_joined(device, kind, calls, (*bare.held, parts, by_row), rows, by_row)]


def _outer(kind: Kind) -> str:
    """What a K makes of the norm in it."""
    if kind.name.startswith("enlarged_"):
        return "squared"
    return "smoothed" if kind.name == "relativistic" else "bare"


def _group(device: Device, kind: Kind, scheme: str, table: Table) -> list[Part]:
    (bare,) = group(device, kind, scheme, table)
    (((_, names), grid, (j, size)),) = bare.calls
    chunks = int(j["chunks"])
    parts = device.scratch(SUMS * chunks)
    step = Call(Kernel("certified_group", names), grid, (j, size, pointer(device, parts)))
    return [_joined(device, kind, (step,), (*bare.held, parts), chunks, parts)]


def _select(device: Device, kind: Kind, scheme: str, table: Table) -> list[Part]:
    few, rest = by_size(kind, table)
    parts = [p for t in few for p in _separable(device, Kind("separable", "l1"), scheme, t)]
    return parts + [_selected(device, kind, scheme, t) for t in rest]


def _selected(device: Device, kind: Kind, scheme: str, table: Table) -> Part:
    j, k, rows = job(device, table.rows), whole_number(int(kind.p)), len(table.rows)
    found = [thresholds(device, j, kind, of, table) for of in ("stored", "ahead", "stored")]
    before, tilde, after = (where for where, _, _ in found)
    find_before, find_tilde, find_after = (calls for _, calls, _ in found)
    memory = device.scratch(SELECT_SUMS * j.chunks), device.scratch(SUMS * rows)
    parts, by_row = (pointer(device, a) for a in memory)
    step = Kernel("certified_select", (scheme, *table.types))
    gather = Kernel("certified_select_join", (arithmetic(table),))
    calls = (
        *find_before,
        *find_tilde,
        wide(device, j, step, k, tilde, before, parts),
        *find_after,
        wide(device, j, Kernel("select_above", table.types), after, parts),
        Call(gather, rows, (j.argument, k, tilde, before, after, parts, by_row)),
    )
    held = sum((memory for _, _, memory in found), memory + j.held)
    return _joined(device, kind, calls, held, rows, memory[1])


def _joined(
    device: Device, kind: Kind, calls: tuple[Call, ...], held: tuple[Any, ...], count: int, of: Any
) -> Part:
    """The launches, and one that adds up the ``count`` sums in ``of``."""
    whole = device.scratch(SUMS)
    arguments = whole_number(count), pointer(device, of), pointer(device, whole)
    join = Call(Kernel("certified_join", ()), 1, arguments)
    return Part(kind, (*calls, join), (*held, of, whole), whole)


FAMILIES: dict[str, Callable[[Device, Kind, str, Table], list[Part]]] = {
    "separable": _separable, "norm": _norm, "group": _group, "select": _select,
}  # fmt: skip
