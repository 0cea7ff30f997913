"""Section 4, timed: the form of a report, read back and as a table."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

Report = dict[str, Any]

_COUNT = {"type": "integer", "minimum": 0}
_SECONDS = {"type": "number", "exclusiveMinimum": 0}
_TEXTS = {"type": "object", "additionalProperties": {"type": "string"}}


def _object(**properties: Any) -> dict[str, Any]:
    return {
        "type": "object", "properties": properties,
        "required": list(properties), "additionalProperties": False,
    }  # fmt: skip


_SIZE = {"type": "integer", "minimum": 1}
_TIME = _object(n=_SIZE, threads=_COUNT, seconds=_SECONDS)
_TIMES = {"type": "array", "items": _TIME}
_LIMIT = _object(what={"type": "string"}, bytes=_COUNT, times=_TIMES)
_ROW = _object(
    what={"type": "string"}, K={"type": "string"}, n=_SIZE, threads=_COUNT,
    seconds=_SECONDS, of_limit=_SECONDS,
)  # fmt: skip
_ROW["properties"]["rounds"] = _SIZE  # Not in the first reports.
_KIND = {"type": ["string", "null"]}
_MACHINE = _object(cpu=_KIND, gpu=_KIND, load={"type": ["number", "null"]})

SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    **_object(
        limit=_object(cpu=_LIMIT, gpu=_LIMIT),
        rows={"type": "array", "items": _ROW},
        machine=_MACHINE,
        versions=_TEXTS,
        date={"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
        absent=_TEXTS,
    ),
}
"""The form. ``threads`` is 0 on a GPU, ``seconds`` are those of one step, and ``of_limit`` is the
time of the limit over them, measured side by side; both are medians over ``rounds``. ``load`` is
the load average before; ``absent`` says what was not measured and why.
"""


def as_json(report: Report) -> str:
    """The report, a row to a line."""
    rows = ",\n  ".join(json.dumps(row, allow_nan=False) for row in report["rows"])
    head = json.dumps({**report, "rows": []}, indent=1, allow_nan=False)
    return head.replace('"rows": []', f'"rows": [\n  {rows}\n ]', 1) + "\n"


def read(path: Path) -> Report:
    """A report from a file.

    Raises
    ------
    ValueError
        If it is no report of this form.
    """
    try:
        report: Report = json.loads(path.read_text("utf-8"))
        for key in SCHEMA["required"]:
            report[key]
        cells(report)
    except (OSError, ValueError, LookupError, TypeError, ArithmeticError) as error:
        why = f"{type(error).__name__}: {error}"
        raise ValueError(f"{path} is no report of lionk bench ({why}).") from None
    return report


HEADER = "what", "K", "entries", "threads", "us", "entries/ns", "of the limit"

NOTE = """\
us: the median time of a step, in microseconds. of the limit: the time of the same traffic in plain
code (on a GPU, of a copy) over that of the step, measured side by side on the same memory; 1 is
what the machine can do. Threads are at most so many; 0 stands for a GPU. Optax has memory of its
own."""


def cells(report: Report) -> list[list[str]]:
    """The rows as text under `HEADER`, the limit above those of its size.

    Examples
    --------
    >>> time = {"n": 1000, "threads": 1, "seconds": 2e-6}
    >>> cells({"limit": {"cpu": {"times": [time]}}, "rows": []})[1]
    ['limit, cpu', '', '1000', '1', '2.0', '0.500', '1.00']
    """
    table = [list(HEADER)]
    for place, limit in report["limit"].items():
        for time in limit["times"]:
            beside = [r for r in report["rows"] if _at(r) == _at(time)]
            own = {**time, "what": f"limit, {place}", "K": "", "of_limit": 1.0}
            table += map(_cells, [own, *beside])
    return table


def _at(row: Mapping[str, Any]) -> tuple[int, int]:
    return row["n"], row["threads"]


def _cells(row: Mapping[str, Any]) -> list[str]:
    n, seconds = row["n"], row["seconds"]
    times = [f"{seconds * 1e6:.1f}", f"{n / seconds / 1e9:.3f}", f"{row['of_limit']:.2f}"]
    return [row["what"], row["K"], str(n), str(row["threads"]), *times]


def markdown(table: Sequence[Sequence[str]]) -> str:
    """A table in Markdown, its first row the header."""
    header, *rows = [f"| {' | '.join(row)} |" for row in table]
    return "\n".join([header, f"|{' --- |' * len(table[0])}", *rows])


def not_measured(absent: Mapping[str, str]) -> Iterable[str]:
    """Who is missing, and why."""
    return (f"{name}: {reason}" for name, reason in absent.items())
