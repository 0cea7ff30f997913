"""``lionk bench``: steps in place against the machine's limit and against other people's Lion."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lionk_ref import __version__
from lionk_ref.bench.page import RESULTS, TABLE, provenance, table_page, title
from lionk_ref.bench.peers import SLOW, STARTS, version
from lionk_ref.bench.places import BACKENDS, chosen
from lionk_ref.bench.plan import Request
from lionk_ref.bench.plot import plots, require_matplotlib
from lionk_ref.bench.report import NOTE, Report, as_json, cells, not_measured
from lionk_ref.bench.run import groups, measure, weight
from lionk_ref.cli.progress import Progress
from lionk_ref.cli.tables import aligned
from lionk_ref.cli.writable import require_writable
from lionk_ref.convex import ConvexFunction, from_text
from lionk_ref.files import write_all

NAME = "bench"
HELP = "measure the steps in place against the machine's limit and other people's Lion"

MOST = 10**14
"""More entries, or threads, no machine has."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the verb."""
    add = parser.add_argument
    add("--quick", action="store_true", help="up to 1e7 entries, in less than two minutes")
    add("--backend", action="append", metavar="NAME", help=f"{', '.join(BACKENDS)} (default: all)")
    add("--k", "--K", action="append", dest="K", metavar="K", help="such as l1 or huber:e=0.3")
    add("--n", action="append", type=whole, metavar="N", help="entries, such as 1e6")
    add("--threads", action="append", type=whole, metavar="T", help="(default: 1 and all)")
    add("--peers", action="append", metavar="NAME", help=f"{', '.join(STARTS)}, all or none")
    add("--out", type=Path, metavar="DIR", help=f"write {RESULTS}, {TABLE} and the plots there")
    add("--json", action="store_true", help="print JSON instead of the table")


def whole(text: str) -> int:
    """A whole number of at least 1, also as 1e6.

    Examples
    --------
    >>> whole("1e6"), whole("25")
    (1000000, 25)
    """
    try:
        number = int(text) if text.isdecimal() else float(text)
    except ValueError:
        number = 0
    if not (1 <= number <= MOST and number == int(number)):
        raise argparse.ArgumentTypeError(f"expected a whole number from 1 to 1e14, got {text!r}")
    return int(number)


def run(args: argparse.Namespace) -> int:
    """Measure, write, print."""
    with _silence():
        report = _measured(args)
    if args.out:
        drawn = plots(report)
        write_all(args.out, {RESULTS: as_json(report), TABLE: table_page(report), **drawn})
    print(as_json(report) if args.json else text(report), end="")
    return 0


def _measured(args: argparse.Namespace) -> Report:
    if args.out:
        require_matplotlib()
        require_writable(*(args.out / name for name in (RESULTS, TABLE)))
    backends, absent = chosen(args.backend)
    names, missing = _peers(args)
    request = Request(backends, _kinds(args.K), args.n, args.threads, names, args.quick)
    total = sum(weight(n) for _, n, _ in groups(request))
    with Progress(total, "measuring") as bar:
        report = measure(request, absent | missing, bar.advance)
    report["versions"] = {"lionk_ref": __version__, **report["versions"]}
    return report


def _peers(args: argparse.Namespace) -> tuple[list[str], dict[str, str]]:
    """The names of the peers, and those that are left out."""
    named = [name for given in args.peers or ["all"] for name in given.split(",")]
    if named == ["none"]:
        return [], {}
    if named == ["all"]:
        slow = SLOW if args.quick else set()
        left_out = dict.fromkeys(sorted(slow), "left out by --quick; name it with --peers")
        return [name for name in STARTS if name not in slow], left_out
    for name in named:
        version(name)
    return list(dict.fromkeys(named)), {}


def _kinds(texts: list[str] | None) -> list[ConvexFunction] | None:
    return None if texts is None else [from_text(given) for given in dict.fromkeys(texts)]


@contextmanager
def _silence() -> Iterator[None]:
    """Some peers log to stdout and run compilers: nothing of that may get into the JSON."""
    sys.stdout.flush()
    kept, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    try:
        yield
    finally:
        sys.stdout.flush()
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)


def text(report: Report) -> str:
    """Machine, rows, and what is missing."""
    parts = [title(report), provenance(report), aligned(cells(report)), NOTE]
    if report["absent"]:
        parts.append("\n".join(["Not measured:", *not_measured(report["absent"])]))
    return "\n\n".join(parts) + "\n"
