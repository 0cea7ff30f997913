"""One step on many arrays: sorted by kernel and checked as a whole, and only then run."""

from __future__ import annotations

from collections.abc import Mapping
from math import fsum
from typing import Any

import numpy as np

from lionk_cupy.certify import certified
from lionk_cupy.device import Device
from lionk_cupy.families import FAMILIES
from lionk_cupy.given import alone, attached, on_copies
from lionk_cupy.kinds import Kind, kind_for
from lionk_cupy.overlap import require_disjoint
from lionk_cupy.plan import HYPER, Part
from lionk_cupy.tables import Table, Triple, gather
from lionk_cupy.views import require_own_entries
from lionk_ref.arrays import Array, Arrays, leaves
from lionk_ref.backend import Kinds, Sums
from lionk_ref.convex import ConvexFunction
from lionk_ref.discrete.updates import require_scheme

SCHEMES = {"explicit": "Explicit", "implicit": "Implicit"}


class Plan:
    """A step that can be repeated on the same arrays, also while a CUDA graph is captured.

    It runs on the device and the stream that were current when it was made: its tables were sent,
    and its scratch memory is given back, in the order of that stream. ``arrays`` keeps what it
    steps alive.
    """

    arrays: Any = None

    def __init__(self, device: Device, parts: list[Part], tables: list[Table]) -> None:
        self.device, self.parts, self.tables, self.place = device, parts, tables, device.key()

    @property
    def lasting(self) -> bool:
        """Whether it may be kept: no copies stand for arrays, and no K waits for the core."""
        return not self._given and not any(table.copies for table in self.tables)

    @property
    def _given(self) -> list[Any]:
        return [part.given for part in self.parts if part.given is not None]

    def __call__(self, *, lr: float | Array, beta1: float, beta2: float, lam: float) -> None:
        """Eq. (2) or (15). ``lr`` may be one number in float64 on the device."""
        if self.device.key() != self.place:
            raise ValueError(
                "This step was prepared on another device or stream than the current one: "
                "prepare it where it runs."
            )
        number, address = step_size(self.device, lr)
        there = np.array(address, np.uint64)
        for given in self._given:
            given.direct(self.device, beta1)
        for a, b in (pair for table in self.tables for pair in table.copies):
            b[...] = a
        for part in self.parts:
            hyper = np.array((number, beta1, beta2, lam, part.kind.p, part.kind.q), HYPER)
            for call in part.calls:
                self.device.launch(call.kernel, call.grid, (*call.arguments, hyper, there))
            if part.given is not None:
                part.given.add_up(lam)
        for a, b in (pair for table in self.tables for pair in table.results):
            a[...] = b

    def sums(self) -> Sums:
        """What the last certified step summed; waits for it."""
        fused = [p.tally for p in self.parts if p.given is None]
        tallies = [self.device.download(tally).view(np.float64) for tally in fused]
        known = [given.sums for given in self._given]
        count = len(Sums._fields) - 1
        terms = [[v for t in tallies for v in t[[k, count + k]]] for k in range(count)]
        totals = [added([*some, *(s[k] for s in known)]) for k, some in enumerate(terms)]
        gauges = [a[-1] for a in (*tallies, *known)]
        return Sums._make([*totals, float(np.max(gauges, initial=0.0))])


def added(terms: list[float]) -> float:
    """The sum, rounded once; of infinite terms, or of terms too large for it, as it comes.

    >>> added([1e16, 1.0, -1e16]), added([float("inf"), -float("inf")])
    (1.0, nan)
    """
    try:
        return fsum(terms)
    except (OverflowError, ValueError):
        return float(sum(terms))


def step_size(device: Device, lr: float | Array) -> tuple[float, int]:
    """lr as a number and 0, or as 0.0 and the address of one."""
    there: Array = lr
    if not device.owns(there):
        return float(there), 0
    if there.size != 1 or there.dtype != np.float64:
        got = f"{there.dtype} {there.shape}"
        raise ValueError(f"lr on the device is one number in float64, got {got}.")
    return 0.0, device.address(there)


def prepare(
    device: Device, K: Kinds, scheme: str, x: Arrays, m: Arrays, g: Arrays, certify: bool = False
) -> Plan:
    """The plan of a step, after all that can be wrong has been looked for.

    Raises
    ------
    TypeError, ValueError
        If the arrays do not fit, or a K does not fit them.
    """
    require_scheme(scheme)
    jobs = [
        (kind, some, table)
        for kind, triples in by_kernel(K, x, m, g)
        for some in alone(kind.K, triples)
        for table in gather(device, some)
    ]
    require_disjoint([table for *_, table in jobs])
    require_own_entries(device, [table for *_, table in jobs])
    # What the core may refuse comes first, while nothing is written.
    jobs.sort(key=lambda job: job[0].K is None)
    if certify:
        jobs = [(k, t, on_copies(device, t[0]) if k.K is not None else a) for k, t, a in jobs]
    parts = [part for job in jobs for part in _parts(device, SCHEMES[scheme], certify, *job)]
    device.compile([call.kernel for part in parts for call in part.calls])
    return Plan(device, parts, [table for *_, table in jobs])


def _parts(
    device: Device, scheme: str, certify: bool, kind: Kind, triples: list[Triple], table: Table
) -> list[Part]:
    """The launches on the arrays of a table that have entries."""
    rows = table.rows[table.rows["n"] > 0]
    if not len(rows):
        return []
    family = certified if certify and kind.K is None else FAMILIES[kind.family]
    parts = family(device, kind, scheme, table._replace(rows=rows))
    if kind.K is None:
        return parts
    return [attached(part, kind.K, triples[0], table, certify) for part in parts]


def by_kernel(K: Kinds, x: Arrays, m: Arrays, g: Arrays) -> list[tuple[Kind, list[Triple]]]:
    """The arrays, sorted by the kernels that they need."""
    names = list(x) if isinstance(x, Mapping) else None
    columns = [_in_order(tree, names) for tree in (x, m, g)]
    kinds = _in_order(K, names) if isinstance(K, Mapping) else [K] * len(columns[0])
    groups: dict[Any, tuple[Kind, list[Triple]]] = {}
    for k, *triple in zip(kinds, *columns, strict=True):
        kind = _kind(k)
        group = groups.setdefault((kind[:4], id(kind.weights), id(kind.K)), (kind, []))
        group[1].append((triple[0], triple[1], triple[2]))
    return list(groups.values())


def _kind(K: Any) -> Kind:
    if not isinstance(K, ConvexFunction):
        raise TypeError(f"One array needs one K, got {type(K).__name__}.")
    return kind_for(K)


def _in_order(tree: Any, names: list[str] | None) -> list[Any]:
    """What a dict has for each of the names, in their order; or the one array."""
    if names is None and not isinstance(tree, Mapping):
        return leaves(tree)
    if not isinstance(tree, Mapping) or names is None or tree.keys() != set(names):
        got = sorted(tree) if isinstance(tree, Mapping) else type(tree).__name__
        raise ValueError(f"Blocks must agree, got {sorted(names or ['one array'])} and {got}.")
    return [tree[name] for name in names]
