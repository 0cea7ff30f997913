"""``lionk figure``: its files, a run that is killed and resumed, and one line for what fails."""

from __future__ import annotations

import contextlib
import io
import json
import re
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.etree import ElementTree as Xml

import numpy as np
import pytest

from lionk_ref import backend as backends
from lionk_ref.cli import main
from lionk_ref.experiments import FIGURES, Context, Training
from lionk_ref.experiments import phase_1 as judged
from lionk_ref.problems.datasets import DATASETS
from lionk_ref.report.plots import new_figure

TOO_LONG = ["--set", "lam=1e-40"]
NET = ["widths=2,2", "batch_size=4", "every=2", "checkpoint=5", "steps=6"]


def command(*more: str, number: int = 2) -> list[str]:
    """The arguments of a figure with the net above; later settings win."""
    return ["figure", str(number), *(a for s in NET for a in ("--set", s)), *more]


@pytest.fixture
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """Empty pictures, which take no time."""
    for number, figure in FIGURES.items():
        if number < 6:
            monkeypatch.setattr(type(figure), "draw", lambda self, results: new_figure(1, 1))


def files(folder: Path) -> dict[str, bytes]:
    """What a folder holds."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Pictures, records, settings, a summary, and a page that needs no network."""
    assert main(command("--out", str(tmp_path), "--json")) == 0
    out = capsys.readouterr()
    assert out.err == ""
    assert sorted(files(tmp_path)) == [
        "config.json", "figure_2.png", "figure_2.svg",
        "index.html", "metrics.jsonl", "summary.json",
    ]  # fmt: skip
    assert out.out == (tmp_path / "summary.json").read_text("utf-8")
    report = json.loads(out.out)
    assert report["ok"] is True
    assert {"claim", "measured", "predicted", "verdict"} == set(report["rows"][0])
    assert report["throughput"][0]["steps"] == 5
    assert 0 < report["throughput"][0]["optimizer_share"] < 1
    config = json.loads((tmp_path / "config.json").read_text("utf-8"))
    assert config == report["config"]
    assert (config["widths"], config["lam"], config["backend"]) == ([2, 2], 10.0, "core")
    lines = [json.loads(line) for line in (tmp_path / "metrics.jsonl").read_text().splitlines()]
    assert [line["t"] for line in lines] == [0, 2, 4, 6, 6]
    assert (tmp_path / "figure_2.png").read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    assert Xml.fromstring((tmp_path / "figure_2.svg").read_text("utf-8")).tag.endswith("svg")
    page = (tmp_path / "index.html").read_text("utf-8")
    assert "<svg" in page
    assert not re.search(r"""(src|href)=["'](?!#)|url\((?!#)|@import""", page)


def test_the_table(plain: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """On stdout: each claim with what was measured and predicted, and the speed."""
    assert main(command("--out", str(tmp_path))) == 0
    out = capsys.readouterr().out
    assert out.startswith("Figure 2: ")
    assert re.search(r"^  held: Phase 1 on every tensor.*\n    measured .*; predicted ", out, re.M)
    assert re.search(r"^run +steps +steps/s +optimizer\nlion +5 ", out, re.M)
    assert out.endswith(f"Wrote 6 files into {tmp_path}\n")


def test_settings_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    """--settings lists them as --set takes them, and does nothing else."""
    assert main(["figure", "1", "--settings"]) == 0
    assert capsys.readouterr().out.startswith("lams=0.5,1.5, lr=0.01, steps=600")


def test_killed_and_resumed(plain: None, tmp_path: Path) -> None:
    """Kill -9 in mid-run, then --resume: the metrics of an uninterrupted run, byte for byte."""
    settings = ("steps=150", "every=10", "balance_every=1000")
    long = [a for s in settings for a in ("--set", s)]
    killed, whole = tmp_path / "killed", tmp_path / "whole"
    run = [sys.executable, "-m", "lionk_ref", *command(*long, "--out", str(killed))]
    process = subprocess.Popen(run, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    checkpoint = killed / "unfinished" / "lion.npz"
    deadline = time.monotonic() + 60
    while not checkpoint.exists() and time.monotonic() < deadline:
        time.sleep(0.005)
    process.kill()
    process.communicate(timeout=30)
    assert process.returncode == -signal.SIGKILL
    assert sorted(p.name for p in killed.iterdir()) == ["unfinished"]
    assert 0 < int(np.load(checkpoint)[".t"]) < 150
    assert main(command(*long, "--out", str(killed), "--resume")) == 0
    assert main(command(*long, "--out", str(whole))) == 0
    for name in ("config.json", "metrics.jsonl"):
        assert (killed / name).read_bytes() == (whole / name).read_bytes(), name
    assert not (killed / "unfinished").exists()


def test_resuming_with_other_settings(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What changed is named, and the unfinished run stays as it is."""

    def stopped(training: Training, context: Context) -> None:
        if not context.rehearsal:
            raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Training, "run", stopped)
        assert main(command("--out", str(tmp_path))) == 130
    says = capsys.readouterr().err
    assert says == f"lionk: interrupted; --resume goes on with what is in {tmp_path}.\n"
    before = files(tmp_path)
    for more, part in (
        (["--resume", "--set", "lam=11"], "another config: lam: 10.0 then, 11.0 now"),
        (["--resume", "--backend", "auto"], "another config: backend: core then, auto now"),
        ([], "holds an unfinished run: add --resume, or remove it"),
    ):
        assert main(command("--out", str(tmp_path), *more)) == 2
        assert part in capsys.readouterr().err
        assert files(tmp_path) == before


@pytest.fixture
def done(tmp_path: Path) -> dict[str, bytes]:
    """A folder with the results of an earlier run, and what they are."""
    earlier = {"summary.json": b"{}", "figure_2.png": b"a picture", "metrics.jsonl": b"lines"}
    for name, content in earlier.items():
        (tmp_path / name).write_bytes(content)
    return earlier


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (["--set", "nosuch=1"], "Unknown setting 'nosuch'; this figure has: dataset=digits_1d"),
        (["--set", "steps=-1"], "steps needs a finite number >= 1"),
        (["--set", "dtype=float16"], "dtype is float32 or float64, got 'float16'"),
        (["--set", "initialisation=zeros"], "uniform or normal, got 'zeros'"),
        (["--set", "batch_size=9999"], "batch_size is from 1 to 4000, got 9999"),
        (["--set", "dataset=imagenet"], "Unknown dataset 'imagenet'; known: cifar10"),
        (["--set", "data=here"], "digits_1d needs no files: leave out data=here"),
        (["--set", "dataset=text"], "ConvNet: inputs are int64"),
        (["--set", "dataset=cifar10"], "needs its folder: --set data=DIR"),
        (
            ["--set", "dataset=cifar10", "--set", "data=no"],
            "The setting data=no: no: there is no such",
        ),
        ([*TOO_LONG, "--set", "lr=1e30"], "has diverged: what is measured at step 2"),
        ([*TOO_LONG, "--set", "lr=1e38"], "has diverged: the loss is inf at step 2"),
        (["--backend", "nosuch"], "Unknown backend 'nosuch'"),
        (["--resume"], "no unfinished run: leave out --resume"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_bad_requests(
    more: list[str],
    says: str,
    tmp_path: Path,
    done: dict[str, bytes],
    capsys: pytest.CaptureFixture[str],
) -> None:
    """One line on stderr, exit status 2, and the earlier results as they were."""
    assert main(command("--out", str(tmp_path), *more)) == 2
    out = capsys.readouterr()
    assert out.err.count("\n") == 1
    assert says in out.err
    assert out.out == ""
    after = files(tmp_path)
    assert after == done


def test_a_missing_gpu_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """--backend cupy without CuPy: the reason, and how to install it; nothing is written."""
    monkeypatch.setattr(backends, "BUILT_IN", {"cupy": "lionk_ghost:Backend"})
    monkeypatch.setattr(backends, "_installed", dict)
    backends.find.cache_clear()
    assert main(command("--backend", "cupy", "--out", str(tmp_path / "out"))) == 2
    backends.find.cache_clear()
    assert 'pip install "lionk-ref[cupy]"' in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_missing_package_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Data that come with a package that is not there: one line, exit status 2, nothing written."""

    def missing() -> None:
        raise ModuleNotFoundError("The data come with a package: pip install it.")

    monkeypatch.setitem(DATASETS, "mnist_subset", missing)
    assert main(command("--set", "dataset=mnist_subset", "--out", str(tmp_path))) == 2
    assert capsys.readouterr().err == "lionk: The data come with a package: pip install it.\n"
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk(tmp_path: Path, done: dict[str, bytes]) -> None:
    """Files may not grow beyond 3000 bytes: one line, exit status 2, the earlier results intact."""
    run = [sys.executable, "-m", "lionk_ref", *command("--out", str(tmp_path))]
    limit = (3000, resource.RLIM_INFINITY)
    process = subprocess.run(
        run,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, limit),
    )
    assert process.returncode == 2
    assert process.stderr == "lionk: [Errno 27] File too large\n"
    after = files(tmp_path)
    assert {name: after[name] for name in done} == done


def test_a_failed_certificate(plain: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit status 1, and the summary says which."""
    monkeypatch.setattr(judged, "ROUNDOFF", {"float32": -1.0})
    assert main(command("--out", str(tmp_path))) == 1
    report = json.loads((tmp_path / "summary.json").read_text("utf-8"))
    assert report["ok"] is False
    assert [r["claim"][:7] for r in report["rows"] if r["verdict"] == "FAILED"] == ["Phase 1"]


FEW = {3: ["initialisations=uniform", "shown=0,6"], 4: ["lams=0,20", "seeds=2"]}


@pytest.mark.parametrize("number", [3, 4])
def test_the_other_nets(tmp_path: Path, number: int) -> None:
    """Figures 3 and 4 run, are drawn and are judged."""
    more = [a for s in FEW[number] for a in ("--set", s)]
    assert main(command(*more, "--out", str(tmp_path), number=number)) == 0
    assert json.loads((tmp_path / "summary.json").read_text("utf-8"))["ok"] is True


def test_a_backend_changes_no_bit(plain: None, tmp_path: Path) -> None:
    """The fused steps of Numba, for a separable K: the same states, the same losses."""
    pytest.importorskip("numba", reason="numba is not installed")
    for backend in ("core", "numba"):
        assert main(command("--backend", backend, "--out", str(tmp_path / backend))) == 0
    core, numba = ((tmp_path / b / "metrics.jsonl").read_bytes() for b in ("core", "numba"))
    assert core == numba


def check_blocked(number: int, says: str, *settings: str) -> None:
    """One line before anything is made, so that the corrected command is not refused."""
    with TemporaryDirectory() as place:
        out, words = Path(place) / "out", [a for s in settings for a in ("--set", s)]
        with contextlib.redirect_stderr(io.StringIO()) as err:
            try:
                status = main(["figure", str(number), "--out", str(out), *words])
            except ArithmeticError as error:
                raise AssertionError("this should have been refused") from error
        assert status == 2
        assert says in err.getvalue()
        assert err.getvalue().count("\n") == 1
        assert not out.exists()


BLOCKED: list[tuple[int, str, str]] = [
    (1, "lams needs a finite number > 0, got 0.0", "lams=0"),
    (1, "lams needs one value or more, got none", "lams="),
    (1, "certified needs a finite number >= 1, got 0", "certified=0"),
    (1, "lr lam < 1, got lr=0.01, lam=200.0", "lams=0.5,200"),
    (1, "two runs with the name 'sweep,lam=1'. Set each value once", "sweep=1,1"),
    (2, "widths needs a finite number >= 1, got 0", "widths=0,1"),
    (2, "lam needs a finite number > 0, got 0.0", "lam=0"),
    (2, "balance_every needs a finite number >= 1, got 0", "balance_every=0"),
    (3, "two runs with the name 'normal,lam=20'", "initialisations=normal,normal"),
    (4, "lams rises from 0, got (0.0, 0.0)", "lams=0,0"),
    (5, "Lp needs a number 1.0001 <= p <= 1000, got p=0.5", "p=0.5"),
    (6, "batch_size is from 1 to", "sequences=10000000"),
    (6, "depth needs a finite number >= 1, got 0", "depth=0"),
    (6, "text=none.txt, context=32: none.txt: there is no such file", "text=none.txt"),
    (7, "The width must be a multiple of heads, got 32 and 3", "heads=3"),
    (7, "lr lam < 1, got lr=1.0, lam=1.0", "lrs=0.01,1"),
]  # fmt: skip
"""Figure, what is said, setting; those of nets fail on the last net or the last run."""


@pytest.mark.parametrize(("number", "says", "setting"), BLOCKED, ids=lambda value: str(value)[:20])
def test_nothing_blocks_the_next_run(number: int, says: str, setting: str) -> None:
    """What is found out by division, by the last run, or by the last net, is said at once."""
    check_blocked(number, says, setting)


def check_rehearsed() -> None:
    """A decay too large for the last run, and a net that the last data do not fit."""
    check_blocked(1, "lr lam < 1", "lams=0.5,200", "steps=2", "sweep_steps=2", "certified=1")


def check_ranges() -> None:
    """By what is divided is not 0, and of what there must be some there is."""
    small = ("steps=2", "sweep_steps=2", "certified=1", "sweep=1")
    check_blocked(1, "lams needs", "lams=0", *small)
    check_blocked(1, "lams needs", "lams=", *small)


def check_unexpected() -> None:
    """Also an error that nobody foresaw leaves no folder in the way, if no work was done."""

    def broken(training: Training, context: Context) -> None:
        if not context.rehearsal:
            raise ZeroDivisionError

    with TemporaryDirectory() as place, pytest.MonkeyPatch.context() as patch:
        patch.setattr(Training, "run", broken)
        with contextlib.suppress(ZeroDivisionError):
            main(command("--out", place))
        assert list(Path(place).iterdir()) == []


def test_an_unexpected_error() -> None:
    """The corrected command starts afresh."""
    check_unexpected()


def test_few_and_small_steps(plain: None, tmp_path: Path) -> None:
    """No record where the law is judged; steps that do not move a weight in float32."""
    for i, settings in enumerate((("lr=0.05", "every=50"), ("lr=1e-12",), ("lam=1e-9",))):
        words = [a for s in settings for a in ("--set", s)]
        assert main(command(*words, "--out", str(tmp_path / str(i)))) == 0
