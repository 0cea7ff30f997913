"""The backend in its process: threads, forks, the cache on disk, start-up."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numba_backend import backend, fused

from lionk_numba import addresses, overlap, pool
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


def test_an_error_in_one_thread_is_raised() -> None:
    """Whichever share it comes from, and only after the others have ended."""
    ended = []

    def work(first: int, last: int) -> None:
        if first == 2:
            raise ZeroDivisionError
        ended.append(first)

    with pytest.raises(ZeroDivisionError):
        pool.share(work, 6, 3)
    assert sorted(ended) == [0, 4]


def test_shares_cover_every_chunk_once() -> None:
    """For any number of chunks and threads."""
    for chunks in (1, 2, 5, 64):
        for threads in range(1, chunks + 1):
            seen: list[int] = []
            pool.share(lambda a, b, seen=seen: seen.extend(range(a, b)), chunks, threads)
            assert sorted(seen) == list(range(chunks))


def test_threads_are_used_for_many_entries_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """All cores from `pool.MANY` entries on, never more than there are chunks."""
    monkeypatch.setattr(pool, "cores", lambda: 4)
    assert pool.how_many(None, pool.MANY - 1, 300) == 1
    assert pool.how_many(None, pool.MANY, 300) == 4
    assert pool.how_many(7, 100, 300) == 7
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
