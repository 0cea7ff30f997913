"""What ``lionk certify`` is asked for is settled before any work, and its table comes first."""

from __future__ import annotations

import contextlib
import io
import json
import os
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

from lionk_ref.cli import certify, main
from lionk_ref.cli.certify_request import FLOW

QUICK = ("certify", "--K", "l1", "--problem", "toy", "--steps", "3", "--jobs", "1")


class Said(NamedTuple):
    """How a command ended."""

    status: int
    out: str
    err: str


def lionk(*arguments: str) -> Said:
    """A command, and what it says."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = main(arguments)
    return Said(status, out.getvalue(), err.getvalue())


@contextlib.contextmanager
def folder() -> Iterator[Path]:
    """An empty folder."""
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


def check_refused(says: str, *options: str) -> None:
    """One line, the exit status 2, and no work."""

    def work(*arguments: Any) -> Any:
        raise AssertionError("this is work")

    with folder() as place, pytest.MonkeyPatch.context() as patch:
        patch.setattr(certify, "_certify", work)
        said = lionk(*QUICK, "--out", str(place), *options)
        assert (said.status, said.out) == (2, "")
        assert says in said.err
        assert said.err.count("\n") == 1
        assert list(place.iterdir()) == []


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--jobs", "0"], "lionk certify needs --jobs >= 1, got 0."),
        (["--jobs", "-1"], "lionk certify needs --jobs >= 1, got -1."),
        (["--steps", "0"], "lionk certify needs --steps >= 1, got 0."),
        (["--seed", "-1"], "--seed -1 is for batches: add --batch-size, or leave --seed out."),
        (["--time", "-1"], "--time -1.0 is for the flow: add --continuous, or leave --time out."),
        (["--integrator", "BDF"], "--integrator BDF is for the flow: add --continuous"),
        (["--data", "none.npz"], "--data none.npz: there is no such file."),
        (["--out", "/dev/null"], "/dev/null/report.json cannot be written: /dev/null is no folder"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_what_cannot_be_met(options: list[str], says: str) -> None:
    """Numbers out of range, options without effect, files that cannot be read or written."""
    check_refused(says, *options)


def check_flow_options() -> None:
    """Each option that the flow alone reads is refused without it, also if it is the default."""
    for name, value in FLOW.items():
        check_refused(f"--{name} {value} is for the flow", f"--{name}", str(value))


def test_flow_options() -> None:
    """None of them is ignored."""
    check_flow_options()


def check_once() -> None:
    """A K, a scheme or a problem that is named twice, however it is spelt, is certified once."""
    again = ("--K", "huber", "--K", "huber:e=1", "--scheme", "implicit", "--scheme", "implicit")
    with folder() as place:
        said = lionk(*QUICK, *again, "--problem", "toy", "--json", "--out", str(place))
    assert [case["K"] for case in json.loads(said.out)["cases"]] == ["L1()", "Huber(e=1.0)"]


def test_twice_is_once() -> None:
    """In the table and in the reports."""
    check_once()


def check_table_first() -> None:
    """A disk that fills up at the very end costs the files, not the table."""

    def full(*arguments: Any) -> Any:
        raise OSError(28, "No space left on device")

    with folder() as place, pytest.MonkeyPatch.context() as patch:
        patch.setattr(certify, "write_all", full)
        said = lionk(*QUICK, "--no-cross-check", "--out", str(place))
    assert said.status == 2
    assert "No space left" in said.err
    assert "2 of 2 certificates held" in said.out
    assert "Wrote" not in said.out


def test_the_table_comes_first() -> None:
    """What took the time is shown before anything can go wrong with the files."""
    check_table_first()


def check_read_only() -> None:
    """A read-only folder is refused before the work, by the name of the file."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "access", lambda path, mode: not mode & os.W_OK)
        check_refused("report.json cannot be written: the folder ")


def test_a_read_only_folder() -> None:
    """Not after it."""
    check_read_only()


def saved(place: Path, scale: float) -> str:
    """A file of examples whose largest feature is ``scale``."""
    X = scale * np.linspace(-1, 1, 12).reshape(4, 3)
    np.savez(place / "mine.npz", X=X, y=np.array([0, 1, 0, 1]))
    return str(place / "mine.npz")


def check_scale() -> None:
    """Data whose squares overflow are named as such, in either dtype."""
    with folder() as place:
        check_refused("mine.npz: the squares of X overflow at 1e+200.", "--data",
                      saved(place, 1e200))  # fmt: skip
        check_refused("mine.npz: X holds 1e+60, too large for float32.", "--data",
                      saved(place, 1e60), "--dtype", "float32")  # fmt: skip


def test_data_out_of_scale() -> None:
    """Not by an eigenvalue that does not converge."""
    check_scale()


@pytest.mark.parametrize(("scale", "dtype"), [(1e153, "float64"), (1e30, "float32")])
def test_data_at_the_limit(scale: float, dtype: str, tmp_path: Path) -> None:
    """What can be certified is."""
    words = ["--data", saved(tmp_path, scale), "--dtype", dtype, "--no-cross-check"]
    assert lionk(*QUICK, *words, "--out", str(tmp_path)).status == 0


def check_no_warnings() -> None:
    """Data without any feature: H stands still, and no picture complains about it."""
    with folder() as place, warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        words = ["--data", saved(place, 0.0), "--continuous", "--no-cross-check", "--time", "1"]
        said = lionk("certify", *words, "--K", "huber", "--jobs", "1", "--out", str(place))
    assert said.status == 0
    assert [str(w.message) for w in warned] == []


def test_no_warnings() -> None:
    """Neither of the steps nor of the flow."""
    check_no_warnings()
