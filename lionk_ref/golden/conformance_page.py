"""docs/conformance.md: every peer that can be imported, held against the vectors."""

from __future__ import annotations

import datetime
import platform
import shlex
from collections.abc import Mapping, Sequence
from itertools import pairwise

from lionk_ref.golden.conform import Verdict
from lionk_ref.golden.document import SUITE_VERSION
from lionk_ref.golden.output import as_markdown, counts_text, mistake

INTRODUCTION = """\
# Who conforms

<!-- Made by `{command}`. -->

{who}, held against the golden
{vectors}. A cell is passed/run; T2 accepts every element of dK. Of the mistakes the likeliest is
named: that of the mutant which gives the same numbers, as [golden.md](golden.md) lists them.
"""
EVERYONE = "Every implementation of Lion-K that could be imported, as it is by default"
NARROWER = {"--K", "--run", "--skip"}


def conformance_page(
    verdicts: Sequence[Verdict],
    missing: Mapping[str, str],
    today: datetime.date,
    asked: Sequence[str],
    note: str = "",
) -> str:
    """The page as Markdown: the table, then each peer with its notes and failures.

    ``asked`` are the words after ``lionk conform``: the page says no more than what was run.
    """
    python = f"Python {platform.python_version()}, {platform.machine()}"
    where = f"{today}, vectors {SUITE_VERSION}, {python}"
    ran = f"Run on {where}. {note}".strip() + "\n"
    parts = [introduction(verdicts, asked), ran, as_markdown(verdicts)]
    parts += ["## Peer by peer\n", *map(_section, verdicts)]
    if missing:
        absent = "\n".join(f"- {name}: {reason}" for name, reason in missing.items())
        parts.append(f"## Not run\n\n{absent}\n")
    return "\n".join(parts)


def introduction(verdicts: Sequence[Verdict], asked: Sequence[str]) -> str:
    """What was run, of whom and how, in the words of the command."""
    who = EVERYONE if asked[:1] == ["all"] else ", ".join(v.peer.name for v in verdicts)
    narrowed = [f"{o} {shlex.quote(v)}" for o, v in pairwise(asked) if o in NARROWER]
    vectors = f"vectors, in part (`{' '.join(narrowed)}`)" if narrowed else "vectors"
    command = shlex.join(["lionk", "conform", *asked])
    return INTRODUCTION.format(command=command, who=who, vectors=vectors)


def _section(verdict: Verdict) -> str:
    lines = [f"### {verdict.peer.name} {verdict.peer.version}\n"]
    lines += [f"- note: {note}" for note in verdict.peer.notes]
    lines += [f"- {tier}: {counts_text(verdict, tier)}" for tier in verdict.counts()]
    lines += [f"- looks like {s}" for s in verdict.suspects[:2]]
    if not verdict.suspects and mistake(verdict):
        lines.append(f"- symptom: {mistake(verdict)}")
    lines += [
        f"- {r.outcome}: `{r.case.id}` ({r.case.comment}): {r.detail}"
        for r in verdict.unexpected[:3]
    ]
    more = len(verdict.unexpected) - 3
    return "\n".join([*lines, f"- and {more} more"] if more > 0 else lines) + "\n"
