"""Section 4, in place: who can run a step, and how they are found.

A backend is a plug-in named by an entry point of the group ``lionk_ref.backends``. Nothing of it is
imported before it is asked for. In a tree that is not installed the plug-ins of the folder
``backends/`` beside the package are found all the same.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from typing import NamedTuple, Protocol

from lionk_ref.arrays import Array, Arrays
from lionk_ref.convex import ConvexFunction

Kinds = ConvexFunction | Mapping[str, ConvexFunction]
"""One K for all arrays, or one for each block of a dict of arrays."""

GROUP = "lionk_ref.backends"
BUILT_IN = {"cupy": "lionk_cupy:Backend", "numba": "lionk_numba:Backend"}
INSTALL = {
    "cupy": 'pip install "lionk-ref[cupy]" for CUDA 13 or "lionk-ref[cupy12]" for CUDA 12',
    "numba": 'pip install "lionk-ref[numba]"',
}


class Sums(NamedTuple):
    """What a certificate needs of a step, in float64, summed while it ran.

    u = dK(m_tilde); FY(z, y) = K(z) + K*(y) - <z, y>, with K* at the point of its domain nearest
    to y; ``gauge`` is at most 1 where lam x' lies in dom K*, and ``v_squared`` is |u - lam x'|^2.
    """

    K_m_next: float
    K_m_tilde: float
    K_star_x_next: float
    x_m_next: float
    fy_tilde_x: float
    fy_tilde_x_next: float
    fy_m_u: float
    fy_m_next_u: float
    v_squared: float
    gauge: float


class Backend(Protocol):
    """What a plug-in offers: steps that overwrite x and m.

    ``why_not`` says in one line why the backend cannot be used here, or is None. ``support`` of a K
    is "fused" where there is a kernel for it; "core" where the core forms dK, in two arrays more,
    and a kernel applies it; "none" where there is no way. ``K`` may be a dict, one for each block
    of the dicts ``x``, ``m`` and ``g``. A call that raises has changed nothing.
    """

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> str: ...

    @property
    def device(self) -> str: ...

    def why_not(self) -> str | None: ...

    def accepts(self, x: Array) -> bool: ...

    def support(self, K: ConvexFunction) -> str: ...

    def step_(
        self, K: Kinds, scheme: str,
        x: Arrays, m: Arrays, g: Arrays, *,
        lr: float, beta1: float, beta2: float, lam: float, threads: int | None = None,
    ) -> None: ...  # fmt: skip

    def certified_step_(
        self, K: Kinds, scheme: str,
        x: Arrays, m: Arrays, g: Arrays, *,
        lr: float, beta1: float, beta2: float, lam: float, threads: int | None = None,
    ) -> Sums: ...  # fmt: skip


def names() -> list[str]:
    """The plug-ins that are known, installed or not; the core is not one of them.

    Examples
    --------
    >>> "numba" in names()
    True
    """
    return sorted(BUILT_IN | _installed())


@cache
def find(name: str) -> Backend:
    """The plug-in ``name``, whether or not it can be used here.

    Raises
    ------
    ValueError
        If no plug-in has this name, or it cannot be imported.
    """
    targets = BUILT_IN | _installed()
    if name not in targets:
        known = ", ".join(["auto", "core", *sorted(targets)])
        raise ValueError(f"Unknown backend {name!r}. Known are: {known}.")
    module, _, attribute = targets[name].partition(":")
    _make_importable(module)
    try:
        backend: Backend = getattr(import_module(module), attribute)()
    except ImportError as error:
        raise ValueError(_unusable(name, str(error))) from None
    except Exception as error:
        reason = f"its plug-in {targets[name]} fails with {type(error).__name__}: {error}"
        raise ValueError(_unusable(name, reason)) from error
    return backend


def require(name: str) -> Backend:
    """The plug-in ``name``, ready for use.

    Raises
    ------
    ValueError
        If it is unknown or cannot be used here; with the reason and the command that installs it.
    """
    backend = find(name)
    if reason := backend.why_not():
        raise ValueError(_unusable(name, reason))
    return backend


def fastest(K: Kinds, x: Array) -> Backend | None:
    """The usable plug-in that takes arrays such as ``x`` and gains something with K, or None.

    It has a kernel for one K at least, and steps all others with the dK of the core. Where it has
    none there is nothing to gain: all that takes time is the core's already.
    """
    kinds = list(K.values()) if isinstance(K, Mapping) else [K]
    for name in names():
        try:
            backend = require(name)
        except ValueError:
            continue
        levels = {backend.support(kind) for kind in kinds}
        if backend.accepts(x) and "fused" in levels and levels <= {"fused", "core"}:
            return backend
    return None


@cache
def _installed() -> dict[str, str]:
    from importlib.metadata import entry_points  # 0.1 s, which most programs need not pay

    return {entry.name: entry.value for entry in entry_points(group=GROUP)}


def _unusable(name: str, reason: str) -> str:
    install = f" Install it with: {INSTALL[name]}." if name in INSTALL else ""
    return f"The backend {name!r} cannot be used: {reason}.{install} Or use backend='core'."


def _make_importable(package: str) -> None:
    """Load a package of ``backends/`` from its folder, where it is not installed."""
    folder = Path(__file__).parents[1] / "backends" / package
    if package in sys.modules or find_spec(package) or not folder.is_dir():
        return
    spec = spec_from_file_location(
        package, folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[package] = module_from_spec(spec)
    spec.loader.exec_module(module)
