"""Section 5. What a net is trained and tested on, and the batch of each step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True, eq=False)
class Dataset:
    """Examples to train on and others to test on, as NumPy arrays.

    Parameters
    ----------
    name : str
        What the data are, for the captions.
    train_inputs, test_inputs : array
        One example a row: float32 signals, channels last, or int64 tokens.
    train_targets, test_targets : int64 array
        The class of each example, or of each token.
    alphabet : bytes
        Of a text: the byte that each token stands for.

    Examples
    --------
    >>> x, y = np.zeros((4, 2), dtype=np.float32), np.array([0, 1, 0, 1])
    >>> data = Dataset("zeros", x, y, x, y)
    >>> inputs, targets = data.batch(t=3, batch_size=2, seed=0)
    >>> inputs.shape, targets.shape, data.classes
    ((2, 2), (2,), 2)
    """

    name: str
    train_inputs: Any
    train_targets: Any
    test_inputs: Any
    test_targets: Any
    alphabet: bytes = b""

    @property
    def classes(self) -> int:
        """The number of classes, or of the letters of a text."""
        return len(self.alphabet) or int(self.train_targets.max()) + 1

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of one input."""
        return tuple(self.train_inputs.shape[1:])

    def rows(self, t: int, batch_size: int, seed: int) -> Any:
        """The examples of step t of Section 5's runs, different ones, ascending.

        They depend on (seed, t) alone, so that a run can go on from any step.
        """
        n = len(self.train_inputs)
        if not 1 <= batch_size <= n:
            raise ValueError(f"{self.name}: batch_size is from 1 to {n}, got {batch_size}.")
        rng = np.random.default_rng((seed, t))
        return np.sort(rng.choice(n, batch_size, replace=False))

    def batch(self, t: int, batch_size: int, seed: int) -> tuple[Any, Any]:
        """Inputs and targets of step t of Section 5's runs; see `rows`."""
        rows = self.rows(t, batch_size, seed)
        return self.train_inputs[rows], self.train_targets[rows]


def split(name: str, inputs: Any, targets: Any, test: int, seed: int) -> Dataset:
    """Section 5: ``test`` examples, drawn by the seed, set apart from the others."""
    order = np.random.default_rng(seed).permutation(len(inputs))
    kept, apart = np.sort(order[test:]), np.sort(order[:test])
    inputs, targets = inputs.astype(np.float32), targets.astype(np.int64)
    return Dataset(name, inputs[kept], targets[kept], inputs[apart], targets[apart])
