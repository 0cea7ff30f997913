"""Long runs of the backend ``numba``, certified on line by the sums of its own kernels."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numba_backend import FLOATS, SCHEMES

import summed
from lionk_ref import L1, L2, CertifiedRun, Huber, LionK, Lp
from lionk_ref.convex import (
    ConvexFunction,
    DeadZone,
    ElasticNet,
    HalfSquare,
    HalfSquaredNorm,
    LInf,
    Power,
    Relativistic,
    SortedL1,
)
from lionk_ref.discrete import Cosine, InverseSquareRoot, State
from summed import check, fused, run_of

MORE = (
    LInf(), SortedL1(), Relativistic(), DeadZone(), ElasticNet(), HalfSquare(),
    HalfSquaredNorm(L2()), Power(p=1.5), Lp(p=1.5),
)  # fmt: skip


@SCHEMES
@FLOATS
@pytest.mark.parametrize("K", [*summed.KINDS, *MORE], ids=repr)
def test_honest_runs_of_1000_steps_hold(K: ConvexFunction, dtype: Any, scheme: str) -> None:
    """From far outside with lr falling; shorter ones from inside and from the edge."""
    falling, slower = Cosine(0.1, steps=1001), InverseSquareRoot(0.1, warmup=5)
    for lr, x, steps in ((falling, 8.0, 1000), (slower, 1.0, 100), (0.02, 0.5, 100)):
        run = run_of(K, scheme, dtype, fused, backend="numba", lr=lr, scale=x, steps=steps)
        check(run)


@FLOATS
def test_many_entries_and_blocks(dtype: Any) -> None:
    """The runs of 16 terms, the chunks and several arrays: a dict of arrays is one run."""
    kinds = {"w": L2(), "b": Huber(e=0.1), "v": L1()}
    lion = LionK(kinds, 0.02, lam=0.5, backend="numba")
    rng = np.random.default_rng(1)
    b = {n: 3 * rng.standard_normal(size) for n, size in (("w", 40_001), ("b", 33), ("v", 20_000))}
    zeros = [{n: np.zeros(a.size, dtype) for n, a in b.items()} for _ in range(2)]
    s = State(*zeros)
    run = CertifiedRun(lion, s, L=1.0)

    def f() -> float:
        return sum(float(np.sum((s.x[n] - b[n]) ** 2)) for n in b) / 2

    for _ in range(30):
        before, g = f(), {n: (s.x[n] - b[n]).astype(dtype) for n in b}
        sums = lion.certified_step_(s, g)
        run.add(sums, before, f())
    check(run)
    assert all(run.inside)


@FLOATS
@SCHEMES
@pytest.mark.parametrize("K", summed.KINDS, ids=repr)
def test_wrong_betas_are_caught(K: ConvexFunction, scheme: str, dtype: Any) -> None:
    """The kernel itself with beta1 and beta2 in each other's place, or one of them off."""

    def swapped(lion: LionK, s: State, g: Any, t: int) -> Any:
        wrong = LionK(K, lion.lr, lion.beta2, lion.beta1, lion.lam, scheme, "numba")
        return wrong.certified_step_(s, g, t)

    def off(lion: LionK, s: State, g: Any, t: int) -> Any:
        wrong = LionK(K, lion.lr, 0.9, 0.98, lion.lam, scheme, "numba")
        return wrong.certified_step_(s, g, t)

    for wrong in (swapped, off):
        assert not run_of(K, scheme, dtype, wrong, backend="numba", with_f=False).ok
