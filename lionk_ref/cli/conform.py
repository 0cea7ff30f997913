"""``lionk conform``: whether an implementation of Lion-K is the paper's, and if not, why not."""

from __future__ import annotations

import argparse
import datetime
import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from lionk_ref.cli.progress import Progress
from lionk_ref.golden.cases import Case, cases, chosen
from lionk_ref.golden.conform import Verdict, conform, expected_failures
from lionk_ref.golden.conformance_page import conformance_page
from lionk_ref.golden.output import as_json, as_junit, as_markdown, as_text
from lionk_ref.golden.read import committed
from lionk_ref.golden.stdio import ProgramError, program_peer
from lionk_ref.peers import PEERS, Peer, find

NAME = "conform"
HELP = "hold an implementation against the golden vectors, and name its mistake"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the verb."""
    add = parser.add_argument
    add("peer", nargs="*", help=f"module:factory, all, or one of {', '.join(PEERS)}")
    add("--cmd", action="append", default=[], metavar="PROGRAM", help="JSON lines on stdio")
    add("--timeout", type=float, default=10.0, metavar="S", help="for one answer (default: 10 s)")
    add("--K", action="append", default=[], metavar="KEY", help="claim these K ('*': all)")
    add(
        "--run",
        action="append",
        default=[],
        metavar="GLOB",
        dest="chosen",
        help="cases, such as 'l1.*.t0*'",
    )
    add("--skip", action="append", default=[], metavar="GLOB", help="cases to leave out")
    add("--expected-failures", type=Path, metavar="FILE", help="one glob a line; must still fail")
    add("--closed-loop", action="store_true", help="T3 as well: with its own gradients")
    add("--vectors", type=Path, metavar="DIR", help="(default: the package's own)")
    add("--format", choices=["text", "json", "junit", "markdown", "page"], default="text")
    add("--out", type=Path, metavar="FILE", help="write there: some peers print on their own")
    add("--note", default="", metavar="TEXT", help="for the page: what was special about the run")
    add("--json", action="store_true", help="the same as --format json")


def run(args: argparse.Namespace) -> int:
    """Judge every peer; the exit status is 1 unless all conform."""
    selected = list(chosen(cases(args.vectors or committed()), args.chosen, args.skip))
    if not selected:
        raise ValueError("No case is left: check --run, --skip and --vectors.")
    missing: dict[str, str] = {}
    with ExitStack() as stack:
        verdicts = [_judge(peer, selected, args) for peer in _peers(args, stack, missing)]
    for name, reason in missing.items():
        print(f"lionk: not run: {name}: {reason}", file=sys.stderr)
    if args.format == "page":
        text = conformance_page(verdicts, missing, datetime.date.today(), args.note)
    else:
        text = _shown(verdicts, "json" if args.json else args.format) + "\n"
    if args.out:
        args.out.write_text(text, encoding="utf-8")
    else:
        print(text, end="")
    return 0 if all(v.ok for v in verdicts) else 1


def _peers(args: argparse.Namespace, stack: ExitStack, missing: dict[str, str]) -> Iterator[Peer]:
    if not args.peer and not args.cmd:
        raise ValueError(
            f"Name a peer, module:factory or --cmd PROGRAM. Known: {', '.join(PEERS)}."
        )
    for name in PEERS if args.peer == ["all"] else args.peer:
        try:
            yield find(name).claiming(*args.K)
        except ValueError as error:
            if args.peer != ["all"]:
                raise
            missing[name] = str(error).splitlines()[0]
    for command in args.cmd:
        try:
            peer, program = program_peer(command, args.timeout)
        except ProgramError as error:
            raise ValueError(f"{command}: {error}. See the protocol in docs/conform.md.") from None
        stack.callback(program.end)
        yield peer.claiming(*args.K)


def _judge(peer: Peer, selected: list[Case], args: argparse.Namespace) -> Verdict:
    expected = expected_failures(args.expected_failures) if args.expected_failures else []
    with Progress(len(selected), peer.name) as bar:
        return conform(peer, selected, expected, args.closed_loop, lambda at: bar.advance(1, at))


def _shown(verdicts: list[Verdict], form: str) -> str:
    if form == "json":
        return json.dumps([as_json(v) for v in verdicts], indent=1)
    if form == "junit":
        return as_junit(verdicts).rstrip()
    if form == "markdown":
        return as_markdown(verdicts).rstrip()
    return "\n\n".join(map(as_text, verdicts))
