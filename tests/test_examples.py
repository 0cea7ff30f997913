"""The examples run as they stand, and say what their text says."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SCRIPTS = sorted((ROOT / "examples").glob("*.py"))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_example_runs(script: Path, tmp_path: Path) -> None:
    """It ends well, prints something, and a ``plot_`` one leaves its picture."""
    environment = {**os.environ, "MPLBACKEND": "Agg", "PYTHONPATH": str(ROOT)}
    run = subprocess.run(
        [sys.executable, str(script)],
        cwd=tmp_path, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    assert run.stdout
    pictures = [p.name for p in tmp_path.glob("*.png")]
    assert pictures == ([f"{script.stem}.png"] if script.name.startswith("plot_") else [])


def test_the_mistake_is_caught(tmp_path: Path) -> None:
    """The example of one's own optimizer: eq. (2) holds, the wrong port fails."""
    run = subprocess.run(
        [sys.executable, str(ROOT / "examples" / "certify_your_own.py")],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "LionK: held" in run.stdout
    assert "MyLion: FAILED" in run.stdout
