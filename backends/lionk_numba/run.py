"""One step on many arrays: sorted by kernel and checked as a whole, and only then run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from lionk_numba import certified, certified_groups, groups, norms, separable, sorted_l1, top_k
from lionk_numba.emit import Hyper
from lionk_numba.formulas import SCHEMES
from lionk_numba.kinds import Kind, require_kind
from lionk_numba.outer import combined
from lionk_numba.overlap import require_disjoint
from lionk_numba.tables import Table, gather
from lionk_numba.views import require_own_entries
from lionk_ref.arrays import Arrays, leaves
from lionk_ref.backend import Kinds, Sums
from lionk_ref.convex import ConvexFunction

Tuples = tuple[tuple[Any, ...], tuple[Any, ...], tuple[Any, ...]]

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
    jobs = _jobs(K, x, m, g)
    for kind, table in jobs:
        FAMILIES[kind.family](kind, table, hyper, threads)
    _give_back(jobs)


def certified_step(
    K: Kinds, x: Arrays, m: Arrays, g: Arrays, hyper: Hyper, threads: int | None
) -> Sums:
    """The same, and the sums that its certificate needs."""
    jobs = _jobs(K, x, m, g)
    sums = [CERTIFIED[kind.family](kind, table, hyper, threads) for kind, table in jobs]
    _give_back(jobs)
    return combined(sums)


def _jobs(K: Kinds, x: Arrays, m: Arrays, g: Arrays) -> list[tuple[Kind, Table]]:
    jobs = [(kind, table) for kind, arrays in by_kernel(K, x, m, g) for table in gather(arrays)]
    require_disjoint([table for _, table in jobs])
    if views := [array for _, table in jobs for array, _ in table.copies]:
        require_own_entries(views, [*leaves(x), *leaves(m)])
    return jobs


def _give_back(jobs: list[tuple[Kind, Table]]) -> None:
    for _, table in jobs:
        for array, copy in table.copies:
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
        groups.setdefault((kind._replace(weights=None), id(kind.weights)), (kind, []))[1].append(
            arrays
        )
    return [(kind, tuple(zip(*rows, strict=True))) for kind, rows in groups.values()]  # type: ignore[misc]


def _kind(K: Kinds) -> Kind:
    if not isinstance(K, ConvexFunction):
        raise TypeError(f"One array needs one K, got {type(K).__name__}.")
    return require_kind(K)


def _in_order(tree: Any, names: list[str]) -> tuple[Any, ...]:
    """What a dict has for each of the names, in their order."""
    if isinstance(tree, Mapping) and list(tree) == names:
        return tuple(tree.values())
    if not isinstance(tree, Mapping) or tree.keys() != set(names):
        got = sorted(tree) if isinstance(tree, Mapping) else type(tree).__name__
        raise ValueError(f"Blocks must agree, got {sorted(names)} and {got}.")
    return tuple(tree[name] for name in names)
