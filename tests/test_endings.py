"""How a verb ends where others end first: the reader of its output, its processes, its memory."""

from __future__ import annotations

import contextlib
import os
import shlex
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from lionk_ref import files, processes
from lionk_ref.cli import main, table, workers
from lionk_ref.files import write_all
from lionk_ref.golden import write as writing

LIONK = f"{shlex.quote(sys.executable)} -m lionk_ref"
QUICK = "certify --K l1 --problem toy --steps 2 --jobs 1 --no-cross-check"


def statuses(command: str, folder: Path) -> list[int]:
    """What the parts of a pipe end with."""
    text = f"{command}; echo ${{PIPESTATUS[@]}}"
    run = subprocess.run(["bash", "-c", text], capture_output=True, text=True, cwd=folder)
    assert run.stderr == ""
    return list(map(int, run.stdout.split()))


def test_a_reader_that_leaves(tmp_path: Path) -> None:
    """The reports are written all the same; the status is that of a broken pipe, and no success."""
    assert statuses(f"{LIONK} {QUICK} | true", tmp_path) == [141, 0]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["report.html", "report.json"]


def test_a_program_that_leaves_a_child(tmp_path: Path) -> None:
    """It is ended with its program, and not waited for."""
    program, begun = shlex.quote("sh -c 'sleep 60; true'"), time.monotonic()
    run = [*shlex.split(LIONK), "conform", "--timeout", "1", "--cmd", *shlex.split(program)]
    ended = subprocess.run(run, capture_output=True, text=True, timeout=50)
    assert ended.returncode == 2
    assert "no answer within 1 s" in ended.stderr
    assert time.monotonic() - begun < 40


def raising(error: BaseException) -> Callable[..., Any]:
    """What fails when it is called."""

    def fail(*args: object) -> Any:
        raise error

    return fail


@pytest.mark.parametrize(
    ("error", "says"), [(MemoryError(), "not enough memory"), (OSError(workers.LOST), "was killed")]
)
def test_no_memory(
    error: Exception, says: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line, status 2."""
    monkeypatch.setattr(table, "run", raising(error))
    assert main(["table"]) == 2
    assert says in capsys.readouterr().err


def die(task: int) -> None:
    """End the process that works on a task."""
    os._exit(1)


def test_a_process_that_is_killed() -> None:
    """What it means is said in one line."""
    with pytest.raises(OSError, match="a process was killed"):
        workers.run_all(die, [1, 2], 2, lambda done: None)


def check_folder_in_the_way() -> None:
    """A folder that has the name of a file is seen before the first file gets its own."""
    with TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "a").write_text("before")
        (folder / "b").mkdir()
        with contextlib.suppress(IsADirectoryError):
            write_all(folder, {"a": "after", "b": "b"})
        assert (folder / "a").read_text() == "before"
        assert sorted(path.name for path in folder.iterdir()) == ["a", "b"]


def test_a_folder_in_the_place_of_a_file(tmp_path: Path) -> None:
    """It is named, and nothing is written."""
    check_folder_in_the_way()
    (tmp_path / "b").mkdir()
    with pytest.raises(IsADirectoryError, match="a file cannot take its place"):
        write_all(tmp_path, {"b": "b"})


def check_children_end() -> None:
    """Whatever a process has started lets go of its output."""
    command = ["sh", "-c", "sleep 5; true"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True)
    assert process.stdout is not None
    time.sleep(0.2)
    begun = time.monotonic()
    processes.kill_all(process)
    assert process.stdout.read() == b""
    process.stdout.close()
    assert time.monotonic() - begun < 4


def test_children_end() -> None:
    """With their parent."""
    check_children_end()


def test_vectors_that_are_interrupted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The old ones stand, those of a K that is gone as well."""
    old = tmp_path / "gone.explicit.t1.json"
    old.write_text("before")
    texts: Mapping[str, str] = {"l1.explicit.t1.json": "after"}
    monkeypatch.setattr(writing, "generate", lambda key: texts)
    monkeypatch.setattr(writing, "generate_scenarios", dict)
    monkeypatch.setattr(files.os, "replace", raising(KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        writing.write(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [old.name]
