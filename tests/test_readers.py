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


def built(language: str, folder: Path) -> list[str]:
    """The command that replays, compiled where it is to be; skips where there is no compiler."""
    command = BUILD[language]
    if not shutil.which(command[0]):
        pytest.skip(f"no {command[0]}")
    if language == "js":
        return command
    subprocess.run([*command, str(folder / "replay")], cwd=READERS, check=True)
    return [str(folder / "replay")]


BAD = {"empty": b"", "list": b"[]", "null": b"null", "bytes": b"\xff{"}


@pytest.mark.parametrize("language", BUILD)
def test_the_readers_refuse_in_one_line(language: str, tmp_path: Path) -> None:
    """What is missing, a folder, no file of vectors, or another tier: no trace, and status 2."""
    command = built(language, tmp_path)
    for name, content in BAD.items():
        (tmp_path / name).write_bytes(content)
    named = [str(tmp_path / name) for name in ("nowhere", ".", *BAD)]
    for arguments in ([], *([name] for name in named), [str(committed() / "l1.explicit.t1.json")]):
        done = subprocess.run(
            [*command, *arguments], cwd=READERS, capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stdout) == (2, ""), arguments
        assert done.stderr in ("no file\n", "no T0 file\n"), arguments


@pytest.mark.parametrize("language", BUILD)
def test_the_readers_survive_half_a_file(language: str, tmp_path: Path) -> None:
    """Wherever a file was cut off before its last number: no pass, no crash and no trace."""
    command, target = built(language, tmp_path), tmp_path / "half.json"
    text = (committed() / "l1.explicit.t0.json").read_text("utf-8").rstrip()
    for length in range(400, text.rindex('"certificate"'), len(text) // 40):
        target.write_text(text[:length], "utf-8")
        done = subprocess.run(
            [*command, str(target)], cwd=READERS, capture_output=True, text=True, check=False
        )
        assert (done.returncode in (1, 2), done.stderr.count("\n") <= 1) == (True, True), length


@pytest.mark.parametrize("language", BUILD)
def test_the_readers_pass_and_see_one_wrong_bit(language: str, tmp_path: Path) -> None:
    """Both schemes pass in full; with a single bit changed the program fails."""
    command = built(language, tmp_path)
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
    """About 65 lines each, and no dependency to include."""
    assert len(path.read_text("utf-8").splitlines()) <= 72
