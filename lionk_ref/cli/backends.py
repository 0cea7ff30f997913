"""``lionk backends``: who can run a step here, why not, and what each has for every K."""

from __future__ import annotations

import argparse
import json
from typing import Any

from lionk_ref import __version__
from lionk_ref.backend import INSTALL, find, names
from lionk_ref.cli.tables import aligned
from lionk_ref.convex import CATALOGUE

NAME = "backends"
HELP = "who can run a step here, or why not, and what each has for every K"

LEGEND = """\
fused: one pass over memory, or two, in place.
core: dK as the formula stands; a plug-in then applies it in place, at the cost of two arrays more.
none: the plug-in refuses this K. backend="auto" takes one that refuses none and has one fused."""

Row = dict[str, Any]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the verb."""
    parser.add_argument("--json", action="store_true", help="print JSON instead of the tables")


def run(args: argparse.Namespace) -> int:
    """Print the backends, and what each has."""
    known, kernels = rows(), support()
    if args.json:
        report = {"version": __version__, "backends": known, "support": kernels}
        print(json.dumps(report, indent=1, allow_nan=False))
    else:
        print(text(known, kernels))
    return 0


def rows() -> list[Row]:
    """Each backend, the core first: name, version, device, and the reason why it cannot be used."""
    core = {"name": "core", "version": __version__, "device": "any", "why_not": None}
    return [{**core, "install": None}, *map(_row, names())]


def _row(name: str) -> Row:
    install = INSTALL.get(name)
    try:
        backend = find(name)
    except ValueError as error:
        row: Row = {"version": "-", "device": "-", "why_not": str(error)}
    else:
        version, device = backend.version, backend.device
        row = {"version": version, "device": device, "why_not": backend.why_not()}
    return {"name": name, **row, "install": install}


def support() -> dict[str, dict[str, str]]:
    """What each backend has for each K of the catalogue, by the key of the K."""
    kinds = {key: cls.examples()[0] for key, cls in CATALOGUE.items()}
    return {key: {"core": "core", **_support(K)} for key, K in kinds.items()}


def _support(K: Any) -> dict[str, str]:
    found = {}
    for name in names():
        try:
            found[name] = find(name).support(K)
        except ValueError:
            found[name] = "-"
    return found


def text(known: list[Row], kernels: dict[str, dict[str, str]]) -> str:
    """Two tables, and for what is missing the reason and the command that installs it."""
    lines = [["backend", "version", "device", "here"]]
    lines += [
        [r["name"], r["version"], r["device"], "no" if r["why_not"] else "yes"] for r in known
    ]
    missing = [_missing(r) for r in known if r["why_not"]]
    columns = [r["name"] for r in known]
    table = [["K", *columns], *([key, *(k[c] for c in columns)] for key, k in kernels.items())]
    return "\n\n".join([aligned(lines), *missing, aligned(table), LEGEND])


def _missing(row: Row) -> str:
    install = f"\n  {row['install']}" if row["install"] else ""
    return f"{row['name']}: {row['why_not']}.{install}"
