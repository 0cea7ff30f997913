"""``lionk figure``: one of the paper's figures, run, drawn and judged."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from lionk_ref import __version__
from lionk_ref.cli.progress import Progress
from lionk_ref.cli.tables import aligned
from lionk_ref.cli.writable import require_writable
from lionk_ref.experiments import FIGURES, Context, Figure, Results, Store
from lionk_ref.experiments.page import files, speed, summary
from lionk_ref.experiments.rehearsal import rehearse
from lionk_ref.experiments.settings import configured, described
from lionk_ref.report.plots import available

NAME = "figure"
HELP = "one of the paper's figures: run, drawn, and held against the theory"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the verb."""
    add = parser.add_argument
    add("number", type=int, choices=sorted(FIGURES), help="the number of the figure")
    add("--set", action="append", default=[], metavar="KEY=VALUE", help="change a setting")
    add("--settings", action="store_true", help="print the settings and do nothing else")
    add("--backend", default="core", metavar="NAME", help="who steps, or auto (default: core)")
    add("--out", type=Path, metavar="DIR", help="where the results go (default: figure_N)")
    add("--resume", action="store_true", help="go on with an unfinished run in that folder")
    add("--json", action="store_true", help="print summary.json instead of the table")


def run(args: argparse.Namespace) -> int:
    """Run the figure, print its table, put its files in place."""
    figure = FIGURES[args.number]
    config = configured(figure.config, args.set)
    if args.settings:
        print(described(config))
        return 0
    if not available():
        raise ValueError(
            'A figure needs matplotlib. Install it with: pip install "lionk-ref[plot]".'
        )
    folder = args.out or Path(f"figure_{figure.number}")
    require_writable(folder / "summary.json")
    with np.errstate(all="ignore"):
        rehearse(figure, config, args.backend)
    try:
        with np.errstate(all="ignore"):
            return _run(figure, config, folder, args)
    except KeyboardInterrupt:
        print(f"lionk: interrupted; --resume goes on with what is in {folder}.", file=sys.stderr)
        return 130


def _run(figure: Figure, config: Any, folder: Path, args: argparse.Namespace) -> int:
    kept = json.loads(
        json.dumps({**asdict(config), "backend": args.backend, "version": __version__})
    )
    store = Store(folder, kept, args.resume)
    with Progress(figure.steps(config), f"figure {figure.number}") as bar:
        context = Context(store, args.backend, bar.advance)
        _record(figure, config, context)
    results = Results.read(config, store.metrics())
    clocks = [clock.row(name) for name, clock in context.clocks.items()]
    report = summary(figure, results, kept, clocks)
    paths = store.finish(files(figure, results, report))
    _print(report, paths, args.json)
    return 0 if report["ok"] else 1


def _record(figure: Figure, config: Any, context: Context) -> None:
    try:
        figure.run(config, context)
    except Exception:
        context.store.abandon()
        raise


def _print(report: dict[str, Any], paths: list[Path], as_json: bool) -> None:
    if as_json:
        print(json.dumps(report, indent=1, allow_nan=False))
        return
    print(f"Figure {report['figure']}: {report['title']}\n")
    for row in report["rows"]:
        print(f"  {row['verdict']}: {row['claim']}")
        print(f"    measured {row['measured']}; predicted {row['predicted']}")
    if report["throughput"]:
        head = ["run", "steps", "steps/s", "optimizer"]
        print("", aligned([head, *map(speed, report["throughput"])]), sep="\n")
    print(f"\nWrote {len(paths)} files into {paths[0].parent}")
