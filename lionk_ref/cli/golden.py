"""``lionk golden``: write the vectors, verify a folder of them, show which mutants they kill."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from lionk_ref.golden.cases import cases
from lionk_ref.golden.kills import kill_matrix
from lionk_ref.golden.mutants import MUTANTS
from lionk_ref.golden.page import golden_page
from lionk_ref.golden.read import committed
from lionk_ref.golden.verify import verify
from lionk_ref.golden.write import write

NAME = "golden"
HELP = "the golden vectors: write DIR, verify DIR, kills, page"
ACTIONS = """\
write: make the files anew; verify: hold a folder against its manifest and the schema; kills: in
how many cases each mutant, a Lion with one mistake, is caught, with exit status 1 if one survives;
page: docs/golden.md, as Markdown"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the verb."""
    parser.add_argument("action", choices=["write", "verify", "kills", "page"], help=ACTIONS)
    parser.add_argument(
        "folder", nargs="?", type=Path, metavar="DIR", help="(default: the package's own)"
    )
    parser.add_argument("--json", action="store_true", help="print JSON instead of text")


def run(args: argparse.Namespace) -> int:
    """Do what ``action`` says; verify fails if a file differs, kills if a mutant survives."""
    folder = args.folder or committed()
    if args.action == "page" and args.json:
        raise ValueError("lionk golden page prints Markdown, got --json. Leave it out.")
    if args.action != "write" and not folder.is_dir():
        raise ValueError(f"{folder} is no folder of vectors. Make one: lionk golden write {folder}")
    return {"write": _write, "verify": _verify, "kills": _kills, "page": _page}[args.action](
        folder, args.json
    )


def _write(folder: Path, as_json: bool) -> int:
    paths = write(folder)
    size = sum(path.stat().st_size for path in paths)
    found = {"folder": str(folder), "files": len(paths), "bytes": size}
    print(json.dumps(found) if as_json else f"Wrote {len(paths)} files, {size} bytes: {folder}")
    return 0


def _verify(folder: Path, as_json: bool) -> int:
    wrong = verify(folder)
    if as_json:
        print(json.dumps({"ok": not wrong, "wrong": wrong}, indent=1))
    else:
        print("\n".join(wrong) or f"Every file is as its manifest and the schema say: {folder}")
    return 1 if wrong else 0


def _kills(folder: Path, as_json: bool) -> int:
    matrix = kill_matrix(MUTANTS, list(cases(folder)))
    caught = {name: sum(k.caught for k in row.values()) for name, row in matrix.items()}
    if as_json:
        table = {n: {f: k._asdict() for f, k in row.items()} for n, row in matrix.items()}
        print(json.dumps(table, indent=1))
    else:
        print("\n".join(f"{n:38} {c or 'SURVIVES'}" for n, c in caught.items()))
    return 0 if all(caught.values()) else 1


def _page(folder: Path, as_json: bool) -> int:
    print(golden_page(folder), end="")
    return 0
