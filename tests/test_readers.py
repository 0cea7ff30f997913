"""examples/readers: C, C++, JavaScript and Rust replay a T0 file bit for bit, without a library."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from lionk_ref.golden.read import committed

READERS = Path(__file__).parents[1] / "examples" / "readers"
BUILD = {
    "c": ["gcc", "-std=c11", "-Wall", "-Wextra", "-Werror", "-O2", "c/replay.c", "-o"],
    "cpp": ["g++", "-std=c++20", "-Wall", "-Wextra", "-Werror", "-O2", "cpp/replay.cpp", "-o"],
    "rust": ["rustc", "-O", "rust/replay.rs", "-o"],
    "js": ["node", "js/replay.js"],
}


@pytest.mark.parametrize("language", BUILD)
def test_the_readers_pass_and_see_one_wrong_bit(language: str, tmp_path: Path) -> None:
    """Both schemes pass in full; with a single bit changed the program fails."""
    command = BUILD[language]
    if not shutil.which(command[0]):
        pytest.skip(f"no {command[0]}")
    if language != "js":
        subprocess.run([*command, str(tmp_path / "replay")], cwd=READERS, check=True)
        command = [str(tmp_path / "replay")]
    for scheme in ("explicit", "implicit"):
        path = committed() / f"l1.{scheme}.t0.json"
        done = subprocess.run([*command, str(path)], cwd=READERS, capture_output=True, text=True)
        assert (done.returncode, "60 values, 0 wrong: all pass" in done.stdout) == (0, True)
    wrong = tmp_path / "wrong.json"
    text = (committed() / "l1.explicit.t0.json").read_text("utf-8")
    wrong.write_text(text.replace("3f500000", "3f500001", 1))
    done = subprocess.run([*command, str(wrong)], cwd=READERS, capture_output=True, text=True)
    assert (done.returncode, "1 wrong: FAIL" in done.stdout) == (1, True)


@pytest.mark.parametrize("path", sorted(READERS.glob("*/*")), ids=lambda p: p.name)
def test_the_readers_are_short(path: Path) -> None:
    """About 60 lines each, and no dependency to include."""
    assert len(path.read_text("utf-8").splitlines()) <= 65
