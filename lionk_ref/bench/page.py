"""Section 4, timed: the pages of docs/benchmarks, made from the reports that lie there."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from lionk_ref.bench.plot import NAME
from lionk_ref.bench.report import NOTE, Report, cells, markdown, not_measured, read
from lionk_ref.bench.targets import verdicts

RESULTS, TABLE, INDEX = "results.json", "table.md", "index.md"

BUSY = 1.0
"""Beyond this load average others were at work, too."""

INTRODUCTION = f"""\
# Benchmarks

<!-- Made from */{RESULTS} by `python -m lionk_ref.bench docs`. -->

Steps in place against the machine's own limit and against other people's Lion, by `lionk bench`;
[how it measures](../backends.md#how-the-steps-are-timed). One folder for each kind of machine.
"""

TOCTREE = """\
```{toctree}
:hidden:
:glob:

*/table
```
"""


def title(report: Report) -> str:
    """The machine in a line."""
    return " and ".join(filter(None, (report["machine"][place] for place in ("cpu", "gpu"))))


def provenance(report: Report) -> str:
    """Date, versions, load and limits."""
    versions = ", ".join(f"{name} {version}" for name, version in report["versions"].items())
    limits = "; ".join(f"{name}: {limit['what']}" for name, limit in report["limit"].items())
    return f"Measured on {report['date']} with {versions}.{_load(report)}\n\nThe limit: {limits}."


def _load(report: Report) -> str:
    load = report["machine"]["load"]
    if load is None:
        return ""
    busy = " **The machine was busy: this is no more than a trial.**" if load > BUSY else ""
    return f" The load average before was {load}.{busy}"


def table_page(report: Report) -> str:
    """Every row, and what is missing."""
    parts = [f"# {title(report)}", provenance(report), markdown(cells(report)), NOTE]
    if report["absent"]:
        parts += ["Not measured:", _list(report["absent"])]
    return "\n\n".join(parts).rstrip() + "\n"


def section(folder: str, report: Report) -> str:
    """A machine on the index: what is asked for, what was measured, the plot."""
    parts = [
        f"## {title(report)}",
        provenance(report),
        markdown(verdicts(report)),
        f"![Throughput of Lion against the number of entries]({folder}/{NAME}.svg)",
        f"[Every row]({folder}/{TABLE}), [as JSON]({folder}/{RESULTS}).",
    ]
    if report["absent"]:
        parts += ["Not measured:", _list(report["absent"])]
    return "\n\n".join(parts) + "\n"


def _list(absent: Mapping[str, str]) -> str:
    return "\n".join(f"- {line}" for line in not_measured(absent))


def pages(folder: Path) -> dict[str, str]:
    """The pages of docs/benchmarks by their path in it.

    Raises
    ------
    ValueError
        If a report there cannot be read, or there is none.
    """
    reports = {path.parent.name: read(path) for path in sorted(folder.glob(f"*/{RESULTS}"))}
    if not reports:
        raise ValueError(f"There is no */{RESULTS} in {folder}: lionk bench --out writes one.")
    sections = [section(name, report) for name, report in reports.items()]
    index = "\n".join([INTRODUCTION, *sections, TOCTREE])
    return {INDEX: index, **{f"{name}/{TABLE}": table_page(r) for name, r in reports.items()}}
