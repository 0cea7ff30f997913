"""Wrong kernels, each killed: a copy of the backend with one change differs from the core."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numba_backend import backend
from numba_copies import ALWAYS, Mutant, load

from lionk_ref.convex import (
    L1,
    L2,
    ConvexFunction,
    Cosh,
    DeadZone,
    GroupL2,
    Huber,
    LInf,
    LogCosh,
    Lp,
    Power,
    PseudoHuber,
    Scaled,
    SortedL1,
    TopK,
)
from step_cases import (
    AWKWARD,
    SETTINGS,
    Arrays,
    Setting,
    awkward,
    core_step,
    hidden,
    ordinary,
    same_bits,
    tied,
)

BY_CORE = Scaled(Huber(e=0.3), 2.0)
WEIGHTED = GroupL2(size=7, weights=tuple(1.0 + i % 3 for i in range(2858)))


MUTANTS = {
    "an fma in the momentum": Mutant(
        "emit.py", "move(x, u, s), s.beta2 * m - s.c2 * g",
        "move(x, u, s), intrinsic('fma', s.beta2, m, -(s.c2 * g))", L1(),
    ),
    "an fma in x": Mutant(
        "formulas.py", "return x + s.lr * (u - s.lam * x)",
        "return intrinsic('fma', s.lr, u - s.lam * x, x)", L1(),
    ),
    "contraction left to the compiler": Mutant(
        "compile.py", '"fastmath": False', '"fastmath": {"contract"}', L1()
    ),
    "beta2 in m_tilde": Mutant(
        "emit.py", "s.beta1 * m - s.c1 * g", "s.beta2 * m - s.c2 * g", L1()
    ),
    "beta1 in m": Mutant("emit.py", "s.beta2 * m - s.c2 * g", "s.beta1 * m - s.c1 * g", L1()),
    "1 - beta formed in float32": Mutant("emit.py", "T(1.0 - beta2)", "T(1) - T(beta2)", L1()),
    "1 + lr lam formed in float32": Mutant(
        "emit.py", "T(1.0 + lr * lam)", "T(1) + T(lr) * T(lam)", L1()
    ),
    "a product in place of the quotient": Mutant(
        "formulas.py", "(x + s.lr * u) / s.d", "(x + s.lr * u) * (1 / s.d)", L1()
    ),
    "decay before the step": Mutant(
        "formulas.py", "x + s.lr * (u - s.lam * x)", "(1 - s.lr * s.lam) * x + s.lr * u", L1()
    ),
    "a tail of one entry forgotten": Mutant(
        "loops.py", 'icmp_signed(">", left, I64(0))', 'icmp_signed(">", left, I64(1))', L2()
    ),
    "a head that is left out": Mutant("emit.py", "put(head, start)", "None", L1()),
    "a head formed after the rest": Mutant(
        "emit.py", "put(head, start)", "put(stepped(start), start)", L1()
    ),
    "a tail that is left out": Mutant(
        "emit.py", 'icmp_signed(">", left, I64(0))', 'icmp_signed(">", left, I64(64))', L1()
    ),
    "a tail that writes one entry more": Mutant(
        "memory.py", 'icmp_signed("<", numbers', 'icmp_signed("<=", numbers', L1(), watched=True
    ),
    "chunks that leave one out": Mutant(
        "separable.py", "min(row[4], (last - row[5]) * CHUNK)",
        "min(row[4], (last - row[5]) * CHUNK - 1)", L1(),
    ),
    "a helper that takes one chunk less": Mutant(
        "team.py", "call(function, arguments, begin + first, begin + last)",
        "call(function, arguments, begin + first, begin + last - 1)", L1(),
    ),
    "a chunk of the team that is left out": Mutant(
        "team.py", "min(most, (count - done + 1) // 2)", "min(most, (count - done) // 2)", L1()
    ),
    "the last array of a part left out": Mutant(
        "separable.py", "row_of(rows, last - 1) + 1", "row_of(rows, last - 1)", L1()
    ),
    "blocks paired by their order": Mutant(
        "addresses.py", "alike = name_of_x == name_of_m == name_of_g", "alike = name_of_x != 0",
        L1(), blocks=True,
    ),
    "sign(0) = 1": Mutant("formulas.py", "(z > 0) | (z < 0)", "z == z", L1()),
    "sign(-0) = -0": Mutant("formulas.py", "z), z + 0)", "z), z)", L1()),
    "sign(NaN) = 0": Mutant("formulas.py", "z), z + 0)", "z), full(z, 0))", L1()),
    "a dead zone without its edge": Mutant(
        "formulas.py", "absolute(z) > p, full", "absolute(z) >= p, full", DeadZone(e=0.25)
    ),
    "a clip without the quotient": Mutant(
        "formulas.py", "where(above > p, p, above) / p", "where(above > p, p, above)", Huber(e=0.3)
    ),
    "another order under the root": Mutant(
        "formulas.py", "square_root(1 + ratio * ratio)",
        "square_root((larger * larger + where(a > p, p, a) * where(a > p, p, a))"
        " / (larger * larger))", PseudoHuber(),
    ),
    "bfloat16 cut off": Mutant(
        "memory.py", "(high & 1) + 0x7FFF", "(high & 1) * 0", L1(), "uint16"
    ),
    "bfloat16 with ties away from zero": Mutant(
        "memory.py", "(high & 1) + 0x7FFF", "(high & 1) * 0 + 0x8000", L1(), "uint16"
    ),
    "ties of the largest not counted": Mutant(
        "measure.py", "where(raw == largest, ties + 1, ties)", "ties", LInf()
    ),
    "ties of earlier chunks kept": Mutant("settle.py", "largest, ties = top, 0.0", "largest = top",
                                          LInf()),
    "a sum that forgets its last lanes": Mutant(
        "loops.py", "for_range_slice(builder, start, whole", "for_range_slice(builder, start, left",
        L2(),
    ),
    "a norm without its scale": Mutant("settle.py", "(largest * q) * length, q", "length, q", L2()),
    "q for p": Mutant(
        "first_pass.py", "1 / kind.p, kind.p - 1)", "1 / kind.p, 1 / (kind.p - 1))", Lp(p=2.5)
    ),
    "a second pass that skips the first chunk": Mutant(
        "team.py", "max(0, chunks - done - most)", "max(1, chunks - done - most)", L2()
    ),
    "a short run that is not added": Mutant(
        "loops.py", "None\n        after()\n    yield from", "None\n    yield from", Lp(p=2.5)
    ),
    "a power of 0 that is not 0": Mutant(
        "powers.py", "(v >= -126) & (t > 0)", "v >= -126", Lp(p=1.05)
    ),
    "powers beyond the largest number": Mutant(
        "settle.py", "power * math.log2(largest) < 127.0", "power > 0.0", Lp(p=33.0)
    ),
    "infinities taken for numbers": Mutant(
        "norms.py", "or usual.all()", "or True", Lp(p=2.5)
    ),
    "strict where equal counts": Mutant(
        "keys.py", "above, nan = keys > high", "above, nan = keys >= high", TopK(k=8000)
    ),
    "one rank too high": Mutant(
        "select.py", "kth_smallest(kept, count, rank)", "kth_smallest(kept, count, rank + 1)",
        TopK(k=40),
    ),
    "ties by order of appearance": Mutant(
        "thresholds.py", "(T(k) - T(larger)) / T(equal)", "T(1)", TopK(k=40)
    ),
    "NaN that selects nothing": Mutant(
        "thresholds.py", "wanted[1] = math.nan if nan else", "wanted[1] =", TopK(k=1)
    ),
    "a bracket that is trusted blindly": Mutant(
        "select.py", "if not above < k <= above + count:", "if count < 0:", TopK(k=3000)
    ),
    "groups that begin in the wrong chunk": Mutant(
        "groups.py", "start = ((c - row[5]) * CHUNK + size - 1) // size",
        "start = (c - row[5]) * CHUNK // size", GroupL2(size=7),
    ),
    "one weight for all groups": Mutant(
        "lengths.py", "number_at(one, row[3], j)", "number_at(one, row[3], 0)", WEIGHTED
    ),
    "small groups trusted blindly": Mutant(
        "lengths.py", "LEAST < a < MOST and LEAST < b < MOST", "a >= 0", GroupL2(size=7)
    ),
    "a group that begins one entry late": Mutant(
        "lengths.py", "place + size)\n        while", "place + size - 1)\n        while",
        GroupL2(size=3),
    ),
    "x before the step for x after it": Mutant(
        "products.py", "(m_tilde, x), (m_tilde, x_next)", "(m_tilde, x_next), (m_tilde, x)", LInf(),
        watched=True,
    ),
    "a gauge without weights": Mutant(
        "lengths.py", "larger(one_length / w, top)", "larger(one_length, top)", WEIGHTED,
        watched=True,
    ),
    "K at m_tilde for K at the next m": Mutant(
        "certified_groups.py", "(beta2, 1.0 - beta2)", "(beta1, 1.0 - beta1)", GroupL2(size=7),
        watched=True,
    ),
    "the sums of the last block of a chunk": Mutant(
        "certified_groups.py", "out[k] += found[k]", "out[k] = found[k]", GroupL2(size=7),
        watched=True,
    ),
    "lam x for lam x'": Mutant(
        "certified.py", "star(y_next), star(lam * x)", "star(lam * x), star(y_next)", Huber(e=0.3),
        watched=True,
    ),
    "a hyperbolic sine that never overflows": Mutant(
        "curves.py", "where(a > most, math.inf, made)", "made", Cosh()
    ),
    "an exponent that is one too large": Mutant(
        "kinds.py", "K.p - 1, K.p)", "K.p, K.p)", Power(p=2.5)
    ),
    "log cosh without its square": Mutant(
        "curves.py", "2 * near * near", "2 * near", LogCosh(), watched=True
    ),
    "half of the entropy": Mutant(
        "curves.py", "near, far / 2)", "near, far / 4)", LogCosh(e=0.1), watched=True
    ),
    "a rank that is one too low": Mutant(
        "sorted_l1.py", "keys[middle] <= key", "keys[middle] < key", SortedL1(weights=(1.0, 0.5))
    ),
    "a place that is not counted for ties": Mutant(
        "sorted_l1.py", "groups / ties)", "w[ends - ties])", SortedL1(weights=(1.0, 0.5))
    ),
    "m_tilde for its dK": Mutant(
        "formulas.py", "    return p\n", "    return z\n", BY_CORE
    ),
    "dK not looked at": Mutant(
        "separable.py", "(given, True)", "(given, False)", BY_CORE
    ),
    "the smallest gauge": Mutant(
        "certified.py", "where(bits(reach) > gauge.now", "where(bits(reach) < gauge.now", L1(),
        watched=True,
    ),
}  # fmt: skip


def cases(mutant: Mutant) -> Iterator[Arrays]:
    """Two chunks and a rest, with and without awkward values, ties and NaN; sorted magnitudes."""
    sizes = (20_001,) if isinstance(getattr(mutant.K, "weights", 1.0), tuple) else (17, 20_001)
    for n in sizes:
        yield ordinary(n, np.float32)
        yield awkward(n, np.float32, values=tuple(v for v in AWKWARD if v == v))
        yield awkward(n, np.float32)
        yield tied(n, np.float32)
        yield tied(n, np.float32, seed=1)
        ranked = Arrays(*(np.sort(np.abs(a)) for a in ordinary(n, np.float32)))
        yield ranked._replace(x=np.zeros(n, np.float32))
        if n > 2000:
            yield hidden(n, np.float32)


def framed(a: Any) -> tuple[Any, Any]:
    """A copy in the middle of a larger array, and the latter."""
    whole = np.full(a.size + 64, 7, a.dtype)
    whole[32:-32] = a
    return whole[32:-32], whole


def steps(under_test: Any, mutant: Mutant) -> Iterator[tuple[Any, Any]]:
    """x and m and their surroundings, or the sums: both schemes, on one thread and two."""
    settings = [*SETTINGS, Setting(1.29, 0.95, 0.98, 0.58)]
    for k, (a, setting) in enumerate(itertools.product(cases(mutant), settings)):
        m = a.m if mutant.stored == "float32" else (a.m.view(np.uint32) >> 16).astype(np.uint16)
        (x, all_x), (m, all_m) = framed(a.x), framed(m)
        scheme, threads = (("explicit", 1), ("implicit", 2))[k % 2]
        threads = 1 if isinstance(mutant.K, TopK) else threads
        if mutant.watched:
            sums = under_test.certified_step_(
                mutant.K, scheme, x, m, a.g, **setting._asdict(), threads=threads
            )
            yield np.array(sums[:5]), np.array(sums[5:])
        else:
            arrays = in_blocks(x, m, a.g) if mutant.blocks else (x, m, a.g)
            under_test.step_(mutant.K, scheme, *arrays, **setting._asdict(), threads=threads)
            yield all_x, all_m


def in_blocks(*arrays: Any) -> list[dict[str, Any]]:
    """Each array as two of one size; those of m the other way round."""
    half = arrays[0].size // 2
    blocks = [{"a": a[:half], "b": a[half : 2 * half]} for a in arrays]
    blocks[1] = dict(reversed(blocks[1].items()))
    return blocks


def differs(under_test: Any, mutant: Mutant) -> bool:
    """Whether a backend steps otherwise than the one that the other tests hold to the core."""
    pairs = zip(steps(under_test, mutant), steps(backend, mutant), strict=True)
    return not all(same_bits(a[0], b[0]) and same_bits(a[1], b[1]) for a, b in pairs)


@pytest.fixture
def importable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of packages."""
    monkeypatch.syspath_prepend(tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", MUTANTS)
def test_each_mutant_is_killed(name: str, importable: Path) -> None:
    """By the comparison that the right kernels pass."""
    mutant = MUTANTS[name]
    wrong = load(importable, mutant, mutant.K.key, *ALWAYS)
    with np.errstate(all="ignore"):  # Where dK is the core's, NumPy warns of what is not finite.
        assert differs(wrong, mutant)


@pytest.mark.parametrize("K", [L1(), LInf(), TopK(k=40), BY_CORE], ids=lambda K: K.key)
def test_a_copy_without_a_change_lives(K: ConvexFunction, importable: Path) -> None:
    """It steps as the core does, so that what kills the others is their change."""
    copy = load(importable, None, K.key, *ALWAYS)
    for watched in {False, isinstance(K, L1)}:
        with np.errstate(all="ignore"):
            assert not differs(copy, Mutant("", "", "", K, watched=watched))
    a = ordinary(1000, np.float32)
    got = a.copy()
    copy.step_(K, "explicit", *got, **SETTINGS[0]._asdict())
    assert same_bits(got.x, core_step(K, "explicit", a, SETTINGS[0]).x)
