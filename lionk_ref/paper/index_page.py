"""The page of the index, made from its data."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from lionk_ref.paper.entry import Entry
from lionk_ref.paper.index import INDEX
from lionk_ref.paper.live import EXAMPLES, begin, session

INTRODUCTION = """\
# The paper, entry by entry

Each equation, table row and theorem of *Lion Secretly Solves Constrained Optimization: As Lyapunov
Predicts* with the object that computes it and the test that checks it. Formulas are given as
corrected; the step size `lr` is written $\\tau$, and a prime marks the next state.

In Python: `lionk_ref.paper.lookup("(15)")`. Every entry has an example, run when this page is made.
They share these names:
"""


def index_page() -> str:
    """docs/paper.md."""
    sections = groupby(INDEX, key=lambda entry: entry.section)
    first, names = begin()
    parts = [
        f"## {name}\n\n" + "\n".join(_entry(e, names) for e in group) for name, group in sections
    ]
    return "\n".join([INTRODUCTION, _prompt(first), "", *parts])


def _prompt(lines: str) -> str:
    """A session as Markdown; doctest needs the empty line at its end."""
    return f"```python\n{lines}\n\n```"


def _entry(e: Entry, names: dict[str, Any]) -> str:
    lines = [f"### {e.heading}", "", "$$", e.formula, "$$", ""]
    lines += [f"- computed by `{e.computed_by}`", f"- checked by `{e.checked_by}`"]
    if e.explained_in:
        lines.append(f"- explained in [{_title(e.explained_in)}]({_link(e.explained_in)})")
    if e.errata:
        links = ", ".join(f"[{n}](errata.md#erratum-{n})" for n in e.errata)
        lines.append(f"- errata: {links}")
    return "\n".join([*lines, "", _prompt(session(EXAMPLES[e.label], names)), ""])


def _link(page: str) -> str:
    return page.removeprefix("docs/")


def _title(page: str) -> str:
    """The page "docs/proofs.md#phase-1" as "proofs, phase 1"."""
    name, _, place = _link(page).partition("#")
    return ", ".join(filter(None, [name.removesuffix(".md"), place.replace("-", " ")]))
