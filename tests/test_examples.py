"""The examples run as they stand, each draws its picture, and they say what their text says."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SCRIPTS = sorted((ROOT / "examples").glob("*.py"))
RUN = """
import pathlib, runpy, sys
if "plot_" in sys.argv[1]:
    import matplotlib.pyplot as plt
    plt.show = lambda: plt.savefig(pathlib.Path(sys.argv[1]).stem + ".png", dpi=40)
runpy.run_path(sys.argv[1], run_name="__main__")
"""
"""`python FILE`, with the window that it opens at the end replaced by a file."""


def run(script: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """The script as a program of its own."""
    environment = {**os.environ, "MPLBACKEND": "Agg", "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", RUN, str(script)],
        cwd=folder, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_example_runs(script: Path, tmp_path: Path) -> None:
    """It ends well, prints something, and a ``plot_`` one leaves its picture, and nothing else."""
    done = run(script, tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout
    is_plot = script.name.startswith("plot_")
    assert [p.name for p in tmp_path.iterdir()] == ([f"{script.stem}.png"] if is_plot else [])


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_example_is_short(script: Path) -> None:
    """Under 60 lines, with a title and one idea in words before the first import."""
    lines = script.read_text("utf-8").splitlines()
    assert len(lines) < 60
    assert lines[0] == '"""'
    assert set(lines[2]) == {"="}


def test_the_mistake_is_caught(tmp_path: Path) -> None:
    """The example of one's own optimizer: eq. (2) holds, the wrong port fails."""
    said = run(ROOT / "examples" / "certify_your_own.py", tmp_path).stdout
    assert "LionK: held" in said
    assert "MyLion: FAILED" in said
