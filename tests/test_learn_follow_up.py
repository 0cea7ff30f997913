"""What ``lionk learn`` says to type next does so: the same exercise, the same folder, quoted."""

from __future__ import annotations

import json
import re
import runpy
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lionk_ref.cli import main
from lionk_ref.learn.cut import solution_file, student_file
from lionk_ref.learn.draw import draw
from lionk_ref.learn.ladder import LADDER

FOURTH = LADDER[3]
EMPTY = [e for e in LADDER if e.key not in {"fenchel_young", "phase_1"}]
"""Those whose picture fails while the holes are empty."""

COMMAND = re.compile(r"lionk learn(?: (?:'[^']*'|[^\s.()']|\.(?=\S))+)*")
Told = Callable[..., list[list[str]]]


@pytest.fixture
def told(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: Any) -> Told:
    """The commands that one prints, as a shell splits them."""
    monkeypatch.chdir(tmp_path)

    def call(*arguments: str) -> list[list[str]]:
        main(["learn", *arguments])
        return [shlex.split(line) for line in COMMAND.findall("".join(capsys.readouterr()))]

    return call


def learn(*words: str) -> list[str]:
    """A command."""
    return ["lionk", "learn", *words]


@pytest.mark.parametrize("where", [[], ["--folder", "sol"], ["--folder", "a b"]], ids=str)
def test_the_next_command(told: Told, where: list[str]) -> None:
    """Of the exercise that was asked for, in the folder that was asked for."""
    first = [learn("check", *where), learn("hint", *where)]
    fourth = [learn("check", "4", *where), learn("hint", "4", *where)]
    assert told("check", *where) == [learn("next", "1", *where)]
    assert told(*where) == first
    assert told("next", FOURTH.key, *where) == fourth
    assert told("show", "4", *where) == [fourth[0], learn("show", "4", "--yes", *where)]
    assert told("check", *where) == first[1:]
    assert told("check", "4", *where) == fourth[1:]
    folder = Path(where[1] if where else "lionk-exercises")
    (folder / FOURTH.file).write_text(solution_file(FOURTH), "utf-8")
    assert told("check", "4", *where) == [learn(*where)]


def test_the_picture_is_quoted(tmp_path: Path, monkeypatch: Any, capsys: Any) -> None:
    """In a folder with a blank."""
    monkeypatch.chdir(tmp_path)
    main(["learn", "--folder", "a b"])
    assert f"python 'a b/{LADDER[0].file}'" in capsys.readouterr().out


@pytest.mark.parametrize("exercise", EMPTY, ids=lambda e: e.key)
@pytest.mark.parametrize("folder", ["lionk-exercises", "mine"])
def test_no_picture_yet(
    exercise: Any, folder: str, tmp_path: Path, monkeypatch: Any, capsys: Any
) -> None:
    """An unfilled file: a line of its own, and the command that checks it."""
    path = tmp_path / folder / exercise.file
    path.parent.mkdir()
    path.write_text(text := student_file(exercise), "utf-8")
    monkeypatch.chdir(tmp_path)
    runpy.run_path(str(path), run_name="__main__")
    err = capsys.readouterr().err
    line = text.splitlines()[int(re.findall(r"line (\d+)", err)[0]) - 1]
    assert line.startswith("    ")
    assert not line.startswith('    """')
    end = f"lionk learn check {exercise.file}" + " --folder mine" * (folder == "mine")
    assert err.endswith(f": {end}\n")


def test_no_picture_and_no_line(capsys: pytest.CaptureFixture[str]) -> None:
    """Where the error went through no line of the file, none is named; without a file, neither."""
    names: dict[str, Any] = {}
    exec("def picture(): pass", names)
    assert draw(names["picture"]) is None
    err = capsys.readouterr().err
    assert "(TypeError: picture() takes 0 positional arguments" in err
    assert err.endswith(": lionk learn check\n")


@pytest.mark.parametrize("seconds", ["inf", "nan", "0", "-1", "1e300"])
@pytest.mark.parametrize("action", ["check", "watch"])
def test_a_time_that_is_none(
    action: str, seconds: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Refused, and no attempt is counted."""
    folder = ["--folder", str(tmp_path)]
    main(["learn", *folder])
    capsys.readouterr()
    assert main(["learn", action, f"--seconds={seconds}", *folder]) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert f", got {float(seconds)}. For a whole day" in err
    assert list(tmp_path.iterdir()) == [tmp_path / LADDER[0].file]


def test_a_file_that_cannot_be_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Said of the file, not of its functions, and no attempt is counted."""
    main(["learn", "--folder", str(tmp_path)])
    capsys.readouterr()
    opened = Path.open

    def forbidden(self: Path, *args: Any, **kwargs: Any) -> Any:
        if self.name == LADDER[0].file:
            raise PermissionError(13, "Permission denied", str(self))
        return opened(self, *args, **kwargs)

    monkeypatch.setattr(Path, "open", forbidden)
    assert main(["learn", "check", "--folder", str(tmp_path)]) == 2
    err = capsys.readouterr().err
    assert f"{LADDER[0].file} cannot be read: Permission denied. Permit it" in err
    assert main(["learn", "list", "--json", "--folder", str(tmp_path)]) == 0
    assert json.loads(capsys.readouterr().out)["exercises"][0]["attempts"] == 0
