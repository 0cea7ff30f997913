"""``lionk table``: the catalogue of K, each with the problem that it turns Lion-K into."""

from __future__ import annotations

import argparse
import json
import shutil
import textwrap
from collections.abc import Mapping
from functools import partial
from itertools import zip_longest
from typing import Any

from lionk_ref import __version__
from lionk_ref.paper.catalogue_rows import flags, installed, rows

NAME = "table"
HELP = "the catalogue: every K, and the problem that Lion-K then solves"

LEGEND = """\
S separable: K is a sum over the coordinates.  H homogeneous: K(c z) = c K(z) for c >= 0, so that K*
is the indicator of a set.  L the Lipschitz constant of the gradient of K, where there is one.
C strictly convex.  The parameters shown are examples; others are written as huber:e=0.3."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the verb."""
    parser.add_argument(
        "--long",
        action="store_true",
        help="dK, K*, its domain, the backends that have a kernel, and other names too",
    )
    parser.add_argument("--json", action="store_true", help="print JSON instead of the table")


def run(args: argparse.Namespace) -> int:
    """Print the catalogue."""
    known = rows()
    if args.json:
        report = {"version": __version__, "backends": installed(), "catalogue": known}
        print(json.dumps(report, indent=1, allow_nan=False))
    elif args.long:
        print(long_text(known, installed()))
    else:
        print(text(known, shutil.get_terminal_size((100, 24)).columns))
    return 0


def long_text(rows: list[dict[str, Any]], versions: Mapping[str, str | None]) -> str:
    """A paragraph for each K: everything that is known of it, and what the backends have."""
    named = (("K", "K"), ("dK", "dK"), ("K*", "K_star"), ("domain of K*", "domain"))
    return "\n\n".join(
        "\n".join(
            [
                f"{r['class']} ({', '.join([r['key'], *filter(None, [flags(r)])])})",
                *(f"  {name:14}{r[field]}" for name, field in named if r[field]),
                f"  {'solves':14}{r['solves']}",
                f"  {'backends':14}{_backends(r['backends'], versions)}",
                *(f"  {'also':14}{name}" for name in r["also_known_as"]),
            ]
        )
        for r in rows
    )


def _backends(kernels: Mapping[str, str], versions: Mapping[str, str | None]) -> str:
    """What the core and each plug-in have for a K, and which plug-ins cannot run here."""
    parts = [f"{name} {kernels[name]}" for name in versions]
    absent = [" (not installed)" if v is None else "" for v in versions.values()]
    known = [p.replace(" not installed", "") + a for p, a in zip(parts, absent, strict=True)]
    return ", ".join([kernels["core"], *known])


def text(rows: list[dict[str, Any]], width: int) -> str:
    """The rows as an aligned table; the last column wraps at ``width``, which is 72 at least."""
    cells = [(["key"], ["K(z)"], ["flags"])]
    cells += [([r["key"], *_defaults(r)], [r["K"]], [flags(r)]) for r in rows]
    widths = [max(len(line) for c in column for line in c) for column in zip(*cells, strict=True)]
    room = max(width, 72) - sum(widths) - 2 * len(widths)
    last = [["Lion-K solves"], *(_problem(r["solves"], room) for r in rows)]
    lines = [
        "  ".join(part.ljust(w) for part, w in zip(line, [*widths, 0], strict=True)).rstrip()
        for first, end in zip(cells, last, strict=True)
        for line in zip_longest(*first, end, fillvalue="")
    ]
    return "\n".join([*lines, "", LEGEND])


def _defaults(r: dict[str, Any]) -> list[str]:
    return [f"  {name}={value}" for name, value in r["parameters"].items()]


def _problem(solves: str, room: int) -> list[str]:
    """A problem on one line, or with its constraint on lines of its own."""
    if len(solves) <= room:
        return [solves]
    parts = solves.replace("  s.t. ", "\n  s.t. ").split("\n")
    fold = partial(textwrap.wrap, width=room, subsequent_indent="    ", break_on_hyphens=False)
    return [line for part in parts for line in fold(part)]
