"""Section 5. A figure: settings, a run that only records, and what is made of the records."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import numpy as np

from lionk_ref.experiments.context import Context
from lionk_ref.experiments.settings import Config

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Picture

VERDICTS = ("reproduced", "partly", "not at this scale", "held", "FAILED")


class Row(NamedTuple):
    """One line of the table beside a figure of Section 5: what is claimed, measured, predicted.

    ``verdict`` is one of `VERDICTS`: the first three judge what the paper says of its picture, the
    last two a certificate, which must hold at any scale.
    """

    claim: str
    measured: str
    predicted: str
    verdict: str


@dataclass(frozen=True)
class Results:
    """The settings and the records of a figure: all that its picture and table are made from.

    Attributes
    ----------
    config : Config
        The settings of the run.
    runs : dict of list of dict
        For each run its records, in the order of the steps; each has ``t``.
    """

    config: Any
    runs: dict[str, list[dict[str, Any]]]

    @classmethod
    def read(cls, config: Config, metrics: str) -> Results:
        """The results in ``metrics.jsonl``."""
        runs: dict[str, list[dict[str, Any]]] = {}
        for line in metrics.splitlines():
            record = json.loads(line)
            runs.setdefault(record.pop("run"), []).append(record)
        return cls(config, runs)

    def series(self, run: str, key: str) -> tuple[Any, Any]:
        """The steps at which ``key`` was recorded in ``run``, and its values, as two arrays."""
        pairs = [(r["t"], r[key]) for r in self.runs[run] if key in r]
        return np.array([t for t, _ in pairs]), np.array([value for _, value in pairs])

    def last(self, run: str, key: str) -> Any:
        """The last value of ``key`` recorded in ``run``."""
        return next(r[key] for r in reversed(self.runs[run]) if key in r)


class Figure(ABC):
    """One figure of the paper. ``run`` only records; picture and table come from the records.

    Attributes
    ----------
    number : int
        Its number in the paper.
    title, claim : str
        What it shows, and what the paper says that one sees in it.
    config : type of Config
        Its settings.
    """

    number: ClassVar[int]
    title: ClassVar[str]
    claim: ClassVar[str]
    config: ClassVar[type[Config]]

    @abstractmethod
    def steps(self, config: Any) -> int:
        """How many steps it will take in all, for the progress bar."""

    @abstractmethod
    def run(self, config: Any, context: Context) -> None:
        """Take them; everything goes into the logs of ``context``."""

    @abstractmethod
    def draw(self, results: Results) -> Picture:
        """The picture, in the paper's arrangement."""

    @abstractmethod
    def rows(self, results: Results) -> list[Row]:
        """The table: claims and certificates."""
