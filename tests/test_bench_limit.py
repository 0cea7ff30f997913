"""The limit of ``lionk bench``: each of its kernels is eq. (2) for Lion, exactly."""

from __future__ import annotations

import os
import shutil
import weakref
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lionk_ref.bench import limit, limit_twins, peers_torch

HYPER = 0.25, 0.75, 0.5, 0.5
"""With whole numbers in x, m and g every operation is exact in float32."""

SIZES = 0, 1, 15, 16, 17, 1000
CC = shutil.which(os.environ.get("CC", "cc"))
needs_c = pytest.mark.skipif(CC is None, reason="no C compiler")
OPENMP = limit.in_openmp(CC) if CC else None
needs_openmp = pytest.mark.skipif(OPENMP is None, reason="no OpenMP")
TASKS = Path("/proc/self/task")


def start(n: int) -> tuple[Any, Any, Any]:
    """Whole numbers, among them zeros and entries where m_tilde is 0."""
    rng = np.random.default_rng(n)
    x, m, g = (rng.integers(-9, 10, n).astype(np.float32) for _ in "xmg")
    m[::3], g[::3] = 1, 3
    return x, m, g


def lion(x: Any, m: Any, g: Any) -> list[tuple[Fraction, Fraction]]:
    """Eq. (2) in Fractions, entry by entry."""
    lr, beta1, beta2, lam = map(Fraction, HYPER)
    entries = []
    for x0, m0, g0 in zip(*(map(Fraction, a.tolist()) for a in (x, m, g)), strict=True):
        tilde = beta1 * m0 - (1 - beta1) * g0
        u = (tilde > 0) - (tilde < 0)
        entries.append((x0 + lr * (u - lam * x0), beta2 * m0 - (1 - beta2) * g0))
    return entries


def c_limit() -> limit.Limit:
    """The kernels in C, compiled anew; in OpenMP where there is one."""
    assert CC is not None, "no C compiler"
    return limit.in_openmp(CC) or limit.in_c(CC)


def check_kernel(kernel: Any) -> None:
    """One step at every size is eq. (2), and leaves g alone."""
    for n in SIZES:
        x, m, g = start(n)
        expected, kept = lion(x, m, g), g.copy()
        kernel(x, m, g, HYPER)()
        same = list(zip(x.tolist(), m.tolist(), strict=True)) == expected
        assert same, n
        assert (g == kept).all()


def check_c() -> None:
    """Both kernels in C, and the one that reads before it steps."""
    found = c_limit()
    assert found.twice is not None
    for kernel in (*found.kernels.values(), found.twice[0]):
        check_kernel(kernel)


@needs_c
def test_c_is_eq_2() -> None:
    """With and without prefetching."""
    check_c()


@pytest.mark.parametrize("kernel", [limit_twins.in_numba, limit_twins.in_numpy])
def test_twins_are_eq_2(kernel: Any) -> None:
    """The twin in Numba, and that in NumPy in blocks."""
    check_kernel(kernel)


def test_numpy_at_the_end_of_a_block(monkeypatch: pytest.MonkeyPatch) -> None:
    """With blocks of 16 entries the sizes have whole blocks and rests."""
    monkeypatch.setattr(limit_twins, "BLOCK", 16)
    check_kernel(limit_twins.in_numpy)


def check_shared(start_: limit.Shared) -> None:
    """On any number of threads each entry is stepped once, also where there are few."""
    for n in (*SIZES, 31, 32, 33, 47, 48, 1001):
        for threads in (1, 2, 3, 5):
            x, m, g = start(n)
            expected = lion(x, m, g)
            start_(x, m, g, HYPER, threads)()
            same = list(zip(x.tolist(), m.tolist(), strict=True)) == expected
            assert same, (n, threads)


def check_pooled() -> None:
    """By threads of Python."""
    check_shared(limit.with_pool("", {"numpy": limit_twins.in_numpy}).shared["numpy"])


def check_openmp() -> None:
    """Both kernels in C, by OpenMP."""
    assert OPENMP is not None, "no OpenMP"
    for shared in c_limit().shared.values():
        check_shared(shared)


def test_pooled_shares_cover_all() -> None:
    """Shares of whole cache lines, the rest in the last one."""
    check_pooled()


@needs_openmp
def test_openmp_shares_cover_all() -> None:
    """The same shares."""
    check_openmp()


def check_alike() -> None:
    """Every runner makes the same step, bit for bit, with numbers that are rounded."""
    found = c_limit()
    for n in (1, 33, 1001):
        given = [np.random.default_rng(n).standard_normal((3, n), np.float32)] * 2
        first, *others = [
            _stepped(found, name, *given[0].copy(), threads)
            for threads in (1, 3)
            for name in found.runners(*given[0], threads)
        ]
        assert len(others) >= 3
        same = set(others) == {first}
        assert same, n


def _stepped(found: limit.Limit, name: str, x: Any, m: Any, g: Any, threads: int) -> bytes:
    found.runners(x, m, g, threads)[name]()
    return bytes(x.tobytes() + m.tobytes())


@needs_c
def test_all_runners_are_alike() -> None:
    """What is raced against is one and the same step."""
    check_alike()


def check_kept() -> None:
    """The arrays live as long as the runner that steps on them."""
    x, m, g = start(100)
    alive = weakref.ref(x)
    run = c_limit().kernels["plain"](x, m, g, HYPER)
    del x
    assert alive() is not None
    run()


@needs_c
def test_arrays_are_kept() -> None:
    """A pointer alone would be to memory of others."""
    check_kept()


def check_team() -> None:
    """As many threads step as are asked for, whatever OpenMP was told for the others."""
    shared = c_limit().shared["plain"]
    told = [(library, library.omp_get_max_threads()) for library in peers_torch.openmp()]
    assert told
    for library, _ in told:
        library.omp_set_num_threads(1)
    tasks = []
    for count in (2, 7):
        shared(*start(1000), HYPER, count)()
        tasks.append(set(os.listdir(TASKS)))
    for library, threads in told:
        library.omp_set_num_threads(threads)
    assert len(tasks[1] - tasks[0]) >= 5


@needs_openmp
@pytest.mark.skipif(not TASKS.exists(), reason="no /proc on this system")
def test_openmp_has_a_team_of_its_own() -> None:
    """An explicit number is not that of `set_threads`."""
    check_team()


def test_twenty_bytes() -> None:
    """What is read, x, m and g, and what is written, x and m."""
    x, m, g = start(1000)
    assert sum(a.nbytes for a in (x, m, g, x, m)) == 1000 * limit.BYTES


def fresh_limit(monkeypatch: pytest.MonkeyPatch, compiler: str) -> limit.Limit:
    """The limit with another C compiler."""
    monkeypatch.setenv("CC", compiler)
    limit.limit.cache_clear()
    try:
        return limit.limit()
    finally:
        limit.limit.cache_clear()


@needs_c
def test_what_it_is_written_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """C, with the compiler and its flags; a kernel on one thread is always among the runners."""
    found = fresh_limit(monkeypatch, "cc")
    assert found.what.startswith("C with OpenMP by " if OPENMP else "C without OpenMP by ")
    assert "-O3" in found.what
    runners = found.runners(*start(100), threads=2)
    assert list(runners) == ["plain, 1", "ahead, 1", "plain, 2", "ahead, 2"]
    assert list(found.runners(*start(100), threads=1)) == ["plain, 1", "ahead, 1"]


@needs_c
@pytest.mark.parametrize("flag", ["-fno-such-flag", "-fno-openmp", "-lno-such-library"])
def test_a_compiler_without_openmp(monkeypatch: pytest.MonkeyPatch, flag: str) -> None:
    """One that refuses it, one that has heard nothing of it, one without its library."""
    monkeypatch.setattr(limit, "OPENMP", flag)
    found = fresh_limit(monkeypatch, "cc")
    assert found.what.startswith("C without OpenMP by ")
    assert flag not in found.what
    check_shared(found.shared["ahead"])


@pytest.mark.skipif(shutil.which("false") is None, reason="no C compiler")
def test_a_compiler_that_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin takes its place, and says so."""
    found = fresh_limit(monkeypatch, "false")
    assert found.what.startswith("Numba (the C compiler failed: ")
    assert list(found.kernels) == ["numba"]


def test_no_compiler(monkeypatch: pytest.MonkeyPatch) -> None:
    """Numba, or else NumPy; both with the reason."""
    assert fresh_limit(monkeypatch, "no-such-compiler").what == "Numba (there is no C compiler)"
    monkeypatch.setattr(limit_twins, "find_spec", lambda name: None)
    found = fresh_limit(monkeypatch, "no-such-compiler")
    assert found.what == "NumPy in blocks (there is no C compiler and no Numba)"
    assert list(found.kernels) == ["numpy"]
