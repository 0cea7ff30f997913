"""Section 5. Where a figure's results are kept: whole, resumable, and safe from the next run.

Work in progress lies in ``unfinished/`` inside the folder of the results. Its metrics are appended
as JSON lines; a checkpoint notes how many bytes of them belong to it, so that a resumed run cuts
off what came later and repeats it. The results themselves are replaced at the very end, together.
"""

from __future__ import annotations

import io
import json
import os
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple
from zipfile import BadZipFile

import numpy as np

from lionk_ref.files import write_all

UNFINISHED = "unfinished"


class Checkpoint(NamedTuple):
    """A run of Section 5 at step t: its arrays on the host, by name; ``done`` after the last."""

    t: int
    done: bool
    arrays: dict[str, Any]


class Log:
    """The metrics and checkpoints of one run.

    Parameters
    ----------
    folder : Path
        Where they lie while the figure is unfinished.
    name : str
        The name of the run: letters, digits and ``_=.,+-``.
    """

    def __init__(self, folder: Path, name: str) -> None:
        if not re.fullmatch(r"[\w=.,+-]+", name):
            raise ValueError(f"A run is named with letters, digits and _=.,+-, got {name!r}.")
        self.folder, self.name = folder, name
        self.lines, self.state = folder / f"{name}.jsonl", folder / f"{name}.npz"
        self.checkpoint = self._restored()

    def record(self, t: int, **values: Any) -> None:
        """Append one line of metrics.

        Raises
        ------
        ValueError
            If a number in it is not finite: the run has diverged.
        """
        try:
            line = json.dumps({"run": self.name, "t": t, **values}, allow_nan=False) + "\n"
        except ValueError:
            raise ValueError(
                f"The run {self.name!r} has diverged: what is measured at step {t} is not finite. "
                "Try a smaller lr. Earlier results are as they were."
            ) from None
        with self.lines.open("ab", buffering=0) as file:
            file.write(line.encode("utf-8"))

    def save(self, t: int, arrays: Mapping[str, Any], done: bool = False) -> None:
        """Replace the checkpoint; the metrics so far are on the disk before it is."""
        with self.lines.open("ab") as file:
            os.fsync(file.fileno())
            size = file.tell()
        buffer = io.BytesIO()
        np.savez(buffer, **arrays, **{".t": t, ".size": size, ".done": done})  # type: ignore[arg-type]
        write_all(self.folder, {self.state.name: buffer.getvalue()})

    def finish(self, t: int) -> None:
        """Note that the run is over."""
        self.save(t, {}, done=True)

    def _restored(self) -> Checkpoint:
        try:
            with self.state.open("rb") as file:
                archive = np.load(file, allow_pickle=False)
                arrays = {key: archive[key] for key in archive.files}
        except FileNotFoundError:
            arrays = {".t": 0, ".size": 0, ".done": False}
        except (BadZipFile, ValueError, EOFError) as error:
            raise ValueError(f"{self.state}: a damaged checkpoint ({error}).") from None
        t, size, done = (int(arrays.pop(key)) for key in (".t", ".size", ".done"))
        with self.lines.open("ab") as lines:
            lines.truncate(size)
        return Checkpoint(t, bool(done), arrays)


class Store:
    """The folder of a figure's results.

    Parameters
    ----------
    folder : Path
        Where the results go.
    config : dict
        All that determines them; a run can be resumed with the same only.
    resume : bool
        Whether to go on with what is unfinished there.

    Raises
    ------
    ValueError
        If there is unfinished work and nobody asked to resume it, or none to resume, or it was
        made with another config.
    """

    def __init__(self, folder: Path, config: Mapping[str, Any], resume: bool = False) -> None:
        self.folder, self.work = folder, folder / UNFINISHED
        self.config = json.dumps(dict(config), indent=1, allow_nan=False) + "\n"
        self.names: list[str] = []
        kept = self.work / "config.json"
        if resume:
            self._require_same(kept)
        elif kept.exists():
            raise ValueError(f"{self.work} holds an unfinished run: add --resume, or remove it.")
        else:
            write_all(self.work, {kept.name: self.config})

    def log(self, name: str) -> Log:
        """The log of a run of Section 5, at its last checkpoint; each name once."""
        require_new(name, self.names)
        return Log(self.work, name)

    def metrics(self) -> str:
        """The JSON lines of all runs, in the order in which they were opened."""
        return "".join((self.work / f"{n}.jsonl").read_text("utf-8") for n in self.names)

    def finish(self, contents: Mapping[str, str | bytes]) -> list[Path]:
        """Put the results in place, with the config and the metrics, and drop the checkpoints."""
        kept = {"config.json": self.config, "metrics.jsonl": self.metrics()}
        paths = write_all(self.folder, {**kept, **contents})
        shutil.rmtree(self.work)
        return paths

    def abandon(self) -> None:
        """Drop the unfinished work if there is no checkpoint in it to go on from."""
        if not any(self.work.glob("*.npz")):
            shutil.rmtree(self.work)

    def _require_same(self, kept: Path) -> None:
        if not kept.exists():
            raise ValueError(f"{self.folder} holds no unfinished run: leave out --resume.")
        before, now = json.loads(kept.read_text("utf-8")), json.loads(self.config)
        if before != now:
            keys = sorted(k for k in before | now if before.get(k) != now.get(k))
            change = ", ".join(f"{k}: {before.get(k)} then, {now.get(k)} now" for k in keys)
            raise ValueError(f"{self.work} was begun with another config: {change}.")


def require_new(name: str, names: list[str]) -> None:
    """Add the name of a run of Section 5 to those before it.

    Raises
    ------
    ValueError
        If it is one of them.
    """
    if name in names:
        raise ValueError(f"There are two runs with the name {name!r}. Set each value once.")
    names.append(name)
