"""Section 5. A procedural set of one-dimensional digits, made from a seed, without any file.

In the spirit of MNIST-1D (S. Greydanus, D. Kobak, 2020): a short signal for each of ten classes,
moved, stretched, scaled, tilted and blurred by noise. The signals and the recipe are our own, so
accuracies do not compare with those on MNIST-1D.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from lionk_ref.problems.datasets.dataset import Dataset, split

LENGTH = 40
"""The number of samples of a signal."""

STROKES = (
    (0, -2, -3, -3, -2, 0, 2, 3, 3, 2, 0),
    (-2, -1, 0, 0, 0, 0, 0, 0, 0, 0, 0),
    (-3, -1, 2, 3, 2, 0, -2, -3, -3, 0, 3),
    (-3, 0, 3, 2, 0, -1, 1, 3, 2, 0, -3),
    (2, 0, -2, -3, -1, 1, 3, 2, 2, 2, 2),
    (3, 0, -3, -3, -2, 1, 3, 3, 1, -1, -3),
    (2, 0, -2, -3, -3, -1, 2, 3, 1, -2, -3),
    (-3, -1, 1, 3, 2, 1, 0, -1, -1, -2, -2),
    (0, -3, -2, 1, 3, 2, 0, -3, 0, 3, 0),
    (3, 1, -2, -3, -1, 2, 3, 2, 2, 1, 0),
)
"""How far to the right the pen is as it draws 0, 1, ..., 9, in ten equal times."""


def digits_1d(n_train: int = 4000, n_test: int = 1000, seed: int = 0) -> Dataset:
    """One-dimensional digits for Section 5, of shape (40, 1), as many of each class as of another.

    Parameters
    ----------
    n_train, n_test : int
        The numbers of examples.
    seed : int
        The whole set is a function of it and of the two numbers.

    Examples
    --------
    >>> data = digits_1d(n_train=20, n_test=10)
    >>> data.train_inputs.shape, data.train_inputs.dtype, data.classes
    ((20, 40, 1), dtype('float32'), 10)
    """
    if min(n_train, n_test) < 1:
        raise ValueError(f"digits_1d needs n_train, n_test >= 1, got {n_train} and {n_test}.")
    rng, n = np.random.default_rng((seed, 1)), n_train + n_test
    labels = np.arange(n) % 10
    signals = _drawn(labels, rng) + _smooth_noise(n, rng) + 0.08 * rng.standard_normal((n, LENGTH))
    return split("1-D digits", signals[:, :, None], labels, n_test, seed)


def _drawn(labels: Any, rng: np.random.Generator) -> Any:
    """The strokes on the samples, each with its own place, extent, height and tilt."""
    lows, highs = (20.0, 0.7 / 3, -0.6, 0.0), (34.0, 1.2 / 3, 0.6, 1.0)
    extent, height, tilt, shift = rng.uniform(lows, highs, (len(labels), 4)).T[:, :, None]
    first = shift * (LENGTH - extent)
    time = (np.arange(LENGTH) - first) / extent
    inside = (time >= 0) & (time <= 1)
    strokes = np.array(STROKES, dtype=float)
    knots = np.linspace(0, 1, strokes.shape[1])
    pen = np.empty_like(time)
    for label, stroke in enumerate(strokes):
        pen[labels == label] = np.interp(time[labels == label], knots, stroke)
    return np.where(inside, height * pen, 0.0) + tilt * (np.arange(LENGTH) / LENGTH - 0.5)


def _smooth_noise(n: int, rng: np.random.Generator) -> Any:
    """Noise with the deviation 0.2 that is correlated over some five samples."""
    kernel = np.exp(-0.5 * (np.arange(-5, 6) / 2.0) ** 2)
    kernel *= 0.2 / np.sqrt(np.sum(kernel**2))
    white = rng.standard_normal((n, LENGTH + len(kernel) - 1))
    return sum(k * white[:, i : i + LENGTH] for i, k in enumerate(kernel))
