"""Copies of the backend with a change, which compile only the K that they are tried on."""

from __future__ import annotations

import importlib
import itertools
from pathlib import Path
from typing import Any, NamedTuple

import lionk_numba
from lionk_ref.convex import ConvexFunction

SOURCE = Path(lionk_numba.__file__).parent
serial = itertools.count()


class Mutant(NamedTuple):
    """A change of a file, and the K that shows it, in its steps or in the sums (``watched``).

    With ``blocks`` on dicts of two arrays, in different orders.
    """

    file: str
    right: str
    wrong: str
    K: ConvexFunction
    stored: str = "float32"
    watched: bool = False
    blocks: bool = False


ALWAYS = ("lp", "lp_far", "l1", "weighted_l1", "l2", "linf", "lp_not_finite", "above")
"""What the sources name themselves."""

TABLES = {
    "formulas.py": ("SEPARABLE", "GLOBAL"), "measure.py": ("TERMS",), "terms.py": ("TERMS",)
}  # fmt: skip


def load(tmp_path: Path, mutant: Mutant | None, *keep: str) -> Any:
    """A backend from a copy of the package under a name of its own."""
    name = f"mutant_{next(serial)}"
    folder = tmp_path / name
    folder.mkdir()
    for file in SOURCE.glob("*.py"):
        text = file.read_text("utf-8")
        if mutant and file.name == mutant.file:
            assert text.count(mutant.right) >= 1, "the mutant's place is gone"
            text = text.replace(mutant.right, mutant.wrong)
        if file.name == "formulas.py":
            text = text.replace("import Lanes,", "import Lanes, intrinsic,")
        if file.name == "emit.py":
            text = text.replace("import F32,", "import intrinsic, F32,")
        for table in TABLES.get(file.name, ()):
            text += f"\n{table} = {{k: v for k, v in {table}.items() if k in {keep}}}\n"
        (folder / file.name).write_text(text.replace("lionk_numba", name))
    return importlib.import_module(f"{name}.backend").Backend()
