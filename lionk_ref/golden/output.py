"""The verdict as text, JSON, JUnit and Markdown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any
from xml.etree import ElementTree as Xml

from lionk_ref.golden.conform import Verdict
from lionk_ref.golden.replay import Result

TIERS = ("T0", "T1", "T2", "T3", "scenario")
MOST_SHOWN = 6


def as_text(verdict: Verdict) -> str:
    """For reading: the failures, the mistake, and the counts."""
    lines = [f"{verdict.peer.name} {verdict.peer.version}".strip()]
    lines += [f"  note: {note}" for note in verdict.peer.notes]
    lines += [
        f"  {tier:8} {counts_text(verdict, tier)}" for tier in TIERS if tier in verdict.counts()
    ]
    wrong = verdict.unexpected
    lines += [
        f"  {r.outcome.upper()} {r.case.id} ({r.case.comment}): {r.detail}"
        for r in wrong[:MOST_SHOWN]
    ]
    lines += [f"  ... and {len(wrong) - MOST_SHOWN} more"] if len(wrong) > MOST_SHOWN else []
    lines += [
        f"  STALE {p}: expected to fail, but nothing that it names does" for p in verdict.stale
    ]
    lines += [f"  looks like {s}" for s in verdict.suspects[:3]]
    if not verdict.suspects:
        lines += [f"  symptom: {s}" for s in verdict.symptoms]
    lines.append(f"  {headline(verdict)}")
    return "\n".join(lines)


def counts_text(verdict: Verdict, tier: str) -> str:
    """How often each outcome occurred in a tier."""
    counts = verdict.counts().get(tier, Counter())
    return ", ".join(f"{n} {outcome}" for outcome, n in sorted(counts.items(), key=_failures_first))


def _failures_first(item: tuple[str, int]) -> tuple[bool, str]:
    return item[0] not in ("fail", "crash"), item[0]


def headline(verdict: Verdict) -> str:
    """The verdict in one line."""
    if verdict.ok:
        return "conforms"
    if all(r.outcome == "skip" for r in verdict.results):
        return "nothing ran"
    return f"does not conform: {len(verdict.unexpected)} unexpected, {len(verdict.stale)} stale"


def as_json(verdict: Verdict) -> dict[str, Any]:
    """Everything, for a program."""
    return {
        "peer": verdict.peer.name,
        "version": verdict.peer.version,
        "notes": list(verdict.peer.notes),
        "ok": verdict.ok,
        "counts": {tier: dict(counts) for tier, counts in verdict.counts().items()},
        "suspects": [s._asdict() for s in verdict.suspects],
        "symptoms": list(verdict.symptoms),
        "stale": list(verdict.stale),
        "results": [_row(verdict, r) for r in verdict.results],
    }


def _row(verdict: Verdict, r: Result) -> dict[str, Any]:
    expected = not r.ok and verdict.is_expected(r)
    named = {"id": r.case.id, "tier": r.case.tier, "comment": r.case.comment}
    return {**named, "outcome": r.outcome, "detail": r.detail, "expected": expected}


def as_junit(verdicts: Sequence[Verdict]) -> str:
    """JUnit's XML, which every CI reads: a suite for each peer."""
    root = Xml.Element("testsuites")
    for verdict in verdicts:
        wrong = {id(r) for r in verdict.unexpected}
        suite = Xml.SubElement(root, "testsuite", name=verdict.peer.name,
                               tests=str(len(verdict.results)), failures=str(len(wrong)),
                               skipped=str(_skipped(verdict)))  # fmt: skip
        for r in verdict.results:
            case = Xml.SubElement(suite, "testcase", classname=r.case.tier, name=r.case.id)
            if id(r) in wrong:
                Xml.SubElement(case, "failure", message=_printable(r.detail)).text = r.case.comment
            elif r.outcome == "skip" or not r.ok:
                Xml.SubElement(case, "skipped", message=_printable(r.detail))
    Xml.indent(root)
    return Xml.tostring(root, encoding="unicode") + "\n"


def _skipped(verdict: Verdict) -> int:
    return sum(r.outcome == "skip" for r in verdict.results)


def _printable(text: str) -> str:
    """Without what XML forbids: a program may have answered anything."""
    return "".join(c if c.isprintable() else "?" for c in text)


def as_markdown(verdicts: Sequence[Verdict]) -> str:
    """A table with one row for each peer."""
    tiers = [t for t in TIERS if any(t in v.counts() for v in verdicts)]
    head = ["peer", "version", *tiers, "verdict", "the mistake"]
    rows = [[v.peer.name, v.peer.version, *(_cell(v, t) for t in tiers), headline(v), mistake(v)]
            for v in verdicts]  # fmt: skip
    lines = ["| " + " | ".join(cells) + " |" for cells in (head, ["---"] * len(head), *rows)]
    return "\n".join(lines) + "\n"


def _cell(verdict: Verdict, tier: str) -> str:
    """Passed out of run."""
    results = [r for r in verdict.results if r.case.tier == tier and r.outcome != "skip"]
    return f"{sum(r.ok for r in results)}/{len(results)}" if results else "-"


def mistake(verdict: Verdict) -> str:
    """The likeliest mistake, by name; else the first thing that failed."""
    if verdict.suspects:
        best = verdict.suspects[0]
        return f"{best.name} ({best.repeats} of {best.failures} failures)"
    return "; ".join(verdict.symptoms[:2])
