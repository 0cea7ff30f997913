"""Mistakes in the data: batches that depend on the past, and files that are taken on trust."""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import test_datasets
from lionk_ref.problems.datasets import dataset
from mutants import Mutant

ROOM = "lionk_ref.problems.datasets"
FOLLOWING = np.random.default_rng(0)


def in_a_folder(check: Callable[..., None], patched: bool = False) -> Callable[[], None]:
    """A check that writes files, in a folder of its own."""

    def run() -> None:
        with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
            check(Path(folder), patch) if patched else check(Path(folder))

    return run


def next_rows(self: Any, t: int, batch_size: int, seed: int) -> Any:
    """The next rows of one stream, whatever the step."""
    return np.sort(FOLLOWING.choice(len(self.train_inputs), batch_size, replace=False))


def with_repeats(self: Any, t: int, batch_size: int, seed: int) -> Any:
    """Rows that may come twice in a batch."""
    return np.random.default_rng((seed, t)).integers(0, 3, batch_size)


def global_noise(n: int, rng: Any) -> Any:
    """Noise from the generator that everybody shares."""
    return np.random.normal(size=(n, 40))  # noqa: NPY002


def shuffled(name: str, inputs: Any, targets: Any, test: int, seed: int) -> Any:
    """The inputs shuffled, their labels not."""
    inputs = inputs[np.random.default_rng(seed).permutation(len(inputs))]
    return SPLIT(name, inputs, targets, test, seed)


def sorted_by_use(raw: bytes) -> Any:
    """Ranks of the bytes with the alphabet the wrong way round."""
    tokens, alphabet = RANKED(raw)
    return tokens, alphabet[::-1]


def interleaved(content: Any, source: str) -> Any:
    """The colours of a pixel taken for neighbours, as in other formats."""
    labels = np.asarray(content[b"labels"], dtype=np.int64)
    return content[b"data"].reshape(-1, 32, 32, 3).astype(np.float32) / 255, labels


SPLIT, RANKED = dataset.split, test_datasets.text.__globals__["_ranked"]

MUTANTS = (
    Mutant("batch-stream", "depends on earlier steps", f"{ROOM}.dataset.Dataset.rows", next_rows,
           test_datasets.check_batches),
    Mutant("batch-repeats", "an example twice", f"{ROOM}.dataset.Dataset.rows", with_repeats,
           test_datasets.check_batches),
    Mutant("digits-1d-global", "the shared generator", f"{ROOM}.digits_1d:_smooth_noise",
           global_noise, test_datasets.check_digits_1d),
    Mutant("digits-shuffled", "labels left behind", f"{ROOM}.digits:split", shuffled,
           test_datasets.test_digits_are_the_bundled_ones),
    Mutant("text-alphabet", "reversed", f"{ROOM}.text:_ranked", sorted_by_use,
           in_a_folder(test_datasets.check_text)),
    Mutant("cifar-interleaved", "planes for pixels", f"{ROOM}.cifar10:_arrays", interleaved,
           in_a_folder(test_datasets.check_cifar10, patched=True)),
    Mutant("cifar-checksum", "not compared", f"{ROOM}.cifar10:_require_checksum",
           lambda raw, checksum, path: None,
           in_a_folder(test_datasets.check_altered, patched=True)),
    Mutant("unpickler-open", "every name admitted", f"{ROOM}.unpickle.ArraysOnly.find_class",
           pickle.Unpickler.find_class, test_datasets.check_unpickler),
)  # fmt: skip
"""The mistakes."""
