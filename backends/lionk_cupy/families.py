"""The launches of each family of K: in one pass, in three, in one by groups, digit by digit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from lionk_cupy.device import Device
from lionk_cupy.kinds import Kind
from lionk_cupy.plan import Call, Job, Part, job
from lionk_cupy.source import BLOCK, Kernel
from lionk_cupy.tables import Table

MEASURE, SELECTION, DIGITS = 32, 32, 2048
"""Bytes of the structs of these names; the digits that are counted at once."""

POWER_OF = {
    "ellipsoid": "ellipse", "l2": "square", "linf": "nothing", "relativistic": "square",
    "total_l1": "itself",
}  # fmt: skip
"""The power that each norm sums; `Lp` has it in its name."""

PASSES = {
    "float": ((20, 11), (10, 10), (0, 10)),
    "double": ((52, 11), (41, 11), (30, 11), (19, 11), (8, 11), (0, 8)),
}
"""How many bits are shifted out, and how many are then a digit."""

AT_ONCE = 32
"""Arrays that are selected from at once: 512 kB of counts."""


def arithmetic(table: Table) -> str:
    """The type that the kernels compute in."""
    return "double" if table.types[0] == "double" else "float"


def separable(device: Device, kind: Kind, scheme: str, table: Table) -> list[Part]:
    """Eq. (2) or (15) in one launch."""
    held: tuple[Any, ...] = ()
    if kind.weights is not None:
        held = (weigh(device, as_stored(kind, table), table, table.rows["n"], "WeightedL1"),)
    j = job(device, table.rows)
    kernel = Kernel("separable", (kind.name, scheme, *table.types))
    return [Part(kind, (wide(device, j, kernel),), held + j.held)]


def norm(device: Device, kind: Kind, scheme: str, table: Table) -> list[Part]:
    """Measure the chunks, put those of an array together, step."""
    scales: tuple[Any, ...] = ()
    if kind.weights is not None:
        roots = np.sqrt(np.array(kind.weights, np.float64))
        scales = (weigh(device, roots, table, table.rows["n"], "Ellipsoid"),)
    power, j = power_of(kind), job(device, table.rows)
    held = device.scratch(MEASURE * j.chunks), device.scratch(MEASURE * j.rows)
    parts, whole = (pointer(device, a) for a in held)
    calls = (
        wide(device, j, Kernel("measure", (power, *table.types)), parts),
        Call(Kernel("join", (power, arithmetic(table))), j.rows, (j.argument, parts, whole)),
        wide(device, j, Kernel("norm_step", (kind.name, scheme, *table.types)), whole),
    )
    return [Part(kind, calls, held + j.held + scales)]


def power_of(kind: Kind) -> str:
    """What the norm of a kind sums."""
    name = kind.name.removeprefix("enlarged_")
    return POWER_OF.get(name) or name.removeprefix("lp_")


def group(device: Device, kind: Kind, scheme: str, table: Table) -> list[Part]:
    """One launch, with a thread, a warp or a block for each group."""
    size = int(kind.q)
    held: tuple[Any, ...] = ()
    table.rows["length"] = size * np.maximum(1, table.rows["length"] // size)
    if kind.weights is not None:
        groups = -(-table.rows["n"] // size)
        held = (weigh(device, as_stored(kind, table), table, groups, "GroupL2"),)
    team = 1 if size <= 8 else 32 if size <= 2048 else BLOCK
    each = "false" if kind.weights is None else "true"
    kernel = Kernel("group_step", (scheme, *table.types, str(team), each))
    j = job(device, table.rows)
    return [Part(kind, (wide(device, j, kernel, whole_number(size)),), held + j.held)]


def select(device: Device, kind: Kind, scheme: str, table: Table) -> list[Part]:
    """Find the k-th largest digit by digit, then step; arrays of at most k entries take l1."""
    few, rest = by_size(kind, table)
    parts = [p for t in few for p in separable(device, Kind("separable", "l1"), scheme, t)]
    return parts + [_select(device, kind, scheme, t) for t in rest]


def by_size(kind: Kind, table: Table) -> tuple[list[Table], list[Table]]:
    """The rows of at most k entries, and the others, a few at a time."""
    few = table.rows["n"] <= kind.p
    rest = table.rows[~few]
    parts = [rest[first : first + AT_ONCE].copy() for first in range(0, len(rest), AT_ONCE)]
    return [table._replace(rows=table.rows[few])] * bool(np.any(few)), [
        table._replace(rows=rows) for rows in parts
    ]


def _select(device: Device, kind: Kind, scheme: str, table: Table) -> Part:
    j, k = job(device, table.rows), whole_number(int(kind.p))
    found, calls, held = thresholds(device, j, kind, "ahead", table)
    step = wide(device, j, Kernel("select_step", (scheme, *table.types)), k, found)
    return Part(kind, (*calls, step), held + j.held)


def thresholds(
    device: Device, j: Job, kind: Kind, of: str, table: Table
) -> tuple[Any, list[Call], tuple[Any, ...]]:
    """Where the k-th largest of each row will be found, the launches that find it, their memory."""
    held = device.scratch(SELECTION * j.rows), device.scratch(8 * DIGITS * j.rows)
    found, counts = (pointer(device, a) for a in held)
    k = whole_number(int(kind.p))
    calls = [Call(Kernel("select_start", ()), j.rows, (k, found, counts))]
    count, digit = Kernel("select_count", (of, *table.types)), Kernel("select_digit", ())
    for numbers in PASSES[arithmetic(table)]:
        shift, bits = (np.array(a, np.int32) for a in numbers)
        calls.append(wide(device, j, count, shift, bits, found, counts))
        calls.append(Call(digit, j.rows, (shift, found, counts)))
    return found, calls, held


FAMILIES: dict[str, Callable[[Device, Kind, str, Table], list[Part]]] = {
    f.__name__: f for f in (separable, norm, group, select)
}


def wide(device: Device, j: Job, kernel: Kernel, *arguments: Any) -> Call:
    """A launch over all chunks, on as many blocks as keep the machine busy."""
    return Call(kernel, min(j.chunks, device.blocks), (j.argument, *arguments))


def pointer(device: Device, a: Any) -> Any:
    """An address as an argument."""
    return np.array(device.address(a), np.uint64)


def whole_number(a: int) -> Any:
    """A 64-bit integer as an argument."""
    return np.array(a, np.int64)


def as_stored(kind: Kind, table: Table) -> Any:
    """The weights in the type that the kernels compute in."""
    return np.array(kind.weights, f"f{8 if arithmetic(table) == 'double' else 4}")


def weigh(device: Device, weights: Any, table: Table, counts: Any, owner: str) -> Any:
    """The weights on the device, their address written into the rows.

    Raises
    ------
    ValueError
        If their number is not that of the entries, or of the groups.
    """
    what = "groups" if owner == "GroupL2" else "entries"
    for n in counts.tolist():
        if n != len(weights):
            raise ValueError(f"{owner} has {len(weights)} weights, got an array of {n} {what}.")
    there = device.upload(weights)
    table.rows["w"] = device.address(there)
    return there
