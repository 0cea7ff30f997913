"""Grades as CSV, a line for each student, and as the results.json that Gradescope reads."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

from lionk_ref.learn.exercise import Exercise

Record = dict[str, Any]


def points(record: Record) -> tuple[int, int]:
    """The points of a submission, and how many there are."""
    parts = record.values()
    return sum(part["points"] for part in parts), sum(part["of"] for part in parts)


def as_csv(records: Mapping[str, Record], exercises: Sequence[Exercise]) -> str:
    """A line for each student: total, points for each exercise, and what was not handed in."""
    text = io.StringIO()
    write = csv.writer(text, lineterminator="\n").writerow
    write(["student", "total", "of", *(e.key for e in exercises), "missing"])
    for student, record in records.items():
        own = [record[e.key]["points"] for e in exercises]
        missing = [str(e.number) for e in exercises if record[e.key]["status"] == "missing"]
        write([_plain(student), *points(record), *own, " ".join(missing)])
    return text.getvalue()


def _plain(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell[:1] in set("=+-@\t\r") else cell


def as_gradescope(record: Record, exercises: Sequence[Exercise]) -> str:
    """The results.json of one submission: a test for each check, one point each."""
    tests = [
        _test(exercise, record[exercise.key], i)
        for exercise in exercises
        for i in range(len(exercise.checks))
    ]
    score = points(record)[0]
    report = {"score": score, "stdout_visibility": "hidden", "tests": tests}
    return json.dumps(report, indent=1) + "\n"


def _test(exercise: Exercise, part: Record, i: int) -> Record:
    check = part["checks"][i]
    told = [check["statement"], check["seen"], *(part["mistakes"] if check["seen"] else [])]
    return {
        "number": f"{exercise.number}.{i + 1}",
        "name": f"{exercise.title}: {check['check']}",
        "score": int(check["held"]),
        "max_score": 1,
        "status": "passed" if check["held"] else "failed",
        "output": "\n".join(filter(None, told)),
        "visibility": "visible",
    }
