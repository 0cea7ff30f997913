"""Submissions against the checks, on a secret seed, each in a process that can harm only itself.

The checks run here; the process of a submission gets their inputs, one by one, and answers. It
never sees the seed, so that a table of answers is worth nothing, and what it answers are numbers,
so that it cannot write its own grade.
"""

from __future__ import annotations

import contextlib
import os
import queue
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Any

from lionk_ref.learn.child import Solution
from lionk_ref.learn.cut import solution_file
from lionk_ref.learn.exercise import CheckError, Exercise
from lionk_ref.learn.judge import Verdict, judge
from lionk_ref.learn.limits import Limits
from lionk_ref.learn.submissions import MOST_BYTES, Submission, source

FIRST_USER = 61184
"""Root gives each process one of the users that systemd keeps for such: 61184 to 65519."""

NEEDED = ("limits", "files", "processes")
TOO_TIGHT = (
    "The model solution of exercise {e.number} does not run with --seconds {given.seconds:g} "
    "--memory {given.memory}: {seen} Allow more."
)
Record = dict[str, Any]


class Grader:
    """Grades submissions, several at a time; `stop` ends them all.

    Parameters
    ----------
    exercises : sequence of Exercise
        What is graded.
    seed : str
        The secret.
    limits : Limits
        For one exercise of one student.
    jobs : int
        How many at a time.
    """

    def __init__(
        self, exercises: Sequence[Exercise], seed: str, limits: Limits, jobs: int = 1
    ) -> None:
        self.exercises, self.seed, self.limits, self.jobs = exercises, seed, limits, jobs
        self.running: set[Solution] = set()
        self.stopped = threading.Event()
        self.slots: queue.SimpleQueue[int] = queue.SimpleQueue()
        for slot in range(jobs):
            self.slots.put(slot)

    def all(
        self, submissions: Sequence[Submission], done: Callable[[Submission, Record], object]
    ) -> None:
        """Grade; ``done(submission, record)`` as each ends, in any order, on this thread."""
        with ThreadPoolExecutor(self.jobs) as pool:
            futures = {pool.submit(self.one, s): s for s in submissions}
            try:
                for future in as_completed(futures):
                    done(futures[future], future.result())
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                self.stop()
                raise

    def stop(self) -> None:
        """End every process; what was being graded is not recorded."""
        self.stopped.set()
        for solution in list(self.running):
            solution.stop()

    def one(self, submission: Submission) -> Record:
        """The record of one submission: points, checks and mistakes for each exercise."""
        slot = self.slots.get()
        try:
            return {
                e.key: self._exercise(e, submission.files.get(e.key), slot) for e in self.exercises
            }
        finally:
            self.slots.put(slot)

    def _exercise(self, exercise: Exercise, path: Path | None, slot: int) -> Record:
        if path is None:
            return _record(judge(exercise, _nothing("there is no file"), self.seed), "missing")
        text = source(path)
        if len(text) > MOST_BYTES:
            return _record(judge(exercise, _nothing("the file is too large"), self.seed), "graded")
        with self._solution(text, slot) as solution:
            verdict = judge(exercise, solution, self.seed)
        return _record(verdict, "graded", solution.printed.decode("utf-8", "replace"))

    @contextlib.contextmanager
    def _solution(self, text: bytes, slot: int) -> Iterator[Solution]:
        with _private_copy(text, self._user(slot)) as path:
            solution = Solution(path, self.limits._replace(user=self._user(slot)))
            self.running.add(solution)
            try:
                if self.stopped.is_set():
                    solution.stop()
                yield solution
            finally:
                solution.end()
                self.running.discard(solution)

    def _user(self, slot: int) -> int | None:
        root = hasattr(os, "geteuid") and os.geteuid() == 0
        return FIRST_USER + slot if self.limits.confined and root else None

    def weakness(self) -> list[str]:
        """What this machine cannot keep a submission from: words of `NEEDED`.

        Raises
        ------
        ValueError
            If not even the model solutions, on the same seed, run under the limits.
        """
        lacking = [self._lacking(exercise) for exercise in self.exercises]
        return [word for word in NEEDED if any(word in words for words in lacking)]

    def _lacking(self, exercise: Exercise) -> list[str]:
        with self._solution(solution_file(exercise).encode(), 0) as solution:
            verdict = judge(exercise, solution, self.seed)
            if not verdict.passed:
                seen = next(o.seen for o in verdict.outcomes if o.seen)
                raise ValueError(TOO_TIGHT.format(seen=seen, e=exercise, given=self.limits))
            return [word for word in NEEDED if word not in solution.confined]


@contextlib.contextmanager
def _private_copy(text: bytes, user: int | None) -> Iterator[Path]:
    """A folder of its own with a copy of the file, gone at the end."""
    folder = Path(tempfile.mkdtemp(prefix="lionk-grade-"))
    path = folder / "submission.py"
    try:
        path.write_bytes(text)
        if user is not None:
            for place in (path, folder):
                with contextlib.suppress(OSError):
                    os.chown(place, user, user)
        yield path
    finally:
        with contextlib.suppress(RecursionError):
            shutil.rmtree(folder, ignore_errors=True)


def _nothing(why: str) -> Callable[..., Any]:
    def answer(name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        raise CheckError(f"{why}.")

    return answer


def _record(verdict: Verdict, status: str, printed: str = "") -> Record:
    checks = [{**o._asdict(), "held": o.held} for o in verdict.outcomes]
    return {
        "status": status,
        "points": verdict.points,
        "of": len(checks),
        "checks": checks,
        "mistakes": verdict.mistakes,
        "printed": printed,
    }
