"""The two backends against each other: Numba's machine code and the CUDA kernels, the same bits."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from cuda_cases import HYPER, LONG, same, triple
from cuda_kernels import EXACT, SCHEMES

from lionk_ref.backend import find
from lionk_ref.convex import TopK

numba = find("numba")
if reason := numba.why_not():
    pytest.skip(f"[numba] {reason}", allow_module_level=True)

SIZES = (1, 17, 8193, LONG)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("K", [*EXACT, TopK(k=2), TopK(k=9000)], ids=repr)
def test_numba_is_cuda(machine: Any, K: Any, scheme: str, dtype: Any) -> None:
    """Separable K and TopK, with every pair of special values where there may be NaN."""
    if numba.support(K) != "fused":
        pytest.fail(f"numba has no kernel for {K!r}")
    special = not isinstance(K, TopK)
    trees = [{str(n): triple(n, dtype, n, special)[k] for n in SIZES} for k in range(3)]
    ours = [{n: machine.put(a.copy()) for n, a in tree.items()} for tree in trees]
    with np.errstate(all="ignore"):
        numba.step_(K, scheme, *trees, **HYPER)
    machine.backend.step_(K, scheme, *ours, **HYPER)
    for name in trees[0]:
        assert same(machine.get(ours[0][name]), trees[0][name]), name
        assert same(machine.get(ours[1][name]), trees[1][name]), name


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("K", EXACT, ids=repr)
def test_certified_steps_sum_the_same(machine: Any, K: Any, scheme: str) -> None:
    """Numba adds runs of float32, the kernels doubles: 32 units of float32 of what is added."""
    arrays = triple(LONG, np.float32, special=False)
    ours, theirs = ([put(a.copy()) for a in arrays] for put in (machine.put, lambda a: a))
    cuda = machine.backend.certified_step_(K, scheme, *ours, **HYPER)
    other = numba.certified_step_(K, scheme, *theirs, **HYPER)
    x, m = (a.astype(np.float64) for a in theirs[:2])
    u = K.subgradient(m)
    size = float(K.value(m) + np.abs(m) @ (np.abs(x) + np.abs(u)) + u @ u + x @ x) + LONG
    pairs = zip(cuda, other, strict=True)
    assert all(a == b or abs(a - b) <= 32 * 2.0**-24 * size for a, b in pairs)
    assert np.array_equal(machine.get(ours[0]), theirs[0])
