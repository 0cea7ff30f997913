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
