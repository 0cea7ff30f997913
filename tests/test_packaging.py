"""What setup.cfg, README.md, CHANGELOG.md and CITATION.cff say is what the folders hold."""

from __future__ import annotations

import re
from configparser import ConfigParser
from fnmatch import fnmatch
from pathlib import Path

import pytest

import lionk_ref

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
CI = (ROOT / ".ci" / "run").read_text("utf-8")

CONFIG = ConfigParser()
CONFIG.read(ROOT / "setup.cfg", encoding="utf-8")
EXTRAS = CONFIG["options.extras_require"]


def folders() -> dict[str, Path]:
    """The folders that hold modules, by the name of the package that each must be."""
    tops = [ROOT / "lionk_ref", *(p for p in ROOT.glob("backends/*") if p.is_dir())]
    found = {file.parent for top in tops for file in top.rglob("*.py")}
    roots = {p: ROOT if p.is_relative_to(ROOT / "lionk_ref") else ROOT / "backends" for p in found}
    return {".".join(p.relative_to(root).parts): p for p, root in roots.items()}


def data_files(folder: Path) -> list[str]:
    """The files of a package that are no Python source."""
    inside = (p.name for p in folder.iterdir() if p.is_file())
    return [name for name in inside if not name.endswith((".py", ".pyc"))]


def test_packages_are_the_folders() -> None:
    """The list in setup.cfg is complete, and each entry is a package."""
    assert CONFIG["options"]["packages"].split() == sorted(folders())
    assert [name for name, p in folders().items() if not (p / "__init__.py").exists()] == []


def test_package_data_is_every_other_file() -> None:
    """Each pattern finds a file, and each file that is no source is found by a pattern."""
    patterns = {k: v.replace(",", " ").split() for k, v in CONFIG["options.package_data"].items()}
    for name, folder in folders().items():
        files, globs = data_files(folder), patterns.pop(name, [])
        assert [f for f in files if not any(fnmatch(f, g) for g in globs)] == [], name
        assert [g for g in globs if not any(fnmatch(f, g) for f in files)] == [], name
    assert patterns == {}


def test_no_extra_is_unknown_or_missing() -> None:
    """The extras, and `all` with everything but CuPy, which depends on the machine."""
    named = re.findall(r"lionk-ref\[(.*)\]", "\n".join(EXTRAS.values()))
    assert set(EXTRAS) == {
        *("all", "cupy", "cupy12", "docs", "flow", "numba", "peers", "plot", "test", "verify")
    }
    assert {extra for names in named for extra in names.split(",")} <= set(EXTRAS)
    (in_all,) = re.findall(r"\[(.*)\]", EXTRAS["all"])
    assert set(in_all.split(",")) == set(EXTRAS) - {"all", "cupy", "cupy12"}


@pytest.mark.parametrize(
    "command", ['pip install -e ".[plot]" && lionk certify', 'pip install -e ".[test]" && pytest']
)
def test_ci_runs_the_readme(command: str) -> None:
    """The command stands in README.md once, and .ci/run takes it from there."""
    verb = command.split(" && ")[1]
    assert re.findall(rf"^pip install -e .+ && {verb}$", README, re.M) == [command]
    assert re.search(rf'\$\(readme "?{verb}"?\)$', CI, re.M)


def test_ci_installs_nothing_that_the_readme_leaves_out() -> None:
    """Besides the README's own commands CI installs its tools and the wheel, no extra."""
    asked = re.findall(r"^ *install (.+)$", CI, re.M)
    assert [a for a in asked if not re.fullmatch(r'\w+==[\d.]+|"\$work"/dist/\*\.whl', a)] == []


def test_one_version() -> None:
    """CHANGELOG.md, CITATION.cff and the package agree."""
    changelog = (ROOT / "CHANGELOG.md").read_text("utf-8")
    citation = (ROOT / "CITATION.cff").read_text("utf-8")
    assert re.findall(r"^## (\S+)", changelog, re.M)[0] == lionk_ref.__version__
    assert re.findall(r"^version: (\S+)$", citation, re.M) == [lionk_ref.__version__]


def test_the_command_is_installed() -> None:
    """``lionk`` is the one console script."""
    scripts = CONFIG["options.entry_points"]["console_scripts"]
    assert scripts.split() == ["lionk", "=", "lionk_ref.cli:main"]
