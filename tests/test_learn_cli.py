"""``lionk learn``: from an empty folder to a passed exercise, with nothing lost on the way."""

from __future__ import annotations

import json
import re
import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lionk_ref.cli import learn, main
from lionk_ref.learn.cut import solution_file
from lionk_ref.learn.draw import draw
from lionk_ref.learn.ladder import LADDER
from lionk_ref.learn.page import ladder_table

FIRST = LADDER[0]
Lionk = Callable[..., tuple[int, str, str]]


@pytest.fixture
def lionk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Lionk:
    """``lionk learn`` in a folder of its own: exit status, stdout, stderr."""

    def call(*arguments: str) -> tuple[int, str, str]:
        status = main(["learn", *arguments, "--folder", str(tmp_path / "mine")])
        return status, *capsys.readouterr()

    return call


def solve(tmp_path: Path, exercise: Any = FIRST) -> Path:
    """Write the model solution into the student's file."""
    path: Path = tmp_path / "mine" / exercise.file
    path.write_text(solution_file(exercise), "utf-8")
    return path


def test_the_way_through(lionk: Lionk, tmp_path: Path) -> None:
    """Get the first, fail, get hints, pass, be sent to the second."""
    status, out, _ = lionk()
    assert status == 0
    assert FIRST.title in out
    status, out, _ = lionk("check")
    assert status == 1
    assert out.count("FAIL ") == len(FIRST.checks)
    assert "returns nothing" in out
    assert [lionk("hint")[1].split(":")[0] for _ in range(4)] == [
        "Hint 1 of 3", "Hint 2 of 3", "Hint 3 of 3", "Hint 3 of 3",
    ]  # fmt: skip
    solve(tmp_path)
    status, out, _ = lionk("check")
    assert status == 0
    assert out.count("ok   ") == len(FIRST.checks)
    assert LADDER[1].title in lionk()[1]
    assert lionk("list")[1].splitlines()[0].startswith("x  1")


def test_json(lionk: Lionk, tmp_path: Path) -> None:
    """Every action that prints has its JSON."""
    assert json.loads(lionk("next", "--json")[1])["key"] == FIRST.key
    report = json.loads(lionk("check", "--json")[1])
    assert [c["held"] for c in report["checks"]] == [False] * len(FIRST.checks)
    assert json.loads(lionk("hint", "--json")[1])["hint"] == FIRST.hints[0]
    assert json.loads(lionk("list", "--json")[1])["exercises"][0]["attempts"] == 1
    assert "def sign" in json.loads(lionk("show", "--json")[1])["solution"]
    assert json.loads(lionk("reset", "--json")[1])["kept"].endswith(".backup-1.py")


def test_a_known_mistake_is_named(lionk: Lionk, tmp_path: Path) -> None:
    """The decay inside the sign, in a file of the student's own, with a print in it."""
    lionk("next", "2")
    path = solve(tmp_path, LADDER[1])
    right = "x = s.x + lr * (sign(beta1 * s.m - (1 - beta1) * g) - lam * s.x)"
    wrong = "print('hello'); x = s.x + lr * sign(beta1 * s.m - (1 - beta1) * g - lam * s.x)"
    text = path.read_text("utf-8")
    assert right in text
    path.write_text(text.replace(right, wrong), "utf-8")
    status, out, _ = lionk("check", "2")
    assert status == 1
    assert "bitsandbytes did so until 2026" in out
    assert "Your file printed:\nhello" in out


def test_show_wants_an_attempt(lionk: Lionk) -> None:
    """One line and status 2, unless one insists."""
    lionk()
    status, out, err = lionk("show")
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert "Try exercise 1 first" in err
    assert "def majority" in lionk("show", "--yes")[1]
    lionk("check")
    assert "def majority" in lionk("show")[1]


def test_nothing_is_lost(lionk: Lionk, tmp_path: Path) -> None:
    """A reset keeps the work, twice; the next one never overwrites a file."""
    lionk()
    path = solve(tmp_path)
    work = path.read_text("utf-8")
    lionk("next", "1")
    assert path.read_text("utf-8") == work
    lionk("reset", "1")
    fresh = path.read_text("utf-8")
    lionk("reset", "1")
    backups = [path.with_name(f"{path.stem}.backup-{n}.py") for n in (1, 2)]
    assert [b.read_text("utf-8") for b in backups] == [work, fresh]
    assert path.read_text("utf-8") == fresh != work


def test_watch(lionk: Lionk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It checks at once and after each save, and ends at Ctrl-C with status 0."""
    saves = iter([lambda: None, lambda: solve(tmp_path)])

    def wait(_: float) -> None:
        try:
            next(saves)()
        except StopIteration:
            raise KeyboardInterrupt from None

    monkeypatch.setattr(learn.time, "sleep", wait)
    status, out, err = lionk("watch", "1")
    assert status == 0
    assert err.count("Waiting for the next save") == 2
    assert out.index("Not yet.") < out.index("All hold.")


def test_all_done(lionk: Lionk, tmp_path: Path) -> None:
    """When every exercise is passed."""
    folder = tmp_path / "mine"
    folder.mkdir()
    keys = [e.key for e in LADDER]
    (folder / "progress.json").write_text(json.dumps({"passed": keys}), "utf-8")
    assert lionk()[1] == lionk("watch")[1] == "All exercises are passed. Well done.\n"


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("check",), "There is no"),
        (("check", "99"), "no exercise '99'"),
        (("dance",), "invalid choice"),
        (("check", "--seconds", "0"), "--seconds > 0"),
    ],
)
def test_bad_usage(lionk: Lionk, arguments: tuple[str, ...], word: str) -> None:
    """One line, status 2."""
    status, out, err = lionk(*arguments)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert word in err


def test_damaged_progress(lionk: Lionk, tmp_path: Path) -> None:
    """It is not overwritten."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "progress.json").write_text("[}")
    status, _, err = lionk("list")
    assert (status, err.count("\n")) == (2, 1)
    assert "damaged" in err


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("while True: pass", "no answer within 1 s"),
        ("import os; os._exit(3)", "ended by itself (status 3)"),
        ("1 / 0", "ZeroDivisionError: division by zero (line 1)"),
        ("def sign(z", "SyntaxError: '(' was never closed (line 1)"),
        ("raise SystemExit", "SystemExit"),
    ],
)
def test_files_that_fail(lionk: Lionk, tmp_path: Path, line: str, word: str) -> None:
    """The check ends, and says why and where."""
    lionk()
    (tmp_path / "mine" / FIRST.file).write_text(line + "\n")
    status, out, _ = lionk("check", "--seconds", "1" if "while" in line else "20")
    assert status == 1
    assert word in out


@pytest.mark.parametrize("exercise", LADDER, ids=lambda e: e.key)
def test_the_picture(
    exercise: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: Any
) -> None:
    """Running the solved file leaves a PNG beside it; without matplotlib one line says so."""
    path = tmp_path / exercise.file
    path.write_text(solution_file(exercise), "utf-8")
    runpy.run_path(str(path), run_name="__main__")
    assert path.with_suffix(".png").read_bytes().startswith(b"\x89PNG")
    monkeypatch.setitem(__import__("sys").modules, "matplotlib.figure", None)
    assert draw(print) is None
    assert "lionk-ref[plot]" in capsys.readouterr().err


def test_a_picture_before_its_time(capsys: pytest.CaptureFixture[str]) -> None:
    """An unwritten hole is no traceback."""
    assert draw(lambda axes: axes.plot(None + 1)) is None
    assert "No picture yet" in capsys.readouterr().err


def test_the_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """docs/exercises.md holds the table of the ladder, and each of its commands runs as it says."""
    page = (Path(__file__).parents[1] / "docs" / "exercises.md").read_text("utf-8")
    assert ladder_table() in page
    monkeypatch.chdir(tmp_path)
    main(["learn", "next", "3"])
    commands = re.findall(r"lionk (learn [^`\n]+|learn)(?=[`\n])", page)
    assert len(commands) >= 7
    for command in commands:
        if command != "learn watch":
            assert main(command.split()) in {0, 1}, command
    (arguments,) = re.findall(r"^lionk (grade .+)$", page, re.M)
    assert main(arguments.split()) == 2
    assert "SUBMISSIONS is no folder" in capsys.readouterr().err
