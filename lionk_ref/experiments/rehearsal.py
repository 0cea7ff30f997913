"""Section 5. A figure gone through for a step a run: what cannot work is said before the work."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from lionk_ref.experiments.base import Figure
from lionk_ref.experiments.context import Context
from lionk_ref.experiments.store import Checkpoint, require_new


class NoStore:
    """The names of the runs, and no folder: nothing is kept of a rehearsal of Section 5."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def log(self, name: str) -> Any:
        """A log at the start of a run; each name once."""
        require_new(name, self.names)
        return SimpleNamespace(checkpoint=Checkpoint(0, False, {}))


def rehearse(figure: Figure, config: Any, backend: str = "core") -> None:
    """Make every net and optimizer of a figure of Section 5, and take the largest step of each run.

    Raises
    ------
    ValueError, TypeError
        What the figure would raise by these settings later, maybe after hours.

    Examples
    --------
    >>> from lionk_ref.experiments import FIGURES
    >>> figure = FIGURES[1]
    >>> rehearse(figure, figure.config(lams=(0.5, 200.0)))
    Traceback (most recent call last):
        ...
    ValueError: The explicit scheme needs lr lam < 1, got lr=0.01, lam=200.0.
    """
    store: Any = NoStore()
    figure.run(config, Context(store, backend, rehearsal=True))
