"""Section 4, timed: where steps can run, and the plug-ins that run them there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from lionk_ref.backend import Backend, find, require
from lionk_ref.bench.clock import Runner
from lionk_ref.bench.gpu import Gpu
from lionk_ref.bench.host import Host
from lionk_ref.discrete.in_place import Core


class Place(Protocol):
    """What a measurement asks of the place where it runs."""

    @property
    def name(self) -> str: ...

    @property
    def kind(self) -> str: ...

    @property
    def limit(self) -> str: ...

    def threads(self) -> list[int]: ...

    def free(self) -> int | None: ...

    def arrays(self, n: int) -> tuple[Any, Any, Any]: ...

    def limits(self, x: Any, m: Any, g: Any, threads: int) -> dict[str, Runner]: ...

    def two_passes(self, x: Any, m: Any, g: Any, threads: int) -> Runner | None: ...

    def download(self, a: Any) -> Any: ...

    @property
    def settle(self) -> Callable[[], object]: ...


PLACES: dict[str, type[Host] | type[Gpu]] = {"cpu": Host, "gpu": Gpu}
BACKENDS = {"core": "cpu", "numba": "cpu", "cupy": "gpu"}
"""Where each backend is measured."""


def chosen(names: list[str] | None) -> tuple[dict[str, Backend], dict[str, str]]:
    """The backends of that name, or all that can be used here; and why the others cannot.

    Raises
    ------
    ValueError
        If one that is named is unknown or cannot be used here.
    """
    if names is not None:
        return {name: _required(name) for name in dict.fromkeys(names)}, {}
    absent = {name: reason for name in BACKENDS if (reason := why_not(name))}
    return {name: _required(name) for name in BACKENDS if name not in absent}, absent


def why_not(name: str) -> str | None:
    """Why a backend cannot be used here; or None."""
    if name == "core":
        return None
    try:
        return find(name).why_not()
    except ValueError as error:
        return str(error)


def _required(name: str) -> Backend:
    if name not in BACKENDS:
        raise ValueError(f"Unknown backend {name!r}. Known are: {', '.join(BACKENDS)}.")
    return Core() if name == "core" else require(name)
