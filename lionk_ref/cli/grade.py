"""``lionk grade``: a class's submissions against the checks, on a secret seed."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from lionk_ref.cli.files import write_all
from lionk_ref.cli.progress import Progress
from lionk_ref.cli.writable import require_writable
from lionk_ref.learn.exercise import PUBLIC_SEED, Exercise
from lionk_ref.learn.grading import Grader
from lionk_ref.learn.journal import Journal
from lionk_ref.learn.ladder import LADDER, find
from lionk_ref.learn.left_out import told
from lionk_ref.learn.limits import Limits, require_seconds
from lionk_ref.learn.marks import as_csv, as_gradescope, points
from lionk_ref.learn.submissions import Submission, find_submissions
from lionk_ref.processes import cores

NAME = "grade"
HELP = "grade a folder of submissions to the exercises of lionk learn"

Record = dict[str, Any]
RESULTS = "results.json"
OUT = "(default: grades.csv); its folder is made where there is none"
WEAK = (
    "This machine cannot confine a submission ({lacking} missing). Grade on Linux 5.13 or newer, "
    "or in a container of its own with --unconfined."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the verb."""
    add = parser.add_argument
    add("submissions", type=Path, help="a folder of students' folders, or of files")
    add("--seed-file", required=True, metavar="FILE", help="one secret line; - is standard input")
    add("--out", type=Path, default=Path("grades.csv"), metavar="CSV", help=OUT)
    add("--gradescope", type=Path, metavar="DIR", help="DIR/STUDENT/results.json (default: by CSV)")
    add("--exercise", action="append", metavar="N", help="grade this one (default: all)")
    add("--seconds", type=float, default=10.0, metavar="S", help="for an exercise (default: 10)")
    add("--memory", type=int, default=1024, metavar="MIB", help="for an exercise (default: 1024)")
    add("--jobs", type=int, default=cores(), metavar="N", help="at a time (default: all cores)")
    add("--resume", action="store_true", help="go on after an interruption")
    add("--unconfined", action="store_true", help="even where files cannot be kept from it")
    add("--json", action="store_true", help="print every record as JSON")


def run(args: argparse.Namespace) -> int:
    """Grade, write, and say where."""
    exercises = [find(what) for what in args.exercise] if args.exercise else list(LADDER)
    _require_positive(args)
    submissions = find_submissions(args.submissions, exercises)
    _require_places(args, submissions)
    seed = read_seed(args.seed_file, args.submissions)
    for line in told(args.submissions, exercises, submissions):
        print(f"lionk: {line}", file=sys.stderr)
    limits = Limits(args.seconds, args.memory, confined=True)
    grader = Grader(exercises, seed, limits, args.jobs)
    lacking = grader.weakness()
    if lacking and not args.unconfined:
        raise ValueError(WEAK.format(lacking=" and ".join(lacking)))
    asked = {"exercises": [e.key for e in exercises], "limits": list(limits)}
    journal = Journal(args.out.with_name(args.out.name + ".partial"), asked, seed)
    journal.begin(args.resume)
    records = {s.student: r for s in submissions if (r := journal.record(s)) is not None}
    open_ones = [s for s in submissions if s.student not in records]

    def done(submission: Any, record: Record) -> None:
        records[submission.student] = record
        journal.keep(submission, record)
        bar.advance(1, submission.student)

    try:
        with Progress(max(1, len(open_ones)), "grading") as bar:
            grader.all(open_ones, done)
    except KeyboardInterrupt:
        kept = f"{len(records)} of {len(submissions)} grades are kept"
        print(f"lionk: interrupted; {kept}. Go on: --resume", file=sys.stderr)
        return 130
    ordered = {s.student: records[s.student] for s in submissions}
    _write(args, ordered, exercises)
    journal.end()
    return 0


def _require_positive(args: argparse.Namespace) -> None:
    require_seconds(NAME, args.seconds)
    for name in ("memory", "jobs"):
        if not getattr(args, name) > 0:
            raise ValueError(f"lionk grade needs --{name} > 0, got {getattr(args, name)}.")


def _reports(args: argparse.Namespace) -> Path:
    """The folder of what Gradescope reads."""
    folder: Path | None = args.gradescope
    return folder or args.out.with_name(f"{args.out.stem}-gradescope")


def _require_places(args: argparse.Namespace, submissions: list[Submission]) -> None:
    require_writable(args.out)
    reports = (_reports(args) / s.student / RESULTS for s in submissions)
    require_writable(*reports, option="--gradescope")


def read_seed(name: str, submissions: Path) -> str:
    """The one line of the seed file.

    Raises
    ------
    ValueError
        If it has none or several, is the public one, or lies among the submissions.
    """
    if name != "-" and Path(name).resolve().is_relative_to(submissions.resolve()):
        raise ValueError(f"The seed file {name} lies among the submissions. Keep it elsewhere.")
    text = sys.stdin.read() if name == "-" else Path(name).read_text("utf-8")
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) != 1:
        raise ValueError(f"The seed file {name} must hold one line, it has {len(lines)}.")
    if lines[0] == PUBLIC_SEED:
        raise ValueError("The seed is the students' own. Choose another, long and random.")
    return lines[0]


def _write(args: argparse.Namespace, records: dict[str, Record], exercises: list[Exercise]) -> None:
    """The CSV last: where it stands, everything else does."""
    folder = _reports(args)
    for student, record in records.items():
        write_all(folder / student, {RESULTS: as_gradescope(record, exercises)})
    write_all(args.out.parent, {args.out.name: as_csv(records, exercises)})
    if args.json:
        print(json.dumps(records, indent=1))
        return
    totals = [points(record)[0] for record in records.values()]
    of = sum(len(e.checks) for e in exercises)
    mean = sum(totals) / len(totals)
    print(f"Graded {len(totals)} submissions: {mean:.1f} of {of} points on average.")
    print(f"Wrote {args.out} and {folder}/STUDENT/{RESULTS}")
