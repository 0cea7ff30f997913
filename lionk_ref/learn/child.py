"""A solution in a process of its own, which may hang, die or babble without harm."""

from __future__ import annotations

import contextlib
import os
import queue
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import IO, Any, NoReturn

from lionk_ref.learn.exercise import CheckError
from lionk_ref.learn.limits import Limits
from lionk_ref.learn.wire import LONGEST_LINE, from_line, packed, to_line, unpacked
from lionk_ref.processes import kill_all

START = "import sys; sys.path.insert(0, {root!r}); import lionk_ref.learn.serve as s; s.main()"
MOST_OUTPUT = 2000
EXTRA_CPU = 1


class OutOfTimeError(CheckError):
    """No time is left for this exercise."""


class StoppedError(Exception):
    """The grader was told to stop."""


class Solution:
    """The functions of a file, asked over a pipe; started when first asked, and anew if it dies.

    The time limit is for all questions together, as a monotonic clock sees it.
    """

    def __init__(self, path: Path, limits: Limits) -> None:
        self.path, self.limits = path, limits
        self.deadline = time.monotonic() + limits.seconds
        self.process: subprocess.Popen[bytes] | None = None
        self.confined: list[str] = []
        self.printed = bytearray()
        self.stopped = False

    def __call__(self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if self.stopped:
            raise StoppedError
        process = self.process = self.process or self._begin()
        question = {
            "call": name,
            "args": packed(list(args)),
            "kwargs": {key: packed(value) for key, value in kwargs.items()},
        }
        self._send(process, to_line(question))
        answer = self._next()
        if "result" not in answer:
            raise CheckError(f"{name} failed: {str(answer.get('error', 'no answer'))[:400]}.")
        return unpacked(answer["result"])

    def __enter__(self) -> Solution:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def stop(self) -> None:
        """End it for good, from any thread."""
        self.stopped = True
        self.end()

    def end(self) -> None:
        """Kill the process with all that it started, and close the pipes."""
        process, self.process = self.process, None
        if process is None:
            return
        kill_all(process)
        for reader in self.readers:
            reader.join(1)
        for pipe in (process.stdin, process.stdout, process.stderr):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()

    def _begin(self) -> subprocess.Popen[bytes]:
        if time.monotonic() >= self.deadline:
            self._late()
        root = str(Path(__file__).parents[2])
        command = [sys.executable, "-I", "-B", "-u", "-c", START.format(root=root), str(self.path)]
        process = subprocess.Popen(
            [*command, *self._limits()], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, cwd=self.path.parent, env=self._environment(),
            start_new_session=True,
        )  # fmt: skip
        self.process, self.lines = process, queue.Queue[bytes]()
        self.readers = [
            threading.Thread(target=_pump, args=(process.stdout, self.lines), daemon=True),
            threading.Thread(target=_drain, args=(process.stderr, self.printed), daemon=True),
        ]
        for reader in self.readers:
            reader.start()
        self.confined = self._next().get("confined", [])
        return process

    def _limits(self) -> list[str]:
        if not self.limits.confined:
            return []
        seconds, memory = int(self.limits.seconds) + EXTRA_CPU, self.limits.memory << 20
        user = "" if self.limits.user is None else str(self.limits.user)
        return [str(seconds), str(memory), user]

    def _environment(self) -> dict[str, str]:
        """Nothing of the caller's environment but where programs and temporary files are."""
        own = str(self.path.parent) if self.limits.confined else tempfile.gettempdir()
        kept = {k: os.environ[k] for k in ("PATH", "SYSTEMROOT") if k in os.environ}
        threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
        homes = dict.fromkeys(("HOME", "TMPDIR", "MPLCONFIGDIR"), own)
        return {**kept, **threads, **homes, "PYTHONIOENCODING": "utf-8", "MPLBACKEND": "Agg"}

    def _send(self, process: subprocess.Popen[bytes], line: bytes) -> None:
        assert process.stdin is not None
        try:
            process.stdin.write(line)
            process.stdin.flush()
        except OSError:
            self._died(process)

    def _next(self) -> dict[str, Any]:
        process = self.process
        if process is None:
            raise StoppedError
        try:
            line = self.lines.get(timeout=max(0.0, self.deadline - time.monotonic()))
        except queue.Empty:
            self._late()
        if not line:
            self._died(process)
        try:
            return from_line(line)
        except ValueError as error:
            self.end()
            raise CheckError(f"the process answered something else ({str(error)[:60]}).") from None

    def _late(self) -> NoReturn:
        self.end()
        raise OutOfTimeError(
            f"no answer within {self.limits.seconds:g} s. Is there an endless loop?"
        )

    def _died(self, process: subprocess.Popen[bytes]) -> NoReturn:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(1)
        status = process.poll()
        self.end()
        how = f"signal {-status}" if status and status < 0 else f"status {status}"
        raise CheckError(f"the process ended by itself ({how}), before it answered.")


def _pump(pipe: IO[bytes], lines: queue.Queue[bytes]) -> None:
    """Lines of bounded length, few of them waiting; b"" at the end."""
    while line := pipe.readline(LONGEST_LINE):
        if lines.qsize() < 16:
            lines.put(line)
    lines.put(b"")


def _drain(pipe: IO[bytes], kept: bytearray) -> None:
    """Keep the beginning of what is printed, throw away the rest."""
    while piece := pipe.read1(1 << 16):  # type: ignore[attr-defined]
        kept += piece[: max(0, MOST_OUTPUT - len(kept))]
