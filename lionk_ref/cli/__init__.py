"""The command line: ``lionk VERB``, one file to a verb.

Results go to stdout, progress and errors to stderr. The exit status is 0 when all held, 1 when a
certificate failed, 2 for a request that cannot be met, which gets one clear line, 130 after an
interruption, and 141 where the reader of stdout left before it had seen all, as a shell has it.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

import lionk_ref
from lionk_ref.cli import (
    backends,
    bench,
    certify,
    conform,
    errata,
    figure,
    golden,
    grade,
    learn,
    table,
)

SIGPIPE = 13
"""Its number wherever there is such a signal."""

VERBS = (certify, table, errata, backends, golden, conform, figure, learn, grade, bench)


def main(argv: Sequence[str] | None = None) -> int:
    """Run ``lionk`` on the given arguments, by default those of the process."""
    parser = _parser()
    try:
        args = parser.parse_args(argv)
        return int(args.run(args))
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else 0
    except BrokenPipeError:
        return _silenced()
    except MemoryError:
        return _complain("there is not enough memory for that: ask for less, or for fewer --jobs.")
    except (ValueError, TypeError, OSError) as error:
        return _complain(error)
    except KeyboardInterrupt:
        return _complain("interrupted; nothing was written.", 130)


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise SystemExit(_complain(f"{message}. See: {self.prog} --help"))


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="lionk", description=lionk_ref.__doc__)
    parser.add_argument("--version", action="version", version=f"lionk {lionk_ref.__version__}")
    verbs = parser.add_subparsers(metavar="VERB", required=True, parser_class=_Parser)
    for verb in VERBS:
        sub = verbs.add_parser(verb.NAME, help=verb.HELP, description=verb.HELP)
        verb.add_arguments(sub)
        sub.set_defaults(run=verb.run)
    return parser


def _silenced() -> int:
    # The reader of stdout, such as head, has left: what is still buffered goes nowhere.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 128 + SIGPIPE


def _complain(message: object, status: int = 2) -> int:
    line = " ".join(str(message).split())
    print(f"lionk: {line}", file=sys.stderr)
    return status
