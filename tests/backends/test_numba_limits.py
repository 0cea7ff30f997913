"""Where the kernels come to an end: subnormal numbers, and brackets that are all but full."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numba_backend import FLOATS, backend
from numba_copies import ALWAYS, Mutant, load

from lionk_numba.select import WORD
from lionk_numba.tables import gather
from lionk_numba.thresholds import room
from lionk_ref.convex import ConvexFunction, Lp, TopK
from lionk_ref.convex.projections import lp_norm
from step_cases import drawn, same_bits

WHOLE = ([1, 1, 1], [1, 2, 3], [7, 100, 1000, 5], [0, 1, 0], [2**20 + 1, 2**20 - 1])


def u(K: ConvexFunction, z: Any, by: Any = backend) -> Any:
    """dK(z)."""
    x = np.zeros_like(z)
    by.step_(K, "explicit", x, np.zeros_like(z), -z, lr=1.0, beta1=0.0, beta2=0.0, lam=0.0)
    return x


@FLOATS
@pytest.mark.parametrize("p", [1.1, 1.5, 1.7, 2.0, 2.5, 4.0, 6.0, 10.0, 24.0, 50.0, 99.0, 600.0])
def test_dK_of_a_norm_has_no_scale(p: float, dtype: Any) -> None:
    """dK(2^-k z) = dK(z), down to the least number there is; both round 7 + 3/p + 4 times."""
    least = np.finfo(dtype).smallest_subnormal
    for whole in WHOLE:
        z = np.array(whole, dtype)
        wanted = Lp(p).subgradient(z)
        for shown in (z, z * least):
            error = (7 * p + 4) * np.finfo(dtype).eps / 2
            np.testing.assert_allclose(u(Lp(p), shown), wanted, rtol=error)


def gauge(K: ConvexFunction, x: Any, by: Any = backend) -> Any:
    """The dual norm of x, from the sums of a step that leaves x as it is."""
    zero, own = np.zeros_like(x), x.copy()
    sums = by.certified_step_(
        K, "explicit", own, zero, zero, lr=1e-9, beta1=0.0, beta2=0.0, lam=1.0
    )
    assert same_bits(own, x)
    return np.float64(sums.gauge)


@FLOATS
@pytest.mark.parametrize("p", [1.0001, 1.1, 2.0, 3.0, 99.0])
def test_the_gauge_of_subnormals(p: float, dtype: Any) -> None:
    """Its scale is that of x, also where the dual power is 10001; halves of x must be numbers."""
    least = 2 * np.finfo(dtype).smallest_subnormal
    for whole in WHOLE:
        x = np.array(whole, dtype)
        wanted = float(lp_norm(x.astype(np.float64), p / (p - 1))) * float(least)
        error = (7 / (p - 1) + 11) * float(np.finfo(dtype).eps) / 2
        assert abs(gauge(Lp(p), x * least) - wanted) <= error * wanted


def crowded(n: int, inside: int, dtype: Any) -> Any:
    """The sample sees nothing but large numbers; of the others so many are close to each other."""
    rng, places = np.random.default_rng(0), drawn(n)
    z = rng.uniform(0.001, 0.01, n)
    z[places] = rng.uniform(1000, 2000, len(places))
    others = np.setdiff1d(np.arange(n), places)
    z[rng.choice(others, inside, replace=False)] = rng.uniform(1, 1.06, inside)
    return z.astype(dtype)


N, RANK = 8192, 4096


def nearly_full(dtype: Any) -> list[Any]:
    """With as many numbers in the bracket as there is room for, or some fewer, or one more."""
    one = np.zeros(N, dtype)
    kept = room(gather(((one,), (one + 1,), (one,)))[0], RANK, N)[1].size
    return [crowded(N, inside, dtype) for inside in range(kept - WORD - 8, kept + 2, 6)]


@FLOATS
def test_a_bracket_that_is_all_but_full(dtype: Any) -> None:
    """Each of its numbers is kept, or it is divided."""
    for z in nearly_full(dtype):
        assert same_bits(u(TopK(RANK), z), TopK(RANK).subgradient(z))


MUTANTS = {
    "less room than a word needs": Mutant(
        "select.py", "k, kept.size - WORD)", "k, kept.size - 16)", TopK(RANK)
    ),
    "one factor for subnormals": Mutant(
        "first_pass.py", "power_of_two_near(largest * q, most)", "1.0", Lp(p=99.0)
    ),
    "one factor for subnormals and high powers": Mutant(
        "first_pass.py", "self.more = 1 / (largest * wanted[:, :, 1])", "pass", Lp(p=1.0001)
    ),
    "powers that underflow": Mutant(
        "first_pass.py", "FAR if number >= LP else self.name", "self.name", Lp(p=16.0)
    ),
}


def shown(K: ConvexFunction, by: Any) -> list[Any]:
    """dK, and the gauge, where a mutant of K shows."""
    if isinstance(K, TopK):
        return [u(K, z, by) for z in nearly_full(np.float32)]
    z = np.full(3, 4e-45, np.float32)
    return [u(K, z, by), gauge(K, z, by)]


@pytest.mark.parametrize("name", MUTANTS)
def test_mutants(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each differs from the backend."""
    monkeypatch.syspath_prepend(str(tmp_path))
    mutant = MUTANTS[name]
    wrong = load(tmp_path, mutant, mutant.K.key, *ALWAYS)
    pairs = zip(shown(mutant.K, wrong), shown(mutant.K, backend), strict=True)
    assert not all(same_bits(a, b) for a, b in pairs)
