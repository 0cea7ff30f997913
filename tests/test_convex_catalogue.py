"""The catalogue: finding a K by name, and what it costs to add one."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from convex_probe import label
from lionk_ref.convex import CATALOGUE, L1, GroupL2, Huber, Lp, TopK, WeightedL1, from_text
from lionk_ref.convex.base import ConvexFunction

ROOT = Path(__file__).parents[1]

READ = [
    ("l1", L1()),
    ("l1:", L1()),
    ("huber", Huber()),
    ("huber:e=0.3", Huber(e=0.3)),
    ("huber: e = 0.3", Huber(e=0.3)),
    ("lp:p=3", Lp(p=3)),
    ("top_k:k=2", TopK(k=2)),
    ("weighted_l1:weights=(1, 0.5)", WeightedL1(weights=(1.0, 0.5))),
    ("group_l2:size=3,weights=2", GroupL2(size=3, weights=2.0)),
]


@pytest.mark.parametrize(("text", "K"), READ, ids=[text for text, _ in READ])
def test_from_text(text: str, K: ConvexFunction) -> None:
    """The key, or the key and settings."""
    assert from_text(text) == K


def plain(value: Any) -> bool:
    """Whether a parameter can be written on the command line."""
    return isinstance(value, int | float | tuple)


@pytest.mark.parametrize("cls", CATALOGUE.values(), ids=list(CATALOGUE))
def test_every_example_can_be_written(cls: Any) -> None:
    """``key:name=value`` leads back to each example of each K."""
    for K in cls.examples((6,)):
        settings = {f.name: getattr(K, f.name) for f in fields(K)}
        if all(map(plain, settings.values())):
            text = ",".join(f"{name}={value!r}" for name, value in settings.items())
            assert from_text(f"{cls.key}:{text}") == K


UNREADABLE = [
    ("nosuch", r"Unknown K 'nosuch'. The catalogue has: asymmetric_box, .*, weighted_l1\."),
    ("", "Unknown K ''"),
    ("L1", "Unknown K 'L1'"),
    ("scaled:c=2", "Unknown K 'scaled'"),
    ("blocks", "Unknown K 'blocks'"),
    ("huber:e", r"Cannot read 'huber:e'. Write it like huber:e=0.3 or lp:p=3\."),
    ("huber:0.3", "Cannot read"),
    ("huber:e=", "Cannot read"),
    ("huber:e=0.3)", "Cannot read"),
    ("huber:e=open('x')", "Cannot read"),
    ("huber:**{'e': 1}", "Cannot read"),
    ("huber:e=1,e=2", "Cannot read"),
    ("huber:e=1);print(0", "Cannot read"),
    ("huber:E=0.3", "Huber has no parameter 'E'; it has: e"),
    ("huber:key='l1'", "Huber has no parameter 'key'; it has: e"),
    ("l1:e=0.3", "L1 has no parameter 'e'; it has: none"),
    ("huber:e=-1", "Huber needs a finite e > 0, got e=-1"),
    ("huber:e='x'", "Huber needs a finite e > 0, got e='x'"),
    ("top_k:k=1.5", "TopK needs a whole number k >= 1, got k=1.5"),
]


@pytest.mark.parametrize(("text", "message"), UNREADABLE, ids=[text for text, _ in UNREADABLE])
def test_unreadable(text: str, message: str) -> None:
    """One clear line, and nothing is run."""
    with pytest.raises(ValueError, match=message) as caught:
        from_text(text)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("cls", CATALOGUE.values(), ids=list(CATALOGUE))
def test_an_entry_is_complete(cls: Any) -> None:
    """A name, a formula, the problem twice, a docstring with an example, fitting examples."""
    assert cls.key == cls.key.lower()
    assert cls.formula
    assert r"\min f" in cls.solves
    assert cls.solves_text.startswith("min f(")
    assert ">>>" in cls.__doc__
    assert cls.__dataclass_params__.frozen
    examples = cls.examples((6,))
    assert len({label(K) for K in examples}) == len(examples) > 0
    assert all(cls(**parameters(K)) == K and hash(K) for K in examples)


def parameters(K: Any) -> dict[str, Any]:
    """The parameters of K."""
    return {f.name: getattr(K, f.name) for f in fields(K)}


def test_the_catalogue_is_sorted_and_holds_no_combinators() -> None:
    """By key, each key that of its class."""
    assert list(CATALOGUE) == sorted(CATALOGUE)
    assert all(cls.key == key for key, cls in CATALOGUE.items())
    assert not {"scaled", "dilated", "blocks"} & set(CATALOGUE)
    assert ConvexFunction not in CATALOGUE.values()


NEW_FILE = '''"""Three times the l1 norm, as its own entry."""

from dataclasses import dataclass

from lionk_ref.arrays import Array, array_namespace, max_abs, sign, total
from lionk_ref.convex.base import ConvexFunction, indicator, zeros


@dataclass(frozen=True)
class TripleL1(ConvexFunction):
    """K(z) = 3 |z|_1.

    Examples
    --------
    >>> import numpy as np
    >>> TripleL1().subgradient(np.array([-2.0, 0.0]))
    array([-3.,  0.])
    """

    key = "triple_l1"
    formula = "3 |z|_1"
    solves = r"\\min f(x) \\;\\text{s.t.}\\; \\|x\\|_\\infty \\le 3/\\lambda"
    solves_text = "min f(x)  s.t. |x|_inf <= 3/lam"
    separable = True
    positively_homogeneous = True

    def value(self, z: Array) -> Array:
        return 3 * total(array_namespace(z).abs(z))

    def subgradient(self, z: Array) -> Array:
        return 3 * sign(z)

    def conjugate(self, y: Array) -> Array:
        return indicator(max_abs(y) / 3)

    def conjugate_subgradient(self, y: Array) -> Array:
        return zeros(y)

    def project_domain(self, y: Array) -> Array:
        return array_namespace(y).clip(y, -3.0, 3.0)
'''
NEW_LINE = "from lionk_ref.convex.triple_l1 import TripleL1 as TripleL1\n"


def scratch_copy(folder: Path, new_file: str = NEW_FILE) -> Path:
    """The house and its tests with one file and one line more."""
    for name in ("lionk_ref", "tests", ".ci"):
        skip = shutil.ignore_patterns("__pycache__", ".*")
        shutil.copytree(ROOT / name, folder / name, ignore=skip)
    shutil.copy(ROOT / "setup.cfg", folder)
    (folder / "lionk_ref" / "convex" / "triple_l1.py").write_text(new_file, "utf-8")
    catalogue = folder / "lionk_ref" / "convex" / "__init__.py"
    text = catalogue.read_text("utf-8")
    before = "from lionk_ref.convex.weighted_l1"
    assert before in text
    catalogue.write_text(text.replace(before, NEW_LINE + before), "utf-8")
    return folder


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Python on the copy."""
    environment = os.environ | {"PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    environment |= {"COLUMNS": "100", "PYTEST_ADDOPTS": ""}
    command = [sys.executable, *arguments]
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120
    )


PROPERTIES = "equality or normalised or least_norm or nearest or smoothness or entry or separable"


def suite(folder: Path) -> subprocess.CompletedProcess[str]:
    """The property tests of the new K, and its doctest, on the copy."""
    files = [f"tests/test_convex_{name}.py" for name in ("fenchel_young", "subgradient")]
    files += [f"tests/test_convex_{name}.py" for name in ("projection", "predicates", "catalogue")]
    chosen = f"(TripleL1 or triple_l1) and ({PROPERTIES}) or doctest"
    where = ["lionk_ref/convex/triple_l1.py", *files]
    return run(folder, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", chosen, *where)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scratch copy."""
    return scratch_copy(tmp_path_factory.mktemp("house"))


def test_adding_a_k_is_one_file_and_one_line(copy: Path) -> None:
    """The catalogue and the parser have it."""
    code = (
        "import lionk_ref, lionk_ref.convex as c; print(lionk_ref.__file__);"
        "print(c.CATALOGUE['triple_l1'] is c.TripleL1, c.from_text('triple_l1'))"
    )
    done = run(copy, "-c", code)
    assert done.stdout.splitlines() == [str(copy / "lionk_ref/__init__.py"), "True TripleL1()"]


def test_the_command_line_has_it(copy: Path) -> None:
    """``lionk table`` shows it and ``lionk certify`` certifies it."""
    table = run(copy, "-m", "lionk_ref", "table")
    assert "triple_l1" in table.stdout, table.stderr
    options = ["--K", "triple_l1", "--problem", "toy", "--steps", "20", "--json", "--jobs", "1"]
    done = run(copy, "-m", "lionk_ref", "certify", *options)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["ok"]
    assert {case["K"] for case in report["cases"]} == {"TripleL1()"}


def test_the_suite_tests_it(copy: Path) -> None:
    """Right, it passes the properties; with a wrong conjugate it fails them."""
    passed = suite(copy)
    assert passed.returncode == 0, passed.stdout
    assert int(passed.stdout.split(" passed")[0].split()[-1]) >= 12
    wrong = copy / "lionk_ref" / "convex" / "triple_l1.py"
    wrong.write_text(NEW_FILE.replace("max_abs(y) / 3", "max_abs(y)"), "utf-8")
    failed = suite(copy)
    wrong.write_text(NEW_FILE, "utf-8")
    assert failed.returncode == 1
    assert "test_dual_equality[TripleL1()-1d-float64]" in failed.stdout
