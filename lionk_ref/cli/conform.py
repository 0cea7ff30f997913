"""``lionk conform``: whether an implementation of Lion-K is the paper's, and if not, why not."""

from __future__ import annotations

import argparse
import datetime
import json
import math
import shlex
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

from lionk_ref.cli.files import write_all
from lionk_ref.cli.progress import Progress
from lionk_ref.cli.writable import require_writable
from lionk_ref.golden.cases import Case, cases, chosen
from lionk_ref.golden.conform import Verdict, conform, expected_failures
from lionk_ref.golden.conformance_page import conformance_page
from lionk_ref.golden.output import as_json, as_junit, as_markdown, as_text
from lionk_ref.golden.read import committed
from lionk_ref.golden.stdio import ProgramError, program_peer
from lionk_ref.golden.verify import require_sound
from lionk_ref.peers import PEERS, Peer, find

NAME = "conform"
HELP = "hold an implementation against the golden vectors, and name its mistake"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the verb."""
    add = parser.add_argument
    add("peer", nargs="*", help=f"module:factory, all, or one of {', '.join(PEERS)}")
    add(
        "--cmd",
        action="append",
        default=[],
        type=program,
        metavar="PROGRAM",
        help="JSON lines on stdio",
    )
    add("--timeout", type=seconds, default=10.0, metavar="S", help="for one answer (default: 10 s)")
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
    form = parser.add_mutually_exclusive_group()
    form.add_argument(
        "--format", choices=["text", "json", "junit", "markdown", "page"], default="text"
    )
    form.add_argument("--json", action="store_true", help="the same as --format json")
    add("--out", type=Path, metavar="FILE", help="write there: some peers print on their own")
    add("--note", default="", metavar="TEXT", help="for the page: what was special about the run")


def seconds(text: str) -> float:
    """A time that can be waited for.

    Examples
    --------
    >>> seconds("0.5")
    0.5
    """
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 < number <= threading.TIMEOUT_MAX:
        raise argparse.ArgumentTypeError(f"expected a number of seconds above 0, got {text!r}")
    return number


def program(text: str) -> str:
    """A command with at least one word."""
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{error} in {text!r}") from None
    if not words or not words[0]:
        raise argparse.ArgumentTypeError(f"expected a program with its arguments, got {text!r}")
    return text


def run(args: argparse.Namespace) -> int:
    """Judge every peer; the exit status is 1 unless all conform."""
    selected, expected = _checked(args)
    missing: dict[str, str] = {}
    with ExitStack() as stack:
        peers = list(_peers(args, stack, missing))
        verdicts = [_judge(peer, selected, expected, args.closed_loop) for peer in peers]
    for name, reason in missing.items():
        print(f"lionk: not run: {name}: {reason}", file=sys.stderr)
    text = _shown(verdicts, missing, args) + "\n"
    if args.out:
        target = args.out.resolve()
        write_all(target.parent, {target.name: text})
    else:
        print(text, end="")
    return 0 if all(v.ok for v in verdicts) else 1


def _checked(args: argparse.Namespace) -> tuple[list[Case], list[str]]:
    """The cases, and what is expected to fail; what cannot be met is refused before the work."""
    if not args.peer and not args.cmd:
        raise ValueError(
            f"Name a peer, module:factory or --cmd PROGRAM. Known: {', '.join(PEERS)}."
        )
    if args.note and args.format != "page":
        raise ValueError(f"--note is for --format page, got --format {args.format}.")
    if args.out:
        if args.out.exists() and not args.out.is_file() and not args.out.is_dir():
            raise ValueError(f"--out {args.out} is no regular file. Leave --out out to print.")
        require_writable(args.out)
    vectors = args.vectors or committed()
    require_sound(vectors)
    selected = list(chosen(cases(vectors), args.chosen, args.skip))
    if not selected:
        raise ValueError("No case is left: check --run, --skip and --vectors.")
    return selected, expected_failures(args.expected_failures) if args.expected_failures else []


def _peers(args: argparse.Namespace, stack: ExitStack, missing: dict[str, str]) -> Iterator[Peer]:
    for name in dict.fromkeys(n for given in args.peer for n in _named(given)):
        try:
            peer = find(name)
        except ValueError as error:
            if name in args.peer:
                raise
            missing[name] = str(error).splitlines()[0]
        else:
            yield peer.claiming(*args.K)
    for command in args.cmd:
        try:
            peer, process = program_peer(command, args.timeout)
        except ProgramError as error:
            raise ValueError(f"{command}: {error}. See the protocol in docs/conform.md.") from None
        stack.callback(process.end)
        yield peer.claiming(*args.K)


def _named(given: str) -> Sequence[str]:
    return list(PEERS) if given == "all" else [given]


def _judge(peer: Peer, selected: list[Case], expected: list[str], closed_loop: bool) -> Verdict:
    with Progress(len(selected), peer.name) as bar:
        return conform(peer, selected, expected, closed_loop, lambda at: bar.advance(1, at))


def _shown(verdicts: list[Verdict], missing: dict[str, str], args: argparse.Namespace) -> str:
    if args.json or args.format == "json":
        return json.dumps([as_json(v) for v in verdicts], indent=1)
    if args.format == "junit":
        return as_junit(verdicts).rstrip()
    if args.format == "markdown":
        return as_markdown(verdicts).rstrip()
    if args.format == "page":
        today = datetime.date.today()
        page = conformance_page(verdicts, missing, today, _command(args), args.note)
        return page.rstrip("\n")
    return "\n\n".join(map(as_text, verdicts))


def _command(args: argparse.Namespace) -> list[str]:
    """The words that a page is made by, but its note, which is on the page."""
    lists = {"--cmd": args.cmd, "--K": args.K, "--run": args.chosen, "--skip": args.skip}
    words = [*args.peer, *(word for o, values in lists.items() for v in values for word in (o, v))]
    paths = {"--expected-failures": args.expected_failures, "--vectors": args.vectors}
    words += ["--closed-loop"] if args.closed_loop else []
    for option, path in {**paths, "--format": "page", "--out": args.out}.items():
        words += [option, str(path)] if path else []
    return words
