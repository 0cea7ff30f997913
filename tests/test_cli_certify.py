"""``lionk certify``: its report, its options, and one clear line for what cannot be done."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lionk_ref.cli import main
from lionk_ref.cli.files import write_all
from lionk_ref.cli.progress import Progress

FIELDS = {
    "K", "scheme", "problem", "backend", "dtype", "steps", "residual_max", "slack_min",
    "phase_1_slack_min", "telescoped_slack", "final_gap", "ok",
}  # fmt: skip

SMALL = ["certify", "--K", "l1", "--K", "huber:e=0.3", "--problem", "toy", "--steps", "10"]


def lionk(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command line in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "lionk_ref", *arguments], capture_output=True, text=True, check=False
    )


def test_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A table on stdout, report.json with the promised fields, a page that needs no network."""
    assert main([*SMALL, "--out", str(tmp_path)]) == 0
    out = capsys.readouterr()
    assert "4 of 4 certificates held" in out.out
    assert out.err == ""
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["ok"] is True
    assert {frozenset(case) for case in report["cases"]} == {frozenset(FIELDS)}
    assert max(case["residual_max"] for case in report["cases"]) <= 1e-12
    page = (tmp_path / "report.html").read_text()
    assert page.count("<svg") == 4
    assert not re.search(r"""(src|href)=["'](?!#)|url\((?!#)|@import""", page)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["report.html", "report.json"]


def test_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """--json prints what report.json holds."""
    assert main([*SMALL, "--json", "--out", str(tmp_path)]) == 0
    assert capsys.readouterr().out.strip() == (tmp_path / "report.json").read_text().strip()


@pytest.mark.parametrize(
    "options",
    [
        ["--dtype", "float32"],
        ["--schedule", "cosine", "--lr", "0.1"],
        ["--schedule", "inverse-sqrt", "--scheme", "implicit"],
        ["--lam", "0"],
        ["--beta1", "0.99"],
        ["--problem", "softmax", "--batch-size", "32", "--seed", "5", "--scheme", "explicit"],
        ["--problem", "rosenbrock", "--lr", "0.001"],
    ],
    ids=" ".join,
)
def test_options(options: list[str], tmp_path: Path) -> None:
    """Each option leads to certificates that hold."""
    few = ["certify", "--K", "l1", "--steps", "6", "--jobs", "1"]
    base = few if "--problem" in options else [*few, "--problem", "toy"]
    assert main([*base, *options, "--out", str(tmp_path)]) == 0


def test_workers_change_nothing(tmp_path: Path) -> None:
    """One process or several: the same report."""
    for jobs in ("1", "2"):
        assert main([*SMALL, "--jobs", jobs, "--out", str(tmp_path / jobs)]) == 0
    one, two = (tmp_path / jobs / "report.json" for jobs in ("1", "2"))
    assert one.read_text() == two.read_text()


def test_own_data(tmp_path: Path) -> None:
    """--data certifies softmax regression on the user's file."""
    file = tmp_path / "mine.csv"
    file.write_text("a,b,label\n0,1,0\n1,0,1\n1,1,1\n0,0.5,0\n")
    run = ["certify", "--data", str(file), "--K", "l2", "--steps", "5", "--out", str(tmp_path)]
    assert main(run) == 0
    assert {c["problem"] for c in json.loads((tmp_path / "report.json").read_text())["cases"]} == {
        "mine.csv"
    }


def test_a_failing_certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit status 1, and the table says which promise failed."""
    from lionk_ref.certificates import printed_constants, theorem_4_1

    monkeypatch.setattr(theorem_4_1, "constants", printed_constants)
    run = ["certify", "--K", "l1", "--problem", "toy", "--jobs", "1", "--out", str(tmp_path)]
    assert main(run) == 1
    assert json.loads((tmp_path / "report.json").read_text())["ok"] is False


def test_a_diverging_run(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """It fails, says so, and prints no warnings."""
    run = ["certify", "--K", "half_square:c=1e6", "--problem", "quadratic", "--lam", "0.001"]
    assert main([*run, "--lr", "1", "--out", str(tmp_path)]) == 1
    out = capfd.readouterr()
    assert "diverged" in out.out
    assert out.err == ""
    assert json.loads((tmp_path / "report.json").read_text())["cases"][0]["residual_max"] is None


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--K", "nosuch"], "Unknown K 'nosuch'"),
        (["--K", "huber:e=-1"], "Huber needs a finite e > 0"),
        (["--K", "huber:w=1"], "no parameter 'w'"),
        (["--K", "huber:e=__import__('os')"], "Cannot read"),
        (["--beta1", "1.2"], "0 <= beta1 < 1, got beta1=1.2"),
        (["--beta1", "0.999"], "beta1 > beta2"),
        (["--lr", "-1"], "finite lr > 0"),
        (["--lr", "2"], "lr lam < 1"),
        (["--lam", "nan"], "finite lam >= 0"),
        (["--steps", "0"], "--steps >= 1"),
        (["--steps", "many"], "invalid int value"),
        (["--data", "missing.npz"], "missing.npz"),
        (["--problem", "toy", "--batch-size", "4"], "mean over examples"),
        (["--scheme", "sideways"], "invalid choice"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_bad_requests(
    options: list[str], says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line on stderr, exit status 2, and nothing written."""
    quick = [] if {"--problem", "--data"} & set(options) else ["--problem", "toy"]
    assert main(["certify", "--jobs", "1", "--out", str(tmp_path), *quick, *options]) == 2
    out = capsys.readouterr()
    assert out.err.count("\n") == 1
    assert says in out.err
    assert out.out == ""
    assert list(tmp_path.iterdir()) == []


def test_a_hole_in_the_data(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An empty cell is named by row and column."""
    file = tmp_path / "hole.csv"
    file.write_text("1,2,0\n3,,1\n")
    assert main(["certify", "--data", str(file), "--out", str(tmp_path / "out")]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert "hole.csv" in error


def test_a_folder_not_writable(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file in the place of the folder: one line, exit status 2."""
    (tmp_path / "file").write_text("kept")
    run = ["certify", "--K", "l1", "--problem", "toy", "--steps", "2", "--jobs", "1"]
    assert main([*run, "--out", str(tmp_path / "file")]) == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert (tmp_path / "file").read_text() == "kept"


def test_nothing_is_half_written(tmp_path: Path) -> None:
    """If one file cannot be written, the earlier ones stand as they were."""
    (tmp_path / "a").write_text("before")
    with pytest.raises(UnicodeEncodeError):
        write_all(tmp_path, {"a": "after", "b": "\ud800"})
    assert (tmp_path / "a").read_text() == "before"
    assert [p.name for p in tmp_path.iterdir()] == ["a"]


def _wait_for_workers(pid: int) -> None:
    children = Path(f"/proc/{pid}/task/{pid}/children")
    until = time.monotonic() + 20
    while not (children.exists() and children.read_text()) and time.monotonic() < until:
        time.sleep(0.05)


@pytest.mark.parametrize("seconds", [0.0, 0.5, 2.0])
def test_interruption(tmp_path: Path, seconds: float) -> None:
    """Ctrl-C during a long run, or while it starts its processes: 130, one line, no file."""
    run = [sys.executable, "-m", "lionk_ref", "certify", "--steps", "5000", "--out", str(tmp_path)]
    # What starts the tests in the background may ignore Ctrl-C, and children inherit that.
    process = subprocess.Popen(
        run, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip
    try:
        _wait_for_workers(process.pid)
        time.sleep(seconds)
        os.killpg(process.pid, signal.SIGINT)
        _, error = process.communicate(timeout=30)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    assert process.returncode == 130
    assert error == "lionk: interrupted; nothing was written.\n"
    assert list(tmp_path.iterdir()) == []


def test_progress_is_for_terminals(capsys: pytest.CaptureFixture[str]) -> None:
    """No bar into a pipe; on a terminal a line that says how much and what."""
    with Progress(10, "working") as bar:
        bar.advance(5, "half")
    assert capsys.readouterr().err == ""
    assert " 50%" in bar.line(bar.began + 1, "half")


def test_head_closes_the_pipe() -> None:
    """``lionk table | head -1`` ends quietly."""
    command = f"{sys.executable} -m lionk_ref table | head -n 1; echo ${{PIPESTATUS[0]}}"
    run = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True)
    assert run.stderr == ""
    assert run.stdout.splitlines()[-1] in {"0", "141"}


def test_version_and_help() -> None:
    """--version and --help answer; no verb is an error of one line."""
    assert lionk("--version").stdout.startswith("lionk 0.")
    assert "certify" in lionk("--help").stdout
    assert lionk().returncode == 2
    assert lionk().stderr.count("\n") == 1


def test_the_import_is_light() -> None:
    """``import lionk_ref`` loads neither matplotlib nor SciPy."""
    code = "import sys, lionk_ref; print({'matplotlib', 'scipy', 'numba'} & set(sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "set()"
