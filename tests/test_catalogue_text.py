"""What the catalogue says of itself in words: for every K, and not at odds with what K does."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from lionk_ref import backend
from lionk_ref.cli import main
from lionk_ref.convex import CATALOGUE, L1, ConvexFunction
from lionk_ref.paper.catalogue_page import catalogue_page
from lionk_ref.paper.catalogue_rows import installed, kernels, rows

ROOT = Path(__file__).parents[1]

EVERY = pytest.mark.parametrize("cls", CATALOGUE.values(), ids=list(CATALOGUE))


@EVERY
def test_nothing_is_missing(cls: type[ConvexFunction]) -> None:
    """K, dK, K*, its domain, the problem."""
    texts = (cls.formula, cls.formula_subgradient, cls.formula_conjugate, cls.domain)
    for text in (*texts, cls.solves, cls.solves_text):
        assert text.strip()
        assert "\n" not in text
    assert isinstance(cls.also_known_as, tuple)


@EVERY
def test_the_words_agree_with_the_flags(cls: type[ConvexFunction]) -> None:
    """K* is 0 exactly for the norms; the domain is everywhere where projecting moves nothing."""
    for K in cls.examples((6,)):
        assert (K.formula_conjugate == "0") == K.positively_homogeneous
        y = 1e3 * np.array([1.0, -2.0, 3.0, -4.0, 5.0, 6.0])
        assert (K.domain == "everywhere") == np.array_equal(K.project_domain(y), y)
        assert ("s.t." in K.solves_text) == (K.domain != "everywhere")


def test_at_least_thirty() -> None:
    """The catalogue's instances, counted."""
    assert sum(len(cls.examples()) for cls in CATALOGUE.values()) >= 30
    assert len(CATALOGUE) >= 25


def test_long_table(capsys: pytest.CaptureFixture[str]) -> None:
    """Every K has its paragraph, with all that JSON has."""
    assert main(["table", "--long"]) == 0
    paragraphs = capsys.readouterr().out.strip().split("\n\n")
    assert main(["table", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)["catalogue"]
    assert len(paragraphs) == len(rows) == len(CATALOGUE)
    for paragraph, row in zip(paragraphs, rows, strict=True):
        for text in (row["key"], row["K"], row["dK"], row["K_star"], row["domain"]):
            assert text in paragraph
        assert all(name in paragraph for name in row["also_known_as"])
        assert all(name in paragraph for name in row["backends"])
    halves = next(row for row in rows if row["key"] == "half_squared_norm")
    assert halves["parameters"] == {"norm": "L1()", "dual": "LInf()"}


def test_the_page_has_every_k() -> None:
    """docs/catalogue.md has a section for each row, with all that JSON has."""
    sections = catalogue_page().split("\n## ")[1:-1]
    for section, row in zip(sections, rows(), strict=True):
        assert section.startswith(row["class"] + "\n")
        named = ("key", "K", "dK", "K_star", "domain", "solves", "solves_latex")
        for text in (*(row[name] for name in named), *row["also_known_as"]):
            assert text in section
        for name in backend.BUILT_IN:
            assert f"{name} {row['backends'][name]}" in section


def test_the_page_has_every_k_made_from_others() -> None:
    """And nothing that is in the catalogue."""
    made = catalogue_page().split("\n## ")[-1]
    for name in ("Scaled", "Dilated", "Blocks", "Sum", "Translated", "Spectral", "LogSumExp"):
        assert f"| `{name}` |" in made
    assert not any(f"`{cls.__name__}`" in made for cls in CATALOGUE.values())


class Partial:
    """A plug-in that knows l1 only, and whose library is or is not there."""

    def __init__(self, version: str) -> None:
        self.version = version

    def support(self, K: ConvexFunction) -> str:
        return "fused" if isinstance(K, L1) else "none"


def plug_in(monkeypatch: pytest.MonkeyPatch, **plugins: Any) -> None:
    """The given plug-ins, and one whose package does not exist, for all that there are."""
    module = ModuleType("lionk_made_up")
    vars(module).update(plugins)
    targets = {name: f"lionk_made_up:{name}" for name in plugins} | {"gone": "lionk_gone:Backend"}
    monkeypatch.setitem(sys.modules, "lionk_made_up", module)
    monkeypatch.setattr(backend, "BUILT_IN", targets)
    monkeypatch.setattr(backend, "_installed", dict)
    monkeypatch.setattr(backend, "find", backend.find.__wrapped__)
    monkeypatch.setattr("lionk_ref.paper.catalogue_rows.find", backend.find)


def test_what_the_backends_have(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A kernel or none, with the library or without; and a package that is not there."""
    plug_in(monkeypatch, bare=lambda: Partial("-"), full=lambda: Partial("2.1"))
    asked = {"core": "core", "bare": "fused", "full": "fused", "gone": "not installed"}
    assert kernels(L1()) == asked
    assert installed() == {"bare": None, "full": "2.1", "gone": None}
    assert main(["table", "--long"]) == 0
    paragraphs = {p.split()[0]: p for p in capsys.readouterr().out.split("\n\n")}
    ends = "full {}, gone (not installed)"
    assert f"core, bare fused (not installed), {ends.format('fused')}\n" in paragraphs["L1"]
    assert f"core, bare none (not installed), {ends.format('none')}\n" in paragraphs["L2"] + "\n"


def test_asking_the_backends_imports_neither_numba_nor_cupy() -> None:
    """The table stays quick: what has a kernel is known without compiling anything."""
    code = "from lionk_ref.paper.catalogue_rows import rows, installed; rows(); installed()"
    code += "; import sys; print(*({'numba', 'cupy'} & set(sys.modules)))"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    assert done.stdout.split() == []
