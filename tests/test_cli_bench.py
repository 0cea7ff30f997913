"""``lionk bench``: its output, its files, its errors. Nothing here depends on how long it takes."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from lionk_ref.bench import plan
from lionk_ref.bench.clock import Clock
from lionk_ref.bench.plan import Request
from lionk_ref.bench.report import SCHEMA
from lionk_ref.cli import bench, main

SMALL = ("bench", "--backend", "core", "--n", "20", "--threads", "1", "--peers", "none")


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A single round, without rests."""
    monkeypatch.setattr(
        Request, "clock", lambda self, place, tell: Clock(0.0, 1, 1e-9, 0.0, tell=tell)
    )


def said(capsys: pytest.CaptureFixture[str], *arguments: str, status: int = 0) -> str:
    """What a command prints when all is well, or the one line with which it ends."""
    assert main(arguments) == status
    out, err = capsys.readouterr()
    if not status:
        assert err == ""
        return str(out)
    assert out == ""
    assert err.startswith("lionk: ")
    assert err.count("\n") == 1
    return str(err)


def test_json(capsys: pytest.CaptureFixture[str]) -> None:
    """The form that is promised, and nothing else on stdout."""
    report = json.loads(said(capsys, *SMALL, "--k", "huber:e=0.3", "--json"))
    jsonschema.validate(report, SCHEMA)
    (row,) = report["rows"]
    assert {"what", "K", "n", "threads", "seconds", "of_limit", "rounds"} == set(row)
    assert (row["what"], row["K"], row["n"], row["threads"]) == ("core", "huber:e=0.3", 20, 1)
    assert row["seconds"] > 0


def test_what_peers_print_is_not_in_the_json(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even what a compiler of theirs writes past Python."""

    def noisy(name: str) -> str:
        os.write(1, b"[INFO] a peer is being compiled\n")
        return "1.0"

    monkeypatch.setattr(bench, "version", noisy)
    assert main([*SMALL[:-1], "noisy", "--json"]) == 0
    assert json.loads(capfd.readouterr().out)["rows"]


def test_quick_is_for_every_usual_size(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without --n the sizes are those of the plan; slow peers are left out and named."""
    monkeypatch.setattr(plan, "QUICK", (10, 20))
    monkeypatch.setattr(bench, "STARTS", {"ghost": None, "torch-compile": None})
    report = json.loads(said(capsys, "bench", "--quick", "--json", "--backend", "core"))
    assert {row["n"] for row in report["rows"]} == {10, 20}
    assert set(report["absent"]) == {"ghost", "bitsandbytes", "torch-compile"}
    assert "Unknown peer 'ghost'" in report["absent"]["ghost"]


def test_text(capsys: pytest.CaptureFixture[str]) -> None:
    """Machine, limit, a row for each contender."""
    text = said(capsys, *SMALL)
    assert "The limit: cpu: " in text
    assert "gpu: not measured: " in text
    lines = [line.split() for line in text.splitlines()]
    assert [line[:4] for line in lines if line[:1] == ["core"]] == [["core", "l1", "20", "1"]]


def test_files(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """The report, its table and the plots, in a folder that need not be there."""
    folder = tmp_path / "a" / "b"
    printed = said(capsys, *SMALL, "--json", "--out", str(folder))
    assert {path.name for path in folder.iterdir()} == {
        *("results.json", "table.md", "throughput.svg", "throughput.png"),
    }
    assert (folder / "results.json").read_text("utf-8") == printed


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--n", "0"], "argument --n: expected a whole number from 1 to 1e14, got '0'"),
        (["--n", "1.5"], "got '1.5'"),
        (["--n", "many"], "got 'many'"),
        (["--n", "1e999"], "got '1e999'"),
        (["--n", "nan"], "got 'nan'"),
        (["--n", "1e15"], "expected a whole number from 1 to 1e14, got '1e15'"),
        (["--n", "1e14"], "Ask for a smaller --n."),
        (["--threads", "-1"], "argument --threads: expected a whole number from 1 to 1e14"),
        (["--threads", "100000"], "--threads 100000: this process may use"),
        (["--k", "hubert"], "Unknown K 'hubert'."),
        (["--backend", "nimba"], "Unknown backend 'nimba'."),
        (["--peers", "nobody"], "Unknown peer 'nobody'."),
        (["--out", "FILE"], "file/results.json cannot be written: "),
    ],
)
def test_errors(
    arguments: list[str], complaint: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """One line that says what was wrong, before anything is measured; exit status 2."""
    (tmp_path / "file").touch()
    given = [str(tmp_path / "file") if a == "FILE" else a for a in arguments]
    assert complaint in said(capsys, "bench", *given, status=2)


def test_a_peer_that_is_named_and_missing(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error, with the reason."""
    monkeypatch.setitem(__import__("sys").modules, "lion_pytorch", None)
    error = said(capsys, *SMALL[:-1], "lion-pytorch", status=2)
    assert "lion-pytorch cannot be imported here" in error


def test_interruption(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C: one line, exit status 130, stdout as it was, and no file."""

    def interrupted(*arguments: Any) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr(Clock, "race", interrupted)
    where = os.fstat(1)
    error = said(capsys, *SMALL, "--out", str(tmp_path), status=130)
    assert "interrupted; nothing was written" in error
    assert list(tmp_path.iterdir()) == []
    assert os.fstat(1) == where
