"""Section 4: minibatch gradients are unbiased, and follow from the seed and the step."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

from helpers import Library, to_numpy
from lionk_ref.problems import Minibatch
from problem_twins import SMALL, on, points


def test_minibatches_average_to_the_gradient() -> None:
    """The mean over all sets of four of the seven examples is the full gradient: no bias."""
    for name in ("least_squares", "logistic", "softmax"):
        problem = SMALL[name]
        (x,) = points(problem, 1)
        sets = [np.array(s) for s in itertools.combinations(range(7), 4)]
        mean = np.mean([problem.restricted(s).gradient(x) for s in sets], axis=0)
        assert np.allclose(mean, problem.gradient(x), rtol=0, atol=1e-14)


def test_every_batch_is_equally_likely() -> None:
    """All 21 pairs come up about 100 times in 2100 steps: chi-square with 20 degrees, 0.1%."""
    batches = Minibatch(SMALL["logistic"], 2, seed=3)
    drawn = [tuple(batches.rows(t).tolist()) for t in range(2100)]
    counts = np.array([drawn.count(pair) for pair in itertools.combinations(range(7), 2)])
    assert counts.sum() == 2100
    assert ((counts - 100) ** 2 / 100).sum() < 45.3


def test_batches_follow_from_the_seed(library: Library) -> None:
    """(seed, t) fixes the gradient, in any order of calls; all examples give the full one."""
    problem = on(library, SMALL["softmax"])
    x = library.make(points(SMALL["softmax"], 1)[0])

    def run(seed: int, steps: list[int]) -> list[Any]:
        batches = Minibatch(problem, 3, seed)
        return [to_numpy(batches.gradient(x, t)).tolist() for t in steps]

    assert run(0, [0, 1, 2]) == run(0, [2, 1, 0])[::-1]
    assert run(0, [0])[0] not in (run(1, [0])[0], run(0, [1])[0])
    whole = Minibatch(problem, 7).gradient(x, 5)
    assert (to_numpy(whole) == to_numpy(problem.gradient(x))).all()
    assert Minibatch(problem, 3).problem is problem


@pytest.mark.parametrize(
    ("name", "size", "seed", "error", "message"),
    [
        ("toy", 1, 0, TypeError, "mean over examples, got Quadratic"),
        ("logistic", 0, 0, ValueError, "1 <= batch_size <= 7, got 0"),
        ("logistic", 8, 0, ValueError, "1 <= batch_size <= 7, got 8"),
        ("logistic", 2, -1, ValueError, "seed >= 0"),
    ],
)
def test_wrong_minibatches(name: str, size: int, seed: int, error: Any, message: str) -> None:
    """Each wrong argument is named."""
    with pytest.raises(error, match=message):
        Minibatch(SMALL[name], size, seed)
