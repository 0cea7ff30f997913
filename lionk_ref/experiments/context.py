"""Section 5. Where a figure runs: the array library, who steps, the logs, the clock."""

from __future__ import annotations

import importlib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from lionk_ref.backend import require
from lionk_ref.experiments.store import Log, Store


@dataclass
class Clock:
    """How long the steps of a run took, and the optimizer's part of it, in seconds.

    The first step is left out: it loads, and maybe compiles, what the others use.
    """

    steps: int = 0
    total: float = 0.0
    optimizer: float = 0.0

    def tick(self, first: bool) -> None:
        """Count a step, or forget it if it was the first."""
        self.steps += 1
        if first:
            self.steps, self.total, self.optimizer = 0, 0.0, 0.0

    def row(self, run: str) -> dict[str, Any]:
        """The clock as a record; the numbers differ from run to run and from machine to machine."""
        rate = self.steps / self.total if self.total else 0.0
        share = self.optimizer / self.total if self.total else 0.0
        return {"run": run, "steps": self.steps, "steps_per_s": rate, "optimizer_share": share}


def _silent(amount: int, label: str) -> None:
    """Show no progress."""


@dataclass
class Context:
    """What a figure of Section 5 is given to run with.

    Parameters
    ----------
    store : Store
        Where its records go.
    backend : str
        Who computes the steps: "core", "auto", or a plug-in. With "cupy" the arrays are CuPy's.
    progress : callable
        ``progress(steps, label)`` counts steps as done.
    rehearsal : bool
        Whether a run takes its largest step only, and records nothing.

    Raises
    ------
    ValueError
        If the backend is unknown or cannot be used here.
    """

    store: Store
    backend: str = "core"
    progress: Callable[[int, str], None] = _silent
    clocks: dict[str, Clock] = field(default_factory=dict)
    rehearsal: bool = False

    def __post_init__(self) -> None:
        self.xp = namespace_of(self.backend)

    def log(self, name: str) -> Log:
        """The log of the run ``name``, at its last checkpoint."""
        return self.store.log(name)

    def array(self, a: Any, dtype: str | None = None) -> Any:
        """The array ``a`` in the library of the run; its own dtype unless one is named."""
        host = np.asarray(a) if dtype is None else np.asarray(a, dtype=dtype)
        return self.xp.asarray(host)

    @contextmanager
    def timed(self, clock: Clock, part: str) -> Iterator[None]:
        """Add the time of a block to a part of a clock, a GPU's work included."""
        self._wait()
        began = time.perf_counter()
        yield
        self._wait()
        setattr(clock, part, getattr(clock, part) + time.perf_counter() - began)

    def _wait(self) -> None:
        if self.backend == "cupy":
            importlib.import_module("cupy").cuda.get_current_stream().synchronize()


def namespace_of(backend: str) -> Any:
    """The array namespace of Section 5's runs with a backend: CuPy's for "cupy", else NumPy's.

    Raises
    ------
    ValueError
        If the backend is unknown or cannot be used here.

    Examples
    --------
    >>> namespace_of("core").__name__
    'array_api_compat.numpy'
    """
    if backend not in ("core", "auto"):
        require(backend)
    name = "cupy" if backend == "cupy" else "numpy"
    return importlib.import_module(f"array_api_compat.{name}")


def to_host(a: Any) -> Any:
    """A NumPy array equal to ``a``."""
    return a.get() if hasattr(a, "get") else np.asarray(a)
