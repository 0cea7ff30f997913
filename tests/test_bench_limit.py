"""The limit of ``lionk bench``: each of its kernels is eq. (2) for Lion, exactly."""

from __future__ import annotations

import os
import shutil
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from lionk_ref.bench import limit, limit_twins

HYPER = 0.25, 0.75, 0.5, 0.5
"""With whole numbers in x, m and g every operation is exact in float32."""

SIZES = 0, 1, 15, 16, 17, 1000
CC = shutil.which(os.environ.get("CC", "cc"))
needs_c = pytest.mark.skipif(CC is None, reason="no C compiler")


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


def c_kernels() -> dict[str, Any]:
    """The kernels in C, compiled anew."""
    assert CC is not None, "no C compiler"
    library = limit.compiled(CC)
    return {name: limit._c_kernel(getattr(library, name)) for name in ("plain", "ahead")}


def check_kernel(kernel: Any) -> None:
    """One step at every size is eq. (2), and leaves g alone."""
    for n in SIZES:
        x, m, g = start(n)
        expected, kept = lion(x, m, g), g.copy()
        kernel(x, m, g, HYPER)()
        assert list(zip(x.tolist(), m.tolist(), strict=True)) == expected, n
        assert (g == kept).all()


def check_c() -> None:
    """Both kernels in C."""
    for kernel in c_kernels().values():
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


def check_shares() -> None:
    """On any number of threads each entry is stepped once."""
    for n in (1, 31, 32, 1000):
        for threads in (1, 2, 3):
            x, m, g = start(n)
            expected = lion(x, m, g)
            limit._shared(_exact(limit_twins.in_numpy), x, m, g, threads)()
            assert list(zip(x.tolist(), m.tolist(), strict=True)) == expected, (n, threads)


def _exact(kernel: Any) -> Any:
    return lambda x, m, g, hyper: kernel(x, m, g, HYPER)


def test_shares_cover_all() -> None:
    """Shares of whole cache lines, the rest in the last one."""
    check_shares()


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
    assert found.what.startswith("C by ")
    assert "-O3" in found.what
    runners = found.runners(*start(100), threads=2)
    assert list(runners) == ["plain, 1", "plain, 2", "ahead, 1", "ahead, 2"]
    assert list(found.runners(*start(100), threads=1)) == ["plain, 1", "ahead, 1"]


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
