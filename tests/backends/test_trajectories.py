"""Runs of 1,000 steps: the core, Numba's machine code and the CUDA kernels, the same bits.

The gradients change from step to step, and what is wrong once stays wrong: a bit lost anywhere
shows. The arrays are awkward: without shape, empty, one entry, odd lengths, off the 16 bytes.
"""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np
import pytest
from cuda_cases import core, same
from cuda_kernels import EXACT, SCHEMES

from lionk_ref.backend import find
from lionk_ref.convex import TopK, WeightedL1
from lionk_ref.discrete.updates import State

STEPS, GRADIENTS = 1000, 7
SHAPES: dict[str, tuple[int, ...]] = {
    "scalar": (), "empty": (0, 3), "one": (1,), "odd": (3, 5), "off": (2, 1, 17), "long": (33,),
}  # fmt: skip
TOTAL = sum(map(prod, SHAPES.values()))
HYPER = {"lr": 0.07, "beta1": 0.9, "beta2": 0.97, "lam": 0.6}
EACH = WeightedL1(tuple(0.3 + i % 5 for i in range(TOTAL)))


def start(dtype: Any) -> list[Any]:
    """x, m and the gradients, flat, with zeros of both signs among them."""
    rng = np.random.default_rng(5)
    x, m, *gradients = rng.standard_normal((2 + GRADIENTS, TOTAL)).astype(dtype)
    x[::9], m[1::9], gradients[0][2::9] = 0.0, -0.0, 0.0
    return [x, m, *gradients]


def blocks(flat: Any) -> dict[str, Any]:
    """A copy of a flat array in the shapes above, each one entry off the start of its memory."""
    ends = np.cumsum([prod(s) for s in SHAPES.values()])[:-1]
    parts = zip(SHAPES.items(), np.split(flat, ends), strict=True)
    return {
        name: np.append(part[:1] if name == "off" else part[:0], part)[name == "off" :].reshape(s)
        for (name, s), part in parts
    }


def joined(tree: Any) -> Any:
    """The blocks as one flat array again."""
    return np.concatenate([np.ravel(a) for a in tree.values()]) if isinstance(tree, dict) else tree


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("K", [*EXACT, EACH, TopK(k=9)], ids=lambda K: repr(K)[:24])
def test_the_same_bits_after_a_thousand_steps(
    machine: Any, K: Any, scheme: str, dtype: Any
) -> None:
    """Separable K on many blocks at once; weights by entry, and TopK for 100 steps, on one."""
    steps = STEPS if K.separable else STEPS // 10
    x, m, *gradients = start(dtype)
    cut = (lambda a: a.copy()) if K in (EACH, TopK(k=9)) else blocks
    expected = State(x, m)
    for k in range(steps):
        expected = core(K, scheme, *expected, gradients[k % GRADIENTS], **HYPER)
    for backend, put, get in runners(machine):
        there = [each(put, cut(a)) for a in (x, m, *gradients)]
        for k in range(steps):
            backend.step_(K, scheme, *there[:2], there[2 + k % GRADIENTS], **HYPER)
        after = [joined(each(get, a)) for a in there[:2]]
        assert same(after[0], expected.x), backend.name
        assert same(after[1], expected.m), backend.name


def runners(machine: Any) -> list[tuple[Any, Any, Any]]:
    """The kernels of the machine, and Numba where it is."""
    numba = find("numba")
    others = [] if numba.why_not() else [(numba, lambda a: a, lambda a: a)]
    return [(machine.backend, machine.put, machine.get), *others]


def each(f: Any, tree: Any) -> Any:
    """``f`` of an array, or of each block."""
    return {n: f(a) for n, a in tree.items()} if isinstance(tree, dict) else f(tree)
