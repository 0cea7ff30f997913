"""The plug-in: what `lionk_ref.backend.Backend` asks for."""

from __future__ import annotations

import os
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from typing import Any

from lionk_numba.kinds import kind_of
from lionk_ref.arrays import Array, Arrays
from lionk_ref.backend import Kinds, Sums
from lionk_ref.convex import ConvexFunction
from lionk_ref.discrete.updates import require_scheme


class Backend:
    """Steps on NumPy arrays, fused where K has a kernel.

    Examples
    --------
    >>> from lionk_ref.convex import L1, Nuclear
    >>> Backend().support(L1()), Backend().support(Nuclear())
    ('fused', 'core')
    """

    name = "numba"
    device = "cpu"

    @property
    def version(self) -> str:
        try:
            return version("numba")
        except PackageNotFoundError:
            return "-"

    def why_not(self) -> str | None:
        return _why_not()

    def accepts(self, x: Array) -> bool:
        return type(x).__module__ == "numpy"

    def support(self, K: ConvexFunction) -> str:
        if not isinstance(K, ConvexFunction):
            return "none"
        return "core" if kind_of(K) is None else "fused"

    def step_(
        self, K: Kinds, scheme: str, x: Arrays, m: Arrays, g: Arrays, *,
        lr: float, beta1: float, beta2: float, lam: float, threads: int | None = None,
    ) -> None:  # fmt: skip
        run = _run()
        require_scheme(scheme)
        run.step(K, x, m, g, run.Hyper(run.NUMBER[scheme], lr, beta1, beta2, lam), threads)

    def certified_step_(
        self, K: Kinds, scheme: str, x: Arrays, m: Arrays, g: Arrays, *,
        lr: float, beta1: float, beta2: float, lam: float, threads: int | None = None,
    ) -> Sums:  # fmt: skip
        run = _run()
        require_scheme(scheme)
        hyper = run.Hyper(run.NUMBER[scheme], lr, beta1, beta2, lam)
        sums: Sums = run.certified_step(K, x, m, g, hyper, threads)
        return sums


@cache
def _why_not() -> str | None:
    if find_spec("numba") is None:
        return "numba is not installed"
    if os.environ.get("NUMBA_DISABLE_JIT", "0") not in ("", "0"):
        return "NUMBA_DISABLE_JIT is set in the environment"
    return None


@cache
def _run() -> Any:
    from lionk_numba import run

    return run
