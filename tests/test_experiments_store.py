"""The settings of a figure, and the folder that survives whatever happens to its run."""

from __future__ import annotations

import errno
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lionk_ref.experiments import Config, Store
from lionk_ref.experiments.settings import configured, described
from lionk_ref.experiments.store import Log


@dataclass(frozen=True)
class Small(Config):
    """Settings of every kind."""

    steps: int = 3
    lr: float = 0.5
    name: str = "a"
    lams: tuple[float, ...] = (0.0, 1.0)
    seed: int = 0


def test_settings_take_their_types() -> None:
    """Whole numbers, numbers, text and tuples; what is not named keeps its default."""
    config = configured(Small, ["steps=7", "lr=1e-3", "name=b=c", "lams=2,3"])
    assert config == Small(7, 0.001, "b=c", (2.0, 3.0))
    assert configured(Small, described(config).replace("2.0,3.0", "2;3").split(", ")[:3]) == Small(
        7, 0.001, "b=c"
    )


@pytest.mark.parametrize(
    ("setting", "says"),
    [
        ("stepz=1", "Unknown setting 'stepz'; this figure has: steps=3, lr=0.5, name=a, lams=0"),
        ("steps", "--set needs key=value, got 'steps'"),
        ("steps=many", "steps needs a whole number, got 'many'"),
        ("steps=1.5", "steps needs a whole number, got '1.5'"),
        ("steps=0", "steps needs a finite number >= 1, got 0"),
        ("lr=nan", "lr needs a finite number > 0, got nan"),
        ("lr=-1", "lr needs a finite number > 0, got -1.0"),
        ("lr=0", "lr needs a finite number > 0, got 0.0"),
        ("lams=", "lams needs one value or more, got none"),
        ("lams=1,inf", "lams needs a finite number >= 0, got inf"),
        ("lams=1,x", "lams needs a number, got 'x'"),
        ("seed=-1", "seed needs a finite number >= 0, got -1"),
    ],
)
def test_wrong_settings(setting: str, says: str) -> None:
    """One line that says what is wrong."""
    with pytest.raises(ValueError, match=re.escape(says)):
        configured(Small, [setting])


def state(t: int) -> dict[str, Any]:
    """Some arrays."""
    return {"x/W": np.full((2, 2), t, dtype=np.float32), "m/W": np.arange(3.0)}


def check_cut(folder: Path) -> None:
    """A log goes on from its checkpoint: later lines are cut off, arrays come back as they were."""
    log = Log(folder, "run")
    log.record(0, loss=0.1)
    log.save(1, state(1))
    log.record(1, loss=float(np.float32(0.3)))
    again = Log(folder, "run")
    assert again.lines.read_text("utf-8") == '{"run": "run", "t": 0, "loss": 0.1}\n'
    assert (again.checkpoint.t, again.checkpoint.done) == (1, False)
    for key, a in state(1).items():
        assert again.checkpoint.arrays[key].dtype == a.dtype
        assert again.checkpoint.arrays[key].tobytes() == a.tobytes()


def test_a_log_goes_on_from_its_checkpoint(tmp_path: Path) -> None:
    """See `check_cut`."""
    check_cut(tmp_path)


def test_a_finished_log(tmp_path: Path) -> None:
    """It says so, and its lines stay."""
    log = Log(tmp_path, "run")
    log.record(0, loss=1.0)
    log.finish(5)
    again = Log(tmp_path, "run")
    assert (again.checkpoint.t, again.checkpoint.done) == (5, True)
    assert again.lines.read_text("utf-8").count("\n") == 1


def test_metrics_are_finite(tmp_path: Path) -> None:
    """A NaN is no JSON."""
    with pytest.raises(ValueError, match="'run' has diverged: what is measured at step 0"):
        Log(tmp_path, "run").record(0, loss=float("nan"))


@pytest.mark.parametrize("name", ["", "a/b", "..\\c", "a b"])
def test_names_are_names_of_files(tmp_path: Path, name: str) -> None:
    """No path, no space."""
    with pytest.raises(ValueError, match="A run is named"):
        Log(tmp_path, name)


def test_a_full_disk_leaves_the_checkpoint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A checkpoint that cannot be written leaves the one before, and nothing beside it."""
    log = Log(tmp_path, "run")
    log.save(1, state(1))

    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr("lionk_ref.files.os.fsync", full)
        with pytest.raises(OSError, match="No space left"):
            log.save(2, state(2))
    assert Log(tmp_path, "run").checkpoint.t == 1
    assert sorted(p.name for p in tmp_path.iterdir()) == ["run.jsonl", "run.npz"]


def test_a_damaged_checkpoint(tmp_path: Path) -> None:
    """One line that names the file."""
    Log(tmp_path, "run").save(1, state(1))
    (tmp_path / "run.npz").write_bytes((tmp_path / "run.npz").read_bytes()[:100])
    with pytest.raises(ValueError, match=r"run\.npz: a damaged checkpoint"):
        Log(tmp_path, "run")


def test_unfinished_work_is_not_overwritten(tmp_path: Path) -> None:
    """A second run in the folder must resume; with other settings it may not."""
    Store(tmp_path, {"lr": 1.0}).log("run").record(0, loss=1.0)
    with pytest.raises(ValueError, match="holds an unfinished run: add --resume"):
        Store(tmp_path, {"lr": 1.0})
    with pytest.raises(ValueError, match=r"another config: lr: 1\.0 then, 2\.0 now"):
        Store(tmp_path, {"lr": 2.0}, resume=True)
    Store(tmp_path, {"lr": 1.0}, resume=True)
    assert (tmp_path / "unfinished" / "run.jsonl").exists()


def test_work_without_a_checkpoint_is_dropped(tmp_path: Path) -> None:
    """After an error there is nothing to resume; with a checkpoint there is."""
    store = Store(tmp_path, {})
    store.log("run").record(0, v=1)
    store.abandon()
    assert list(tmp_path.iterdir()) == []
    store = Store(tmp_path, {})
    store.log("run").save(1, state(1))
    store.abandon()
    assert (tmp_path / "unfinished" / "run.npz").exists()


def test_results_are_replaced_together(tmp_path: Path) -> None:
    """Earlier results stand until the new ones are whole; then nothing is left to resume."""
    (tmp_path / "summary.json").write_text("old")
    store = Store(tmp_path, {})
    store.log("b").record(0, v=1)
    store.log("a").record(0, v=2)
    with pytest.raises(UnicodeEncodeError):
        store.finish({"summary.json": "\ud800"})
    assert (tmp_path / "summary.json").read_text() == "old"
    store.finish({"summary.json": "new"})
    lines = (tmp_path / "metrics.jsonl").read_text().splitlines()
    assert [line[:11] for line in lines] == ['{"run": "b"', '{"run": "a"']
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "config.json", "metrics.jsonl", "summary.json",
    ]  # fmt: skip
    with pytest.raises(ValueError, match="no unfinished run: leave out --resume"):
        Store(tmp_path, {}, resume=True)


def test_a_name_is_given_once(tmp_path: Path) -> None:
    """Two runs of one name would mix their records."""
    store = Store(tmp_path, {})
    store.log("run")
    with pytest.raises(ValueError, match="two runs with the name 'run'"):
        store.log("run")
