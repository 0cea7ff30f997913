"""Section 4, timed: what is to be measured, and whether it fits."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from lionk_ref.backend import Backend
from lionk_ref.bench.clock import Clock
from lionk_ref.bench.places import BACKENDS, Place
from lionk_ref.convex import CATALOGUE, L1, ConvexFunction, GroupL2, Lp, TopK

QUICK = 10**3, 10**5, 10**6, 10**7
FULL = 10**3, 10**4, 10**5, 10**6, 10**7, 2 * 10**7, 10**8
GPU_TOO = 10**9
"""A size that only a GPU is asked for."""

MANY = {10**6: (1000, 1000), 2 * 10**7: (200, 10**5)}
"""At these sizes the entries are also stepped as so many arrays of so many entries."""


class Request(NamedTuple):
    """What was asked for; None stands for all that makes sense here."""

    backends: Mapping[str, Backend]
    kinds: Sequence[ConvexFunction] | None = None
    sizes: Sequence[int] | None = None
    threads: Sequence[int] | None = None
    peers: Sequence[str] = ()
    quick: bool = False

    def clock(self, place: Place, tell: Callable[[str], object]) -> Clock:
        """How the samples are taken."""
        budget, rounds, more = (0.05, 3, 0.2) if self.quick else (0.25, 5, 2.0)
        return Clock(budget, rounds, more, settle=place.settle, tell=tell)

    def on(self, place: Place) -> dict[str, Backend]:
        """The backends that run there."""
        return {k: backend for k, backend in self.backends.items() if BACKENDS[k] == place.name}

    def counts(self, place: Place) -> list[int]:
        """The numbers of threads to be measured there."""
        known = place.threads()
        if self.threads is None or known == [0]:
            return known
        if too_many := [count for count in self.threads if count > max(known)]:
            raise ValueError(
                f"--threads {too_many[0]}: this process may use {max(known)}. Ask for no more."
            )
        return list(self.threads)

    def kinds_of(self, name: str, n: int) -> list[ConvexFunction]:
        """The K that are measured on a backend: those it has kernels for, and of the core Lion.

        One that is asked for is measured wherever it can be stepped.
        """
        if self.kinds is not None:
            return [K for K in self.kinds if self.backends[name].support(K) != "none"]
        if name == "core":
            return [L1()] if n <= self.core_most() else []
        return [K for K in kinds(n) if self.backends[name].support(K) == "fused"]

    def core_most(self) -> int:
        """The core is not measured beyond, unless a K is asked for: it takes seconds there."""
        return 10**6 if self.quick else 10**7

    def require_kernels(self) -> None:
        """Raise ValueError if no backend steps a K that was asked for."""
        for K in self.kinds or ():
            if all(backend.support(K) == "none" for backend in self.backends.values()):
                named = ", ".join(self.backends)
                raise ValueError(f"No way to step {text(K)} in {named}: add --backend core.")

    def fitting(self, place: Place) -> tuple[list[int], dict[str, str]]:
        """The sizes that fit into memory, and why the others do not.

        Raises
        ------
        ValueError
            If a size that was asked for does not fit.
        """
        known = QUICK if self.quick else FULL
        usual = (*known, GPU_TOO) if place.name == "gpu" and not self.quick else known
        sizes = list(usual if self.sizes is None else self.sizes)
        refused = {n: reason for n in sizes if (reason := self.too_large(place, n))}
        if refused and self.sizes is not None:
            raise ValueError(f"{next(iter(refused.values()))}. Ask for a smaller --n.")
        absent = {f"{place.name}, n = {n}": reason for n, reason in refused.items()}
        return [n for n in sizes if n not in refused], absent

    def too_large(self, place: Place, n: int) -> str | None:
        """Why n entries do not fit; None if they do, or if the system does not tell."""
        core = 24 if "core" in self.on(place) and (n <= self.core_most() or self.kinds) else 0
        needed, free = n * (40 + core + 48 * bool(self.peers)), place.free()
        if free is None or needed <= free:
            return None
        return f"n = {n} needs {needed / 1e9:.1f} GB, but {free / 1e9:.1f} GB are free"


def kinds(n: int) -> list[ConvexFunction]:
    """One of each K for n entries, and several where the parameter changes the work.

    Examples
    --------
    >>> [text(K) for K in kinds(1000) if K.key in ("l1", "lp", "top_k")][:3]
    ['l1', 'lp:p=1.5', 'lp:p=2.0']
    """
    several: dict[str, list[ConvexFunction]] = {
        "group_l2": [GroupL2(size=100)],
        "lp": [Lp(p=p) for p in (1.5, 2.0, 3.0, 4.0, 1.7)],
        "top_k": [TopK(k) for k in sorted({max(1, n // 100), max(1, n // 2)})],
    }
    every = (several.get(key, [*cls.examples()[:1]]) for key, cls in CATALOGUE.items())
    return [K for some in every for K in some]


def text(K: ConvexFunction) -> str:
    """K as on the command line.

    Examples
    --------
    >>> text(Lp(p=1.5))
    'lp:p=1.5'
    """
    plain = {k: v for k, v in vars(K).items() if type(v) in (int, float, tuple)}
    parameters = ",".join(f"{name}={value}" for name, value in plain.items())
    return f"{K.key}:{parameters}" if parameters else K.key
