"""``lionk table``: the catalogue of K, each with the problem that it turns Lion-K into."""

from __future__ import annotations

import argparse
import json
import math
import shutil
import textwrap
from dataclasses import fields, is_dataclass
from functools import partial
from itertools import zip_longest
from typing import Any

from lionk_ref import __version__
from lionk_ref.convex import CATALOGUE, ConvexFunction

NAME = "table"
HELP = "the catalogue: every K, and the problem that Lion-K then solves"

LEGEND = """\
S separable: K is a sum over the coordinates.  H homogeneous: K(c z) = c K(z) for c >= 0, so that K*
is the indicator of a set.  L the Lipschitz constant of the gradient of K, where there is one.
C strictly convex.  The parameters shown are examples; others are written as huber:e=0.3."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the verb."""
    parser.add_argument(
        "--long", action="store_true", help="dK, K*, its domain and other names too"
    )
    parser.add_argument("--json", action="store_true", help="print JSON instead of the table")


def run(args: argparse.Namespace) -> int:
    """Print the catalogue."""
    rows = [row(cls.examples()[0]) for cls in CATALOGUE.values()]
    if args.json:
        report = {"version": __version__, "catalogue": rows}
        print(json.dumps(report, indent=1, allow_nan=False))
    elif args.long:
        print(long_text(rows))
    else:
        print(text(rows, shutil.get_terminal_size((100, 24)).columns))
    return 0


def row(K: ConvexFunction) -> dict[str, Any]:
    """What is known of a K, in what JSON can hold; ``smoothness`` is null where K is not smooth."""
    smooth = math.isfinite(K.smoothness)
    return {
        "key": K.key,
        "class": type(K).__name__,
        "parameters": _parameters(K),
        "K": K.formula,
        "dK": K.formula_subgradient,
        "K_star": K.formula_conjugate,
        "domain": K.domain,
        "also_known_as": list(K.also_known_as),
        "solves": K.solves_text,
        "solves_latex": K.solves,
        "separable": K.separable,
        "positively_homogeneous": K.positively_homogeneous,
        "smooth": smooth,
        "smoothness": K.smoothness if smooth else None,
        "strictly_convex": K.strictly_convex,
    }


def _parameters(K: ConvexFunction) -> dict[str, Any]:
    """The parameters by name; a K among them is written as text."""
    if not is_dataclass(K):
        return {}
    values = {field.name: getattr(K, field.name) for field in fields(K)}
    return {n: repr(v) if isinstance(v, ConvexFunction) else v for n, v in values.items()}


def long_text(rows: list[dict[str, Any]]) -> str:
    """A paragraph for each K: everything that is known of it."""
    named = (("K", "K"), ("dK", "dK"), ("K*", "K_star"), ("domain of K*", "domain"))
    return "\n\n".join(
        "\n".join(
            [
                f"{r['class']} ({', '.join([r['key'], *filter(None, [_flags(r)])])})",
                *(f"  {name:14}{r[field]}" for name, field in named if r[field]),
                f"  {'solves':14}{r['solves']}",
                *(f"  {'also':14}{name}" for name in r["also_known_as"]),
            ]
        )
        for r in rows
    )


def text(rows: list[dict[str, Any]], width: int) -> str:
    """The rows as an aligned table; the last column wraps at ``width``, which is 72 at least."""
    cells = [(["key"], ["K(z)"], ["flags"])]
    cells += [([r["key"], *_defaults(r)], [r["K"]], [_flags(r)]) for r in rows]
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


def _flags(r: dict[str, Any]) -> str:
    smooth = f"L={r['smoothness']:g}" if r["smooth"] else ""
    marks = {"S": r["separable"], "H": r["positively_homogeneous"], smooth: r["smooth"]}
    marks["C"] = r["strictly_convex"]
    return " ".join(mark for mark, holds in marks.items() if holds)
