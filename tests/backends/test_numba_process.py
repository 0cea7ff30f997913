"""The backend in its process: threads, forks, the cache on disk, start-up."""

from __future__ import annotations

import itertools
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Thread
from typing import Any

import numpy as np
import pytest
from numba_backend import backend, fused

from lionk_numba import addresses, overlap, pool, sleep, team
from lionk_numba.compile import helper, kernel
from lionk_numba.tables import gather
from lionk_ref.convex import L1, L2, TopK
from step_cases import SETTINGS, ordinary, same_bits

ROOT = Path(__file__).parents[2]
S = SETTINGS[0]

STEP = """
import numpy as np
from lionk_ref.backend import find
from lionk_ref.convex import L1
x = np.full(9, 2.0, np.float32)
find("numba").step_(L1(), "explicit", x, np.zeros(9, np.float32), np.ones(9, np.float32),
                    lr=0.5, beta1=0.5, beta2=0.5, lam=0.5)
print(x[0])
"""


def python(code: str, root: Path = ROOT, **env: str) -> subprocess.CompletedProcess[str]:
    """A fresh interpreter that finds the packages of a tree."""
    path = os.pathsep.join([str(root), str(root / "backends")])
    return subprocess.run(
        [sys.executable, "-c", code], cwd=root, env={**os.environ, "PYTHONPATH": path, **env},
        capture_output=True, text=True, timeout=300,
    )  # fmt: skip


def test_threads_of_python_may_step_at_once() -> None:
    """Each with threads of its own; a pool in a pool neither blocks nor mixes up results."""
    arrays = [ordinary(50_000 + k, np.float32, seed=k) for k in range(8)]
    kinds = [L1(), L2(), TopK(k=100), L1()] * 2
    wanted = [fused(K, "explicit", a, S) for K, a in zip(kinds, arrays, strict=True)]
    for _ in range(5):
        with ThreadPoolExecutor(8) as threads:
            got = list(threads.map(lambda K, a: fused(K, "explicit", a, S, 3), kinds, arrays))
        assert all(same_bits(a.x, b.x) for a, b in zip(got, wanted, strict=True))


def noted(board: int, helpers: int, chunks: int, most: int, backwards: bool) -> Any:
    """How often each chunk was taken, and the first of each part."""
    seen, firsts = np.zeros(chunks, np.int64), np.zeros(chunks, np.int64)
    jot_all(board, helpers, chunks, most, backwards, seen, firsts)
    return seen, firsts


@helper
def jot(first: int, last: int, seen: Any, firsts: Any) -> None:
    """Work that leaves a trace, slow enough for helpers to come."""
    for c in range(first, last):
        for _ in range(1000):
            seen[c] += 1
        seen[c] -= 999
    firsts[first] += 1


on_chunks = team.over_chunks(jot)


@kernel
def jot_all(
    board: int, helpers: int, chunks: int, most: int, backwards: bool, seen: Any, firsts: Any
) -> None:
    """The kernel of `jot`."""
    on_chunks(board, helpers, chunks, most, backwards, (seen, firsts))


@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize("helpers", [0, 1, 3])
def test_a_team_takes_every_chunk_once(helpers: int, backwards: bool) -> None:
    """For any number of chunks, at most so many at a time, whoever comes to help."""
    crew = pool.Team()
    crew.summon(helpers, True)
    for chunks, most in itertools.product((1, 2, 5, 64, 1001), (1, 7, 2000)):
        seen, firsts = noted(crew.board, helpers, chunks, most, backwards)
        assert (seen == 1).all()
        assert firsts.sum() >= -(-chunks // most)


def test_everyone_has_a_share_and_pieces_become_shorter() -> None:
    """Half of what is left of it; who comes alone does the others' shares after his own."""
    crew = pool.Team()
    _, firsts = noted(crew.board, 1, 64, 2000, False)
    pieces = [0, 16, 24, 28, 30, 31]
    assert np.flatnonzero(firsts).tolist() == pieces + [32 + first for first in pieces]
    _, firsts = noted(crew.board, 1, 21, 4, True)
    assert np.flatnonzero(firsts).tolist() == [0, 1, 3, 6, 10, 11, 13, 17]


@pytest.mark.parametrize(("number", "wanted"), [(1, True), (2, False)])
def test_helpers_really_help(number: int, wanted: bool) -> None:
    """One that is awake takes some of a long job, if so many are wanted; it is waited for."""
    crew, jobs, deadline = pool.Team(), [0], time.monotonic() + 60
    while not jobs[-1] and time.monotonic() < deadline:
        thread = Thread(target=lambda: jobs.append(team.serve(crew.board, number, 10**6)))
        thread.start()
        for _ in range(50):
            seen, _ = noted(crew.board, 1, 5000, 1, False)
            assert (seen == 1).all()
        thread.join()
        if not wanted:
            break
    assert bool(jobs[-1]) == wanted


def soon(holds: Callable[[], bool]) -> bool:
    """Whether something holds within a minute."""
    deadline = time.monotonic() + 60
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.001)
    return holds()


@pytest.mark.skipif(not sleep.SLEEPS, reason="no futex on this system")
def test_a_helper_that_sleeps_is_woken() -> None:
    """By a job that rings; one that does not is done alone, and the helper sleeps on."""
    crew = pool.Team()
    crew.summon(1, True)
    assert soon(lambda: crew.places[team.ASLEEP] == 1)
    bell = int(crew.places[team.BELL])
    crew.summon(1, False)
    noted(crew.board, 1, 50, 1, False)
    assert (crew.places[team.ASLEEP], crew.places[team.BELL]) == (1, bell)
    crew.summon(1, True)
    noted(crew.board, 1, 50_000, 1, False)
    assert crew.places[team.BELL] == bell + 1
    assert soon(lambda: crew.places[team.ASLEEP] == 1)


def test_a_helper_that_cannot_sleep_waits_for_its_bell(monkeypatch: pytest.MonkeyPatch) -> None:
    """In Python, where there is no futex."""
    monkeypatch.setattr(pool, "SLEEPS", False)
    crew = pool.Team()
    crew.summon(1, True)
    assert soon(lambda: crew.helpers[0].asleep)
    crew.summon(1, True)
    assert not crew.helpers[0].asleep
    assert soon(lambda: crew.helpers[0].asleep)


@pytest.mark.skipif(len(pool.allowed()) < 2, reason="one core, or the system does not tell")
def test_helpers_leave_the_core_of_the_caller(monkeypatch: pytest.MonkeyPatch) -> None:
    """For another one that the process may use, wherever the caller comes to run; new ones, too."""
    crew = pool.Team()
    for count, core in enumerate(sorted(pool.allowed())[:2], start=1):
        monkeypatch.setattr(pool, "here", lambda core=core: core)
        crew.summon(count, True)
        found = [os.sched_getaffinity(helper.thread.native_id or 0) for helper in crew.helpers]
        assert found == [pool.allowed() - {core}] * count


def test_a_helper_without_another_core_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    """And one that the system does not let move is no error."""
    crew = pool.Team()
    monkeypatch.setattr(pool, "allowed", lambda: {0})
    monkeypatch.setattr(pool, "here", lambda: 0)
    crew.summon(1, True)
    assert crew.others == set()
    monkeypatch.setattr(pool, "here", lambda: 1)
    monkeypatch.setattr(os, "sched_setaffinity", refused, raising=False)
    crew.summon(1, True)
    assert crew.others == {0}


def refused(*_: Any) -> None:
    """As a sandbox does."""
    raise PermissionError


def test_a_team_that_is_busy_is_not_waited_for() -> None:
    """The step is then made alone."""
    with pool._team.busy:
        assert pool.share(lambda *args: args, 2, 10**9, "rest") == (0, 0, "rest")
    assert pool.share(lambda *args: args, 2, 0, "rest") == (pool._team.board, 1, "rest")
    assert pool.share(lambda *args: args, 1, 10**9, "rest") == (0, 0, "rest")


def test_a_step_that_fails_gives_the_team_back() -> None:
    """As with any lock."""

    def fails(*_: Any) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        pool.share(fails, 2, 0)
    assert not pool._team.busy.locked()


def test_threads_are_used_for_many_entries_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """All cores from `pool.MANY` entries on, never more than there are chunks."""
    monkeypatch.setattr(pool, "cores", lambda: 4)
    assert pool.how_many(None, pool.MANY - 1, 300) == 1
    assert pool.how_many(None, pool.MANY, 300) == 4
    assert pool.how_many(7, 100, 300) == 4
    assert pool.how_many(2, 100, 300) == 2
    assert pool.how_many(7, 100, 3) == 3
    assert pool.how_many(None, 0, 0) == 1


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_forked_child_may_step() -> None:
    """After the parent has used its pool, which the child does not inherit."""
    a = ordinary(100_000, np.float32)
    wanted = fused(L2(), "explicit", a, S, 2)
    child = os.fork()
    if child == 0:
        same = same_bits(fused(L2(), "explicit", a, S, 2).x, wanted.x)
        os._exit(0 if same else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert same_bits(fused(L2(), "explicit", a, S, 2).x, wanted.x)


def copied(tmp_path: Path) -> Path:
    """The two packages without anything compiled."""
    for source in ("lionk_ref", "backends/lionk_numba"):
        skip = shutil.ignore_patterns("__pycache__", "*.npz")
        shutil.copytree(ROOT / source, tmp_path / source, ignore=skip)
    return tmp_path


def test_the_cache_knows_every_source(tmp_path: Path) -> None:
    """A second process compiles nothing; one after a change in a formula does, and shows it."""
    root = copied(tmp_path)
    log = {"NUMBA_DEBUG_CACHE": "1"}
    first, second = python(STEP, root, **log), python(STEP, root, **log)
    assert "data saved" in first.stdout
    assert "data saved" not in second.stdout
    assert first.stdout.splitlines()[-1] == second.stdout.splitlines()[-1] == "1.0"
    formulas = root / "backends/lionk_numba/formulas.py"
    text = formulas.read_text("utf-8")
    formulas.write_text(text.replace("x + s.lr * (u - s.lam * x)", "x + s.lr * (u - 0 * x)"))
    assert python(STEP, root).stdout == "1.5\n"


def test_without_a_disk_to_write_on_kernels_are_compiled_anew(tmp_path: Path) -> None:
    """Where neither the package's folder nor the user's can be written, nothing is kept."""
    root = copied(tmp_path)
    block = (
        "import numba.core.caching as c\n"
        "def nowhere(self):\n"
        "    raise OSError\n"
        "c._CacheLocator.ensure_cache_path = nowhere\n"
    )
    done = python(block + STEP, root)
    assert done.stdout == "1.0\n", done.stderr
    assert not list(root.glob("backends/lionk_numba/**/*.nb?"))


def test_without_the_compiler_the_backend_says_why() -> None:
    """In one line, when it is asked for."""
    done = python(STEP.replace("find(", "require(").replace("find", "require"),
                  NUMBA_DISABLE_JIT="1")  # fmt: skip
    assert done.returncode == 1
    assert re.search(r"'numba' cannot be used: NUMBA_DISABLE_JIT is set", done.stderr)


def test_addresses_without_the_structs_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the layout of arrays in memory is not what is expected, each array is asked."""
    arrays = [ordinary(n, np.float64) for n in (3, 20_000, 0, 7)]
    columns: Any = tuple(zip(*arrays, strict=True))
    (quick,) = gather(columns)
    monkeypatch.setattr(addresses, "trusted", lambda: False)
    (slow,) = gather(columns)
    assert addresses.trusted.__name__ == "<lambda>"
    assert quick.rows.tolist() == slow.rows.tolist()
    assert quick[1:5] == slow[1:5]


def test_overlaps_are_looked_for_again_when_an_array_is_another() -> None:
    """What was found is remembered for the very same addresses only."""
    x, m, g = ({"a": np.zeros(5), "b": np.zeros(5)} for _ in range(3))
    backend.step_(L1(), "explicit", x, m, g, **S._asdict())
    assert overlap._last
    with pytest.raises(ValueError, match="overlap"):
        backend.step_(L1(), "explicit", {"a": x["a"], "b": m["a"]}, m, g, **S._asdict())
