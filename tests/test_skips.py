"""A skip that nobody allowed fails the run in CI, and a library asked for is never skipped."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import skips

HERE = Path(__file__).parent
SKIPPED = """
import pytest
@pytest.mark.skip(reason={reason!r})
def test_a(): ...
def test_b(): ...
"""
XFAILED = SKIPPED.replace("skip(", "xfail(").replace("test_a(): ...", "test_a(): assert 0")
LIBRARY = "def test_a(library): assert library.make([1, 2]).shape == (2,)"


def run(folder: Path, source: str, *options: str, ci: str) -> subprocess.CompletedProcess[str]:
    """Pytest, with this suite's conftest, on one made-up test file."""
    for name in ("tests/conftest.py", "tests/helpers.py", "tests/skips.py", ".ci/skips.txt"):
        (folder / name).parent.mkdir(exist_ok=True)
        shutil.copy(HERE.parent / name, folder / name)
    (folder / "tests" / "test_made_up.py").write_text(source)
    command = [sys.executable, "-m", "pytest", "-q", "tests", *options]
    env = os.environ | {"CI": ci}
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True)


@pytest.mark.parametrize(
    ("template", "reason", "ci", "status"),
    [
        (SKIPPED, "no usable CUDA device", "true", 0),
        (SKIPPED, "I was tired", "", 0),
        (SKIPPED, "I was tired", "true", 1),
        (XFAILED, "I was tired", "true", 1),
    ],
)
def test_exit_status(tmp_path: Path, template: str, reason: str, ci: str, status: int) -> None:
    """Listed skips pass, others fail in CI only; expecting a failure is no way round it."""
    done = run(tmp_path, template.format(reason=reason), ci=ci)
    assert done.returncode == status, done.stdout
    assert reason in done.stdout


def test_a_skipped_module_counts(tmp_path: Path) -> None:
    """A module that skips itself while it is collected is a skip as well."""
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_other.py").write_text("def test_b(): ...")
    done = run(tmp_path, "import pytest\npytest.importorskip('no_such_library')", ci="true")
    assert "no_such_library" in done.stdout
    assert done.returncode == 1


@pytest.mark.parametrize(
    ("options", "status", "text"),
    [
        ((), 0, "4 passed"),
        (("--library=strict",), 0, "1 passed"),
        (("--library=nosuch",), 4, "Unknown library 'nosuch'"),
    ],
)
def test_library_option(tmp_path: Path, options: tuple[str, ...], status: int, text: str) -> None:
    """A test on ``library`` runs once on each, or on those that are named."""
    done = run(tmp_path, LIBRARY, *options, ci="true")
    assert done.returncode == status
    assert text in done.stdout + done.stderr


def test_comments_and_blank_lines_allow_nothing() -> None:
    """An empty pattern would match every reason."""
    assert skips.allowed("# why\n\n  no GPU \n") == ["no GPU"]
    assert skips.unlisted(["there is no GPU", "tired"], ["no GPU"]) == ["tired"]
