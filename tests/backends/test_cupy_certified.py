"""The sums that a certificate needs, against the core's functions in float64."""

from __future__ import annotations

from collections.abc import Callable
from math import fsum
from typing import Any

import numpy as np
import pytest
from cuda_cases import HYPER, LONG, core, same, triple
from cuda_kernels import CLOSE, EXACT, SUMMED_DOUBLE
from cuda_sums import expected_sums

from lionk_ref.backend import Sums
from lionk_ref.convex import (
    L1,
    L2,
    AsymmetricBox,
    Ellipsoid,
    GroupL2,
    HalfSquaredNorm,
    Huber,
    LInf,
    Lp,
    Relativistic,
    TopK,
    WeightedL1,
)

TYPES = np.float32, np.float64
WEIGHTS = tuple(1.0 + i % 5 for i in range(-(-LONG // 4)))
WEIGHTED = GroupL2(size=4, weights=WEIGHTS)


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


@pytest.mark.parametrize(("low", "gauge"), [(-0.5, 1.5), (0.0, np.inf)])
def test_gauge_of_a_box_with_0_at_its_edge(machine: Any, low: float, gauge: float) -> None:
    """What is below 0 there is outside by any measure, and no minus makes it inside."""
    x = np.array([1.0, -1.5, 0.0, -0.0])
    still = {"lr": 0.0, "beta1": 0.5, "beta2": 0.5, "lam": 0.5}
    K = AsymmetricBox(low=low, high=1.0)
    assert run(machine, K, (x, 0 * x, 0 * x), still)[0].gauge == gauge


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


@pytest.mark.parametrize("K", [L1(), L2(), GroupL2(size=40), TopK(k=9000)], ids=lambda K: K.key)
def test_the_number_of_blocks_changes_nothing(
    host: Any, monkeypatch: pytest.MonkeyPatch, K: Any
) -> None:
    """The sums of a chunk are added in the order of the chunks."""
    from lionk_cupy import Backend

    found = []
    for blocks in (1, 2, 3):
        monkeypatch.setattr(host, "blocks", blocks)
        x, m, g = triple(LONG, np.float32, special=False)
        found.append(Backend(host).certified_step_(K, "explicit", x, m, g, **HYPER))
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


GAUGES: list[tuple[Any, Callable[[Any], float]]] = [
    (GroupL2(size=2500), lambda y: max(fsum(z**2) ** 0.5 for z in groups(y, 2500))),
    (GroupL2(size=40, weights=0.3), lambda y: max(fsum(z**2) ** 0.5 / 0.3 for z in groups(y, 40))),
    (
        WEIGHTED,
        lambda y: max(fsum(z**2) ** 0.5 / w for z, w in zip(groups(y, 4), WEIGHTS, strict=True)),
    ),
    (TopK(k=2), lambda y: max(np.max(np.abs(y)), fsum(np.abs(y)) / 2)),
    (TopK(k=9000), lambda y: max(np.max(np.abs(y)), fsum(np.abs(y)) / 9000)),
    (TopK(k=LONG), lambda y: float(np.max(np.abs(y)))),
    (Ellipsoid(), lambda y: (fsum(y**2) / 2) ** 0.5),
    (Relativistic(e=30.0), lambda y: fsum(y**2) ** 0.5),
    *((HalfSquaredNorm(N), lambda y: 0.0) for N in (L1(), L2(), LInf(), Lp(p=3.0))),
]
"""K, and the gauge of its domain by itself."""


def groups(y: Any, size: int) -> list[Any]:
    """y, cut into groups."""
    return [y[i : i + size] for i in range(0, len(y), size)]


@pytest.mark.parametrize(
    ("K", "gauge", "dtype"),
    [(K, gauge, t) for K, gauge in GAUGES for t in TYPES[: 1 + (K in SUMMED_DOUBLE)]],
    ids=lambda K: getattr(K, "key", getattr(K, "__name__", "")),
)
def test_the_other_families(machine: Any, order: None, K: Any, gauge: Any, dtype: Any) -> None:
    """Groups, the k largest, norms smoothed or squared: the sums, the gauge, and the bare step."""
    hyper, arrays = HYPER | {"lam": 0.7}, triple(LONG, dtype, special=False)
    sums, after = run(machine, K, arrays, hyper)
    expected, size = expected_sums(K, *arrays, hyper)
    for name, a, b in zip(Sums._fields[:-1], sums, expected, strict=False):
        assert abs(a - b) <= (1e-6 if dtype is np.float32 else 1e-14) * size, name
    wide = [a.astype(np.float64) for a in after]
    K_next = float(K.value(wide[1]))
    assert abs(sums.K_m_next - K_next) <= 1e-14 * K_next
    assert abs(sums.gauge - gauge(0.7 * wide[0])) <= 1e-14 * sums.gauge
    there = [machine.put(a.copy()) for a in arrays]
    machine.backend.step_(K, "explicit", *there, **hyper)
    assert all(same(machine.get(a), b) for a, b in zip(there[:2], after, strict=True))


def test_an_ellipsoid_with_axes(machine: Any) -> None:
    """K has the roots of A, the gauge their inverses, entry by entry."""
    K = Ellipsoid(tuple(0.25 * 2 ** (i % 5) for i in range(60)))
    hyper, arrays = HYPER | {"lam": 0.7}, triple(60, np.float64, special=False)
    sums, after = run(machine, K, arrays, hyper)
    expected, size = expected_sums(K, *arrays, hyper)
    assert all(abs(a - b) <= 1e-14 * size for a, b in zip(sums[:-1], expected, strict=False))
    gauge = fsum((0.7 * after[0]) ** 2 / np.array(K.A)) ** 0.5
    assert abs(sums.gauge - gauge) <= 1e-14 * gauge


@pytest.mark.parametrize("K", [GroupL2(size=40), TopK(k=9), Relativistic()], ids=lambda K: K.key)
def test_the_other_families_on_many_arrays(machine: Any, K: Any) -> None:
    """Each array by itself, whatever its length, and the sums of all."""
    arrays = [triple(n, np.float32, n, special=False) for n in (7, LONG, 1, 300)]
    there = [{str(i): machine.put(t[k].copy()) for i, t in enumerate(arrays)} for k in range(3)]
    sums = machine.backend.certified_step_(K, "explicit", *there, **HYPER)
    singles = [run(machine, K, t, HYPER)[0] for t in arrays]
    for k, total in enumerate(sums[:-1]):
        assert abs(total - fsum(s[k] for s in singles)) <= 1e-15 * fsum(abs(s[k]) for s in singles)
    assert sums.gauge == max(s.gauge for s in singles)


@pytest.mark.parametrize("K", [GroupL2(size=40), TopK(k=9), L2()], ids=lambda K: K.key)
def test_a_nan_reaches_every_sum_of_it(machine: Any, K: Any) -> None:
    """One in m: K(m), K(m'), K(m_tilde) and all that is made of them."""
    x, m, g = triple(LONG, np.float32, special=False)
    m[LONG // 2] = np.nan
    sums, _ = run(machine, K, (x, m, g), HYPER)
    assert np.all(np.isnan([sums.K_m_next, sums.K_m_tilde, *sums[3:]]))


def test_nothing_is_summed_of_no_entries(machine: Any) -> None:
    """Zeros, for every family."""
    for K in (L1(), L2(), GroupL2(), TopK()):
        there = [machine.put(np.ones(0, np.float32)) for _ in range(3)]
        assert machine.backend.certified_step_(K, "explicit", *there, **HYPER) == (0,) * 10
