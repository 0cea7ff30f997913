"""The order of the house: arrows point one way, the core knows no library, files are short."""

from __future__ import annotations

import ast
import importlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from lionk_ref.convex import CATALOGUE
from lionk_ref.convex.base import ConvexFunction

ROOT = Path(__file__).parents[1]
HOUSE = sorted(ROOT.glob("lionk_ref/**/*.py"))
FILES = [*HOUSE, *sorted(ROOT.glob("backends/**/*.py"))]

FLOORS = (
    {"arrays", "files", "memory", "processes"},
    {"convex"},
    {"backend"},
    {"discrete", "continuous"},
    {"problems"},
    {"certificates"},
    {"paper", "peers", "report", "validation"},
    {"golden", "experiments", "bench", "learn"},
    {"__init__"},
    {"cli"},
    {"__main__"},
)
"""A room of ``lionk_ref`` imports from itself and from the floors below its own."""

FLOOR = {room: height for height, rooms in enumerate(FLOORS) for room in rooms}
CORE = {"convex", "discrete", "continuous", "certificates"}
NOT_A_K = {
    *("__init__", "base", "blocks", "calculus", "catalogue", "projections", "roots"),
    *("isotonic", "singular_values", "spectral", "translated", "sums"),
    *("moreau_envelope", "support_function", "log_sum_exp"),
    *("polar", "newton_schulz", "qdwh", "required"),
}
MOST_LINES = 200


def imports(source: str, module: str) -> Iterator[str]:
    """The dotted names that a module imports, lazily or not; relative ones made absolute."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = module.split(".")[: -node.level] if node.level else []
            origin = ".".join([*above, *filter(None, [node.module])])
            yield from (f"{origin}.{alias.name}" for alias in node.names)


def room(name: str) -> str:
    """The room of ``lionk_ref`` that a dotted name leads to."""
    first = name.split(".")[1:2]
    return first[0] if first and first[0] in FLOOR else "__init__"


def may_import(here: str, name: str) -> bool:
    """Whether a module of the room ``here`` may import ``name``."""
    top = name.split(".")[0]
    if top == "lionk_ref":
        return room(name) == here or FLOOR[room(name)] < FLOOR[here]
    if here in CORE:
        return top in sys.stdlib_module_names
    return not top.startswith("lionk_")


def wrong_imports(source: str, module: str) -> list[str]:
    """What ``module`` imports although its place in the house forbids it."""
    return [name for name in imports(source, module) if not may_import(room(module), name)]


def name_of(path: Path) -> str:
    """A file as a test's id."""
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", HOUSE, ids=name_of)
def test_arrows_point_one_way(path: Path) -> None:
    """Nobody imports from above; the core imports no library; nothing imports a backend."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    assert parts[1] in FLOOR, f"a new room, {parts[1]}: give it a floor in FLOORS"
    assert wrong_imports(path.read_text("utf-8"), ".".join(parts)) == []


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("arrays", "from lionk_ref.convex import L1"),
        ("convex.l1", "import numpy as np"),
        ("convex.l1", "def f():\n    import numpy.linalg"),
        ("convex.l1", "from array_api_compat import numpy"),
        ("convex.l1", "from ..discrete import updates"),
        ("convex.l1", "from .. import discrete"),
        ("convex.l1", "import lionk_ref"),
        ("discrete.optimizer", "from lionk_ref.certificates.report import write"),
        ("discrete.optimizer", "from lionk_ref import cli"),
        ("problems.toy", "from lionk_ref.certificates import certify"),
        ("certificates.report", "import matplotlib.pyplot as plt"),
        ("certificates.report", "from lionk_ref import __version__"),
        ("backend", "import lionk_numba"),
        ("bench.speed", "from lionk_cupy import kernels"),
        ("golden.write", "from lionk_ref.cli import main"),
        ("__init__", "from lionk_ref.cli import main"),
    ],
)
def test_wrong_imports_are_seen(module: str, source: str) -> None:
    """Each of these breaks the rule."""
    assert wrong_imports(source, f"lionk_ref.{module}")


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("arrays", "import array_api_compat"),
        ("convex.l1", "import math\nfrom lionk_ref.arrays import dot\nfrom .base import zero"),
        ("certificates.report", "from lionk_ref.problems import toy"),
        ("problems.digits", "import numpy as np"),
        ("cli.certify", "from lionk_ref import __version__, certificates"),
        ("__init__", "from lionk_ref.convex import L1"),
        ("__main__", "from lionk_ref.cli import main"),
    ],
)
def test_right_imports_are_let_be(module: str, source: str) -> None:
    """Each of these keeps the rule."""
    assert wrong_imports(source, f"lionk_ref.{module}") == []


def faults(source: str) -> list[str]:
    """What is wrong with a file as a whole."""
    long = ["too long"] if len(source.splitlines()) > MOST_LINES else []
    return long if ast.get_docstring(ast.parse(source)) else [*long, "no docstring"]


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_files_are_short_and_say_what_they_are(path: Path) -> None:
    """At most 200 lines, and a docstring on top."""
    assert faults(path.read_text("utf-8")) == []


def test_faults_of_files_are_seen() -> None:
    """One line too many, or a comment where the docstring should be."""
    assert faults('"""A."""' + "\n" * MOST_LINES) == []
    assert faults('"""A."""' + "\n" * MOST_LINES + "a = 1") == ["too long"]
    assert faults("# A.") == ["no docstring"]


def k_files() -> list[str]:
    """The modules of ``convex/`` that hold a K."""
    return sorted({path.stem for path in ROOT.glob("lionk_ref/convex/*.py")} - NOT_A_K)


def own_k(module: ModuleType) -> list[type[ConvexFunction]]:
    """The K that a module defines itself."""
    classes = (c for c in vars(module).values() if isinstance(c, type))
    return [c for c in classes if issubclass(c, ConvexFunction) and c.__module__ == module.__name__]


@pytest.mark.parametrize("stem", k_files())
def test_one_k_one_file(stem: str) -> None:
    """A file in ``convex/`` defines one K, named by the file and present in the catalogue."""
    own = own_k(importlib.import_module(f"lionk_ref.convex.{stem}"))
    assert own == [CATALOGUE.get(stem)], "add its import line to convex/__init__.py"
    assert own[0].key == stem


def test_a_second_k_in_a_file_is_seen() -> None:
    """Two K made in one module are two; one that it only imports is not its own."""
    module = ModuleType("two")
    for name in ("A", "B"):
        setattr(module, name, type(name, (ConvexFunction,), {"__module__": "two"}))
    vars(module)["Huber"] = CATALOGUE["huber"]
    assert [k.__name__ for k in own_k(module)] == ["A", "B"]


def test_the_catalogue_has_no_other_k() -> None:
    """Every entry of the catalogue has its own file."""
    assert sorted(CATALOGUE) == k_files()


def loaded_by(*modules: str) -> set[str]:
    """The heavy libraries among what a fresh interpreter holds after these imports."""
    heavy = {"cupy", "matplotlib", "numba", "scipy"}
    code = f"import {', '.join(modules)}, sys; print(*({heavy!r} & set(sys.modules)))"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return set(done.stdout.split())


def test_import_is_light() -> None:
    """``import lionk_ref`` loads nothing that only some users need."""
    assert loaded_by("lionk_ref") == set()
    assert "matplotlib" in loaded_by("lionk_ref", "matplotlib")
