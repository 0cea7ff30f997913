"""Section 4, in place: the core's own `step_`, and the choice among the backends."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NoReturn

from lionk_ref.arrays import Array, Arrays, array_namespace, each, leaves, require_same_shape
from lionk_ref.backend import Backend, Kinds, Sums, fastest, require
from lionk_ref.convex import ConvexFunction
from lionk_ref.discrete.by_core import direction
from lionk_ref.discrete.step_sums import combined, step_sums
from lionk_ref.discrete.updates import SCHEMES, State, require_scheme
from lionk_ref.discrete.wanted import require_threads
from lionk_ref.memory import folded, overlap, seen


class Core:
    """Eq. (2) and (15) as the core computes them, copied into x and m: any K, any library.

    It is no faster than `LionK.step` and needs as much memory; the backends are there for that.
    """

    name = "core"
    device = "that of the arrays"

    @property
    def version(self) -> str:
        return "2024.12 of the Array API standard"

    def why_not(self) -> str | None:
        return None

    def accepts(self, x: Array) -> bool:
        return True

    def support(self, K: ConvexFunction) -> str:
        return "core"

    def step_(
        self, K: Kinds, scheme: str, x: Arrays, m: Arrays, g: Arrays, *,
        lr: float, beta1: float, beta2: float, lam: float, threads: int | None = None,
    ) -> None:  # fmt: skip
        def rule(K: ConvexFunction, x: Array, m: Array, g: Array) -> State:
            require_same_shape(x=x, m=m, g=g)
            step = SCHEMES[scheme]
            return step(K, State(x, m), g, lr=lr, beta1=beta1, beta2=beta2, lam=lam)

        require_scheme(scheme)
        require_threads(threads)
        _require_own(x, m)
        each(_write, x, m, each(rule, _kinds(K, x), x, m, g))

    def certified_step_(
        self, K: Kinds, scheme: str, x: Arrays, m: Arrays, g: Arrays, *,
        lr: float, beta1: float, beta2: float, lam: float, threads: int | None = None,
    ) -> Sums:  # fmt: skip
        """The step, and what its certificate needs, each K evaluated in float64."""

        def rule(K: ConvexFunction, x: Array, m: Array, g: Array) -> tuple[State, Sums]:
            require_same_shape(x=x, m=m, g=g)
            before, found = State(x, m), direction(K, m, g, beta1)
            step = SCHEMES[scheme]
            after = step(K, before, g, lr=lr, beta1=beta1, beta2=beta2, lam=lam)
            return after, step_sums(K, before, after, *found, lam)

        require_scheme(scheme)
        require_threads(threads)
        _require_own(x, m)
        found = each(rule, _kinds(K, x), x, m, g)
        each(lambda x, m, pair: _write(x, m, pair[0]), x, m, found)
        return combined([sums for _, sums in leaves(found)])


def choose(name: str, K: Kinds, x: Arrays) -> Backend:
    """The backend ``name``; "auto" is the one that gains something with K, or else the core."""
    if name == "core":
        return Core()
    if name != "auto":
        return require(name)
    arrays = leaves(x)
    return (fastest(K, arrays[0]) if arrays else None) or Core()


def _kinds(K: Kinds, x: Arrays) -> Kinds:
    """K as it is, or for each block of x."""
    if isinstance(K, Mapping) or not isinstance(x, Mapping):
        return K
    return dict.fromkeys(x, K)


def _write(x: Array, m: Array, after: State) -> None:
    x[...], m[...] = after


def _require_own(x: Arrays, m: Arrays) -> None:
    """Raise ValueError unless each block of x and m can be written, and has entries of its own."""
    arrays = [*leaves(x), *leaves(m)]
    if len({id(a) for a in arrays}) < len(arrays):
        raise ValueError("step_ overwrites x and m: each block of each must be its own array.")
    views = list(map(seen, arrays))
    for a, view in zip(arrays, views, strict=True):
        if view is not a or not view.flags.writeable:
            _require_writable(a)
    where = [view for view in views if view is not None]
    if any(map(folded, where)):
        raise ValueError("step_ overwrites x and m, but one has an entry twice: give it a copy.")
    if overlap(where):
        raise ValueError("step_ overwrites x and m, but two overlap in memory: give them copies.")


def _require_writable(a: Array) -> None:
    array_namespace(a)
    flat = a[None, ...]
    try:
        flat[:0, ...] = flat[:0, ...]
    except (TypeError, ValueError):
        _not_writable(a)


def _not_writable(a: Array) -> NoReturn:
    kind = type(a)
    raise ValueError(
        f"step_ overwrites x and m, but this {kind.__module__}.{kind.__name__} is read-only: "
        "give it a copy, or use step."
    )
