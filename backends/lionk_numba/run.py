"""One step on many arrays: sorted by kernel and checked as a whole, and only then run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from lionk_numba import (
    again,
    certified,
    certified_groups,
    groups,
    norms,
    separable,
    sorted_l1,
    top_k,
)
from lionk_numba.emit import Hyper
from lionk_numba.formulas import SCHEMES
from lionk_numba.given import Job, Tuples, alone, directed
from lionk_numba.given import certified_step as certified_by_core
from lionk_numba.kinds import Kind, kind_for
from lionk_numba.overlap import require_disjoint
from lionk_numba.tables import Table, gather, of_dicts
from lionk_numba.views import require_own_entries
from lionk_numba.weights import require_weights
from lionk_ref.arrays import Arrays, leaves
from lionk_ref.backend import Kinds, Sums
from lionk_ref.convex import ConvexFunction
from lionk_ref.discrete.step_sums import combined

FAMILIES: dict[str, Callable[[Kind, Table, Hyper, int | None], None]] = {
    "groups": groups.step,
    "norms": norms.step,
    "separable": separable.step,
    "sorted_l1": sorted_l1.step,
    "top_k": top_k.step,
}

CERTIFIED: dict[str, Callable[[Kind, Table, Hyper, int | None], Sums]] = {
    "groups": certified_groups.step,
    "norms": norms.certified_step,
    "separable": certified.step,
    "sorted_l1": sorted_l1.certified_step,
    "top_k": top_k.certified_step,
}

NUMBER = {scheme: number for number, scheme in enumerate(SCHEMES)}


def step(K: Kinds, x: Arrays, m: Arrays, g: Arrays, hyper: Hyper, threads: int | None) -> None:
    """Eq. (2) or (15) in place, on an array or on the blocks of a dict."""
    if again.step(K, x, m, g, hyper, threads):
        return
    jobs = _jobs(K, x, m, g, hyper)
    for kind, table, *_ in jobs:
        FAMILIES[kind.family](kind, table, hyper, threads)
    _give_back(jobs)


def certified_step(
    K: Kinds, x: Arrays, m: Arrays, g: Arrays, hyper: Hyper, threads: int | None
) -> Sums:
    """The same, and the sums that its certificate needs."""
    jobs = _jobs(K, x, m, g, hyper)
    done = [certified_by_core(job, hyper, threads) for job in jobs if job.kind.K is not None]
    fused = [job for job in jobs if job.kind.K is None]
    sums = [CERTIFIED[job.kind.family](job.kind, job.table, hyper, threads) for job in fused]
    _give_back([*fused, *(job for job, _ in done)])
    return combined([*sums, *(found for _, found in done)])


def _jobs(K: Kinds, x: Arrays, m: Arrays, g: Arrays, hyper: Hyper) -> list[Job]:
    """All that is to be done, after all that can be wrong has been looked for."""
    jobs = _with_one_kernel(K, x, m, g) or [
        Job(kind, table, arrays)
        for kind, all_arrays in by_kernel(K, x, m, g)
        for arrays in alone(kind, all_arrays)
        for table in gather(arrays)
    ]
    seen = require_disjoint([job.table for job in jobs])
    if views := [array for job in jobs for array, _ in job.table.copies]:
        require_own_entries(views, [*leaves(x), *leaves(m)])
    for job in jobs:
        require_weights(job.kind, job.table)
    if len(jobs) == 1:
        again.remember(jobs[0].kind, jobs[0].table, seen)
    return [directed(job, hyper) for job in jobs]


def _with_one_kernel(K: Kinds, x: Arrays, m: Arrays, g: Arrays) -> list[Job]:
    """What can be stepped under one K with a kernel: an array, or all of a dict; else nothing."""
    kind = kind_for(K) if isinstance(K, ConvexFunction) else None
    if kind is None or kind.K is not None:
        return []
    if not isinstance(x, Mapping):
        arrays = (x,), (m,), (g,)
        return [Job(kind, table, arrays) for table in gather(arrays)]
    table = of_dicts(x, m, g) if type(x) is type(m) is type(g) is dict else None
    return [Job(kind, table, ((), (), ()))] if table else []


def _give_back(jobs: list[Job]) -> None:
    for job in jobs:
        for array, copy in job.table.copies:
            array[...] = copy


def by_kernel(K: Kinds, x: Arrays, m: Arrays, g: Arrays) -> list[tuple[Kind, Tuples]]:
    """The arrays, sorted by the kernels that they need."""
    if not isinstance(x, Mapping):
        return [(_kind(K), ((x,), (m,), (g,)))]
    names = list(x)
    columns = [tuple(x.values()), _in_order(m, names), _in_order(g, names)]
    if not isinstance(K, Mapping):
        return [(_kind(K), (columns[0], columns[1], columns[2]))] if names else []
    groups: dict[Any, tuple[Kind, list[Any]]] = {}
    for k, *arrays in zip(_in_order(K, names), *columns, strict=True):
        kind = _kind(k)
        key = kind._replace(weights=None, K=None), id(kind.weights), id(kind.K)
        groups.setdefault(key, (kind, []))[1].append(arrays)
    return [(kind, tuple(zip(*rows, strict=True))) for kind, rows in groups.values()]  # type: ignore[misc]


def _kind(K: Kinds) -> Kind:
    if not isinstance(K, ConvexFunction):
        raise TypeError(f"One array needs one K, got {type(K).__name__}.")
    return kind_for(K)


def _in_order(tree: Any, names: list[str]) -> tuple[Any, ...]:
    """What a dict has for each of the names, in their order."""
    if isinstance(tree, Mapping) and list(tree) == names:
        return tuple(tree.values())
    if not isinstance(tree, Mapping) or tree.keys() != set(names):
        got = sorted(tree) if isinstance(tree, Mapping) else type(tree).__name__
        raise ValueError(f"Blocks must agree, got {sorted(names)} and {got}.")
    return tuple(tree[name] for name in names)
