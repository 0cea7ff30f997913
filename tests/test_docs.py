"""The book: its examples run, its commands are known and run, its built pages are not broken."""

from __future__ import annotations

import doctest
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

import chromium

ROOT = Path(__file__).parents[1]
BUILT = ROOT / "docs" / "_build" / "html"
PAGES = sorted([*ROOT.glob("docs/*.md"), *ROOT.glob("docs/experiments/*.md"), ROOT / "README.md"])
BLOCK = re.compile(r"^```(?:sh|bash)\n(.*?)^```", re.M | re.S)

CI = "run by .ci/run"
SAME = "as it stands"
PEER = "lionk conform lionk-ref --run 'l1.explicit.*t0*'"
COMMANDS = {
    'pip install -e ".[plot]" && lionk certify': CI,
    'pip install -e ".[test]" && pytest': CI,
    'pip install -e ".[docs]" && sphinx-build -W --keep-going -q docs docs/_build/html': CI,
    "lionk certify --K l1 --problem toy": "lionk certify --K l1 --problem toy --steps 5 --jobs 1",
    "lionk table": SAME,
    "lionk errata": SAME,
    "lionk backends": SAME,
    "lionk conform mine:lion": "lionk conform mine:lion --run 'l1.*t0*'",
    "python examples/certify_your_own.py": "run by tests/test_examples.py",
    "python examples/plot_the_box.py": "run by tests/test_examples.py",
    "lionk golden write lionk_ref/golden/vectors": "lionk golden --help",
    "lionk golden page > docs/golden.md": "lionk golden page",
    "python -m lionk_ref.paper docs": "run by tests/test_paper.py",
    "lionk conform optax": PEER,
    "lionk conform package.module:factory": "run by tests/test_conform.py",
    "lionk conform --cmd ./lion": "run by tests/test_conform.py",
    "pytest --lionk-impl package.module:factory": "run by tests/test_conform.py",
}
"""Each command of the book by what runs it: another command, as cheap, or another test."""
HELP_IS_ENOUGH = re.compile(r"lionk (bench|figure|learn|grade)\b.*")
"""What takes minutes: these verbs have tests of their own, and here their options are read."""


def commands() -> list[str]:
    """Every line of the shell blocks, without comments."""
    found = [line for page in PAGES for block in BLOCK.findall(page.read_text("utf-8"))
             for line in block.splitlines()]  # fmt: skip
    return sorted({re.sub(r"\s+#.*", "", line).strip() for line in found} - {""})


@pytest.mark.parametrize("command", commands())
def test_commands(command: str, tmp_path: Path) -> None:
    """Each is known, and runs or is run elsewhere; the step of Start conforms."""
    if HELP_IS_ENOUGH.fullmatch(command):
        run = f"lionk {command.split()[1]} --help"
    else:
        assert command in COMMANDS, f"tests/test_docs.py does not know the command: {command}"
        run = {SAME: command}.get(COMMANDS[command], COMMANDS[command])
    if run.startswith("run by"):
        assert (ROOT / run.split()[-1]).exists()
        return
    (tmp_path / "mine.py").write_text(factory())
    words = [sys.executable, "-m", "lionk_ref", *shlex.split(run)[1:]]
    path = os.pathsep.join([str(ROOT), str(tmp_path)])
    environment = {**os.environ, "PYTHONPATH": path, "MPLBACKEND": "Agg"}
    done = subprocess.run(
        words, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def factory() -> str:
    """The factory that Start asks the reader to save as mine.py."""
    blocks = re.findall(r"^```python\n(import numpy.*?)^```", START.read_text("utf-8"), re.M | re.S)
    assert len(blocks) == 1
    return str(blocks[0])


START = ROOT / "docs" / "start.md"
WITH_EXAMPLES = [p for p in PAGES if ">>>" in p.read_text("utf-8") and p.name != "README.md"]


@pytest.mark.parametrize("page", WITH_EXAMPLES, ids=lambda page: page.name)
def test_examples_of_the_pages(page: Path) -> None:
    """Each session of a page gives what stands there."""
    done = doctest.testfile(
        str(page), module_relative=False, optionflags=doctest.ELLIPSIS, encoding="utf-8"
    )
    assert done.failed == 0
    assert done.attempted > 0


def test_the_picture_is_small_and_drawn_by_its_script(tmp_path: Path) -> None:
    """At most 150 kB, and the script still draws it: every promise kept."""
    assert (ROOT / "docs" / "picture.svg").stat().st_size <= 150_000
    done = subprocess.run(
        [sys.executable, str(ROOT / "docs" / "make_picture.py"), str(tmp_path / "picture.svg")],
        env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.count("every promise kept: True") == 3


def built_pages() -> list[Path]:
    """All pages but those of single names, of which a few stand for the rest."""
    pages = [p for p in sorted(BUILT.rglob("*.html")) if "_static" not in p.parts]
    names = [p for p in pages if p.parent.name == "names"]
    return [p for p in pages if p not in names] + names[::40]


def test_the_built_pages_in_a_browser(tmp_path: Path) -> None:
    """Wide and on a phone: nothing overflows, every picture is there, nothing comes from afar."""
    if not chromium.executable():
        pytest.skip("no Chromium")
    if not (BUILT / "index.html").exists():
        pytest.skip("the book is not built: sphinx-build docs docs/_build/html")
    faults = {}
    with chromium.browser(tmp_path / "profile") as tab:
        for page in built_pages():
            for width in (1280, 390):
                tab.open(page.as_uri(), width)
                faults[page.name, width] = tab.faults()
    assert {where: what for where, what in faults.items() if what} == {}


def test_the_browser_sees_faults(tmp_path: Path) -> None:
    """The mutant: a page that is too wide, with a picture that is missing."""
    if not chromium.executable():
        pytest.skip("no Chromium")
    page = tmp_path / "page.html"
    page.write_text("<article><div style='width:2000px'>x</div><img src='none.png'></article>")
    with chromium.browser(tmp_path / "profile") as tab:
        tab.open(page.as_uri(), 390)
        found = " ".join(tab.faults())
    assert "overflows" in found
    assert "no image" in found
