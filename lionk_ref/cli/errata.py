"""``lionk errata``: where the printed paper errs, each with numbers that refute it."""

from __future__ import annotations

import argparse
import json
import textwrap
from collections.abc import Sequence

from lionk_ref import __version__
from lionk_ref.paper import ERRATA, Claim, Erratum
from lionk_ref.paper.errata_page import NOTATION, worked_step

NAME = "errata"
HELP = "the misprints of the paper, each with a counterexample"

WIDTH = 98


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the verb."""
    parser.add_argument("--json", action="store_true", help="print JSON instead of text")


def run(args: argparse.Namespace) -> int:
    """Print the errata; the exit status is 1 if the evidence of one of them does not hold."""
    if args.json:
        errata = [erratum.as_json() for erratum in ERRATA]
        report = {"version": __version__, "errata": errata}
        print(json.dumps(report, indent=1, allow_nan=False))
    else:
        print("\n\n".join([notation(), *map(text, ERRATA), worked()]))
    return 0 if all(proven(erratum) for erratum in ERRATA) else 1


def proven(erratum: Erratum) -> bool:
    """Whether every printed claim fails and every corrected one holds."""
    printed, correct = erratum.evidence()
    return all(c.holds for c in correct) and not any(c.holds for c in printed)


def text(erratum: Erratum) -> str:
    """One erratum for reading."""
    printed, correct = erratum.evidence()
    return "\n".join(
        [
            f"{erratum.number}. {erratum.where}",
            _fold("printed:", erratum.printed),
            _fold("correct:", erratum.correct),
            _fold("", erratum.why),
            _fold("at:", erratum.counterexample),
            *map(_claim, [*printed, *correct]),
        ]
    )


def notation() -> str:
    """What stands for what."""
    head = "Fractions are exact; their decimals follow in brackets. In what follows:"
    return "\n".join([head, *_columns(NOTATION)])


def worked() -> str:
    """The counterexample of Theorem 4.1, number by number."""
    head = "The counterexample of Theorem 4.1 (errata 3 and 5), number by number:"
    return "\n".join([head, *_columns(worked_step())])


def _columns(rows: Sequence[tuple[str, str]]) -> list[str]:
    wide = max(len(name) for name, _ in rows)
    return [f"    {name.ljust(wide)}  {value}" for name, value in rows]


def _claim(claim: Claim) -> str:
    return _fold("holds:" if claim.holds else "FAILS:", str(claim))


def _fold(name: str, what: str) -> str:
    start = f"    {name.ljust(9)}"
    return textwrap.fill(what, WIDTH, initial_indent=start, subsequent_indent=" " * len(start))
