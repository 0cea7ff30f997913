"""Which kernels the tests need, so that one call of the compiler makes them all."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from cuda_on_host import Host

from lionk_cupy.run import prepare
from lionk_cupy.source import Kernel
from lionk_ref.convex import (
    L1,
    L2,
    AsymmetricBox,
    Cosh,
    DeadZone,
    ElasticNet,
    Ellipsoid,
    GroupL2,
    HalfSquare,
    HalfSquaredNorm,
    Huber,
    LInf,
    LogCosh,
    Lp,
    Power,
    PseudoHuber,
    Relativistic,
    Scaled,
    TopK,
    WeightedL1,
)

EXACT = [
    L1(), WeightedL1(), DeadZone(), DeadZone(e=1.0), Huber(), Huber(e=0.1), PseudoHuber(),
    PseudoHuber(e=0.1), HalfSquare(c=0.3), ElasticNet(c=0.3), AsymmetricBox(), AsymmetricBox(low=0),
]  # fmt: skip
"""Separable K of rational operations and square roots."""

CLOSE = [LogCosh(), LogCosh(e=0.1), Power(p=3.0), Power(p=1.5), Power(p=2.2), Cosh()]
"""Separable K of other functions."""

NORMS = [
    L2(), Ellipsoid(), LInf(), Lp(), Lp(p=2.0), Lp(p=3.0), Lp(p=4.0), Lp(p=1.25), Lp(p=100.0),
    Relativistic(), *map(HalfSquaredNorm, (L1(), L2(), LInf(), Lp(p=3))),
]  # fmt: skip
GROUPS = [GroupL2(), GroupL2(size=7), GroupL2(size=40), GroupL2(size=2500, weights=0.3)]

BY_CORE = Scaled(Huber(e=0.3), 2.0)
"""A K without a kernel, which takes what the core forms."""

SUMMED_DOUBLE = [
    L2(), Ellipsoid(), LInf(), Lp(), Lp(p=3.0), Relativistic(e=30.0), TopK(k=2), GroupL2(size=2500),
]  # fmt: skip
SUMMED = [
    *SUMMED_DOUBLE, GroupL2(), GroupL2(size=40), GroupL2(size=4, weights=(1.0,) * 3),
    *map(HalfSquaredNorm, (L1(), L2(), LInf(), Lp(p=3.0))),
]  # fmt: skip
"""K that are no sums over entries, whose certificates are tested; the first also in float64."""

SCHEMES = ("explicit", "implicit")
MIXED = ("4b4", "4bb", "bbb", "4hh", "hhh", "b4h")
"""How x, m and g are stored, besides all alike: float32, bfloat16 or float16."""

NARROW = ("4b4", "bbb", "hhh")
"""The mixtures in which every separable K is tested."""

DTYPE = {"4": np.float32, "8": np.float64, "b": np.uint16, "h": np.float16}


class Collector(Host):
    """A machine that only writes down what it is asked to compile."""

    def compile(self, kernels: Sequence[Kernel]) -> None:
        """No compiler is called."""
        self.asked = [*getattr(self, "asked", []), *kernels]


def kernels_for(
    K: Any, scheme: str = "explicit", types: str = "444", n: int = 9, certify: bool = False
) -> list[Kernel]:
    """What a step of ``K`` launches on arrays of n entries stored like that."""
    machine = Collector(Path())
    prepare(machine, K, scheme, *(np.zeros(n, DTYPE[t]) for t in types), certify=certify)
    return list(dict.fromkeys(machine.asked))


def _every() -> list[Kernel]:
    each = WeightedL1((1.0,) * 9), GroupL2(size=4, weights=(1.0,) * 3)
    alike = product(
        [*EXACT, *CLOSE, *each, BY_CORE, L2(), TopK(k=2), GroupL2(size=40)], SCHEMES, ("444", "888")
    )
    found = [k for case in alike for k in kernels_for(*case)]
    found += [
        k
        for case in product([*NORMS, *GROUPS], ["explicit"], ("444", "888"))
        for k in kernels_for(*case)
    ]
    found += [k for case in product([Huber(), BY_CORE], SCHEMES, MIXED) for k in kernels_for(*case)]
    stored = product([*EXACT, *CLOSE, each[0]], ["explicit"], NARROW)
    found += [k for case in stored for k in kernels_for(*case)]
    found += [k for K in (L2(), TopK(k=2), GroupL2()) for k in kernels_for(K, "explicit", "4bh")]
    found += [k for K in (*EXACT, *CLOSE, each[0]) for k in kernels_for(K, certify=True)]
    found += [k for t in ("888", "4b4") for k in kernels_for(Huber(), types=t, certify=True)]
    found += [k for K in SUMMED for k in kernels_for(K, certify=True)]
    found += [k for K in SUMMED_DOUBLE for k in kernels_for(K, types="888", certify=True)]
    return list(dict.fromkeys(found))


EVERY = _every()
