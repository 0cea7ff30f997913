"""The sums that a certificate needs, against the core's functions in float64."""

from __future__ import annotations

from math import fsum
from typing import Any

import numpy as np
import pytest
from cuda_cases import HYPER, LONG, core, same, triple
from cuda_kernels import CLOSE, EXACT

from lionk_ref.backend import Sums
from lionk_ref.convex import L1, L2, GroupL2, Huber, LInf, Lp, Relativistic, TopK, WeightedL1
from lionk_ref.discrete.updates import State, look_ahead


def expected_sums(K: Any, x: Any, m: Any, g: Any, hyper: dict[str, float]) -> tuple[Sums, float]:
    """The sums by the core, and the size of what cancels in them."""
    after = core(K, "explicit", x, m, g, **hyper)
    raw = look_ahead(State(x, m), g, beta1=hyper["beta1"])
    x, m, x_next, m_next, m_tilde, u = (
        a.astype(np.float64) for a in (x, m, *after, raw, K.subgradient(raw))
    )
    y, y_next = hyper["lam"] * x, hyper["lam"] * x_next

    def fy(z: Any, at: Any) -> float:
        return float(K.value(z) + K.projected_conjugate(at)) - fsum(z * at)

    size = sum(float(K.value(z)) for z in (m, m_next, m_tilde)) + float(np.abs(x_next) @ np.abs(m))
    stars = [K.projected_conjugate(a) for a in (y, y_next, u)]
    sums = Sums(
        float(K.value(m_next)), float(K.value(m_tilde)), float(stars[1]), fsum(x_next * m_next),
        fy(m_tilde, y), fy(m_tilde, y_next), fy(m, u), fy(m_next, u), fsum((u - y_next) ** 2), 0.0,
    )  # fmt: skip
    return sums, size + float(sum(stars)) + float(np.abs(u) @ np.abs(m)) + sums.v_squared


def run(machine: Any, K: Any, arrays: Any, hyper: dict[str, float]) -> tuple[Sums, Any]:
    """A certified step on copies, its sums, and x and m after it."""
    there = [machine.put(a.copy()) for a in arrays]
    sums = machine.backend.certified_step_(K, "explicit", *there, **hyper)
    return sums, [machine.get(a) for a in there[:2]]


@pytest.mark.parametrize(
    "K", [*EXACT, *CLOSE, WeightedL1.examples((LONG,))[1]], ids=lambda K: K.key
)
def test_sums(machine: Any, K: Any) -> None:
    """Each to 14 digits of the terms in it; the step itself is the bare one."""
    hyper, arrays = HYPER | {"lam": 0.7}, triple(LONG, np.float32, special=False)
    sums, after = run(machine, K, arrays, hyper)
    expected, size = expected_sums(K, *arrays, hyper)
    for name, a, b in zip(Sums._fields[:-1], sums, expected, strict=False):
        assert abs(a - b) <= (1e-6 if K in CLOSE else 1e-13) * size, name
    if K in EXACT:
        assert all(
            same(a, b) for a, b in zip(after, core(K, "explicit", *arrays, **hyper), strict=True)
        )


@pytest.mark.parametrize("K", [L1(), WeightedL1(0.5), Huber(e=0.1)], ids=repr)
def test_gauge(machine: Any, K: Any) -> None:
    """At most 1 on the edge of the box, more beyond it, NaN where x is."""
    width = 0.5 if isinstance(K, WeightedL1) else 1.0
    for largest in (0.5, 1.0, 1.5):
        x = np.linspace(-1, 1, 20011) * largest * width / 0.5
        arrays = (x, np.zeros_like(x), np.zeros_like(x))
        still = {"lr": 0.0, "beta1": 0.5, "beta2": 0.5, "lam": 0.5}
        assert run(machine, K, arrays, still)[0].gauge == largest
        x[-5] = np.nan
        assert np.isnan(run(machine, K, arrays, still)[0].gauge)


def test_many_arrays_and_kinds(machine: Any) -> None:
    """The sums of a dict are those of its blocks."""
    K = {"a": L1(), "b": Huber(e=0.1), "c": L1(), "d": Huber(e=0.1)}
    arrays = {
        n: triple(s, np.float32, s, special=False)
        for n, s in zip(K, (7, 300, LONG, 1), strict=True)
    }
    there = [{n: machine.put(t[k].copy()) for n, t in arrays.items()} for k in range(3)]
    sums = machine.backend.certified_step_(K, "explicit", *there, **HYPER)
    singles = [run(machine, K[n], t, HYPER)[0] for n, t in arrays.items()]
    for k, total in enumerate(sums[:-1]):
        assert abs(total - fsum(s[k] for s in singles)) <= 1e-15 * fsum(abs(s[k]) for s in singles)
    assert sums.gauge == max(s.gauge for s in singles)


def test_what_is_summed_is_what_is_stored(machine: Any) -> None:
    """With momentum in bfloat16 the sums are of the rounded one."""
    x, _, g = triple(500, np.float32, special=False)
    there = [machine.put(a) for a in (x, np.zeros(500, np.uint16), g)]
    sums = machine.backend.certified_step_(Huber(), "explicit", *there, **HYPER)
    after, bits = (machine.get(a) for a in there[:2])
    m_next = (bits.astype(np.uint32) << 16).view(np.float32).astype(np.float64)
    assert abs(sums.x_m_next - fsum(after.astype(np.float64) * m_next)) < 1e-12
    assert abs(sums.K_m_next - float(Huber().value(m_next))) < 1e-12


def test_the_number_of_blocks_changes_nothing(host: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sums of a chunk are added in the order of the chunks."""
    from lionk_cupy import Backend

    found = []
    for blocks in (1, 2, 3):
        monkeypatch.setattr(host, "blocks", blocks)
        x, m, g = triple(LONG, np.float32, special=False)
        found.append(Backend(host).certified_step_(L1(), "explicit", x, m, g, **HYPER))
    assert found[0] == found[1] == found[2]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(("K", "q"), [(L2(), 2.0), (LInf(), 1.0), (Lp(), 3.0), (Lp(p=3.0), 1.5)])
def test_norms(machine: Any, K: Any, q: float, dtype: Any) -> None:
    """K in double, though u is in the dtype of x; the gauge is the dual norm of lam x'."""
    hyper, arrays = HYPER | {"lam": 0.7}, triple(LONG, dtype, special=False)
    sums, after = run(machine, K, arrays, hyper)
    expected, size = expected_sums(K, *arrays, hyper)
    for name, a, b in zip(Sums._fields[:-1], sums, expected, strict=False):
        assert abs(a - b) <= (1e-6 if dtype is np.float32 else 1e-14) * size, name
    m_next = after[1].astype(np.float64)
    assert abs(sums.K_m_next - float(K.value(m_next))) <= 1e-14 * sums.K_m_next
    gauge = fsum(np.abs(0.7 * after[0].astype(np.float64)) ** q) ** (1 / q)
    assert abs(sums.gauge - gauge) <= 1e-14 * gauge


def test_norms_of_many_arrays(machine: Any) -> None:
    """Each array has its own norm, and the norms are added."""
    arrays = [triple(n, np.float32, n, special=False) for n in (7, LONG, 1)]
    there = [{str(i): machine.put(t[k].copy()) for i, t in enumerate(arrays)} for k in range(3)]
    sums = machine.backend.certified_step_(L2(), "explicit", *there, **HYPER)
    singles = [run(machine, L2(), t, HYPER)[0] for t in arrays]
    for k, total in enumerate(sums[:-1]):
        assert abs(total - fsum(s[k] for s in singles)) <= 1e-15 * fsum(abs(s[k]) for s in singles)
    assert sums.gauge == max(s.gauge for s in singles)


def test_the_others_are_certified_elsewhere(machine: Any) -> None:
    """An error that says where; nothing is stepped."""
    there = [machine.put(np.ones(3)) for _ in range(3)]
    for K in (TopK(), GroupL2(), Relativistic()):
        with pytest.raises(ValueError, match=r"separable K, L2, LInf .* Use lionk_ref\.certify"):
            machine.backend.certified_step_(K, "explicit", *there, **HYPER)
    assert np.all(machine.get(there[0]) == 1)
