"""Section 5. CIFAR-10, from a folder that the user has; nothing is fetched.

A. Krizhevsky, Learning Multiple Layers of Features from Tiny Images, 2009: the python version, six
files of which the checksums are known.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np

from lionk_ref.problems.datasets.dataset import Dataset
from lionk_ref.problems.datasets.unpickle import load_arrays

TRAIN = {
    "data_batch_1": "c99cafc152244af753f735de768cd75f",
    "data_batch_2": "d4bba439e000b95fd0a9bffe97cbabec",
    "data_batch_3": "54ebc095f3ab1f0389bbae665268c751",
    "data_batch_4": "634d18415352ddfa80567beed471001a",
    "data_batch_5": "482c414d41f54cd18b22e5b47cb7c3cb",
}
TEST = {"test_batch": "40351d587109b95175f43aff81a1287e"}
"""The files and their MD5 checksums."""

MAX_BYTES = 2**26
"""A batch has some 31 MB; a larger file is not one."""


def cifar10(folder: str | Path) -> Dataset:
    """CIFAR-10 for Section 5: 50 000 images of shape (32, 32, 3) to train on and 10 000 to test.

    Each channel has its mean over the training images taken off and is divided by its deviation.

    Parameters
    ----------
    folder : str or Path
        The folder ``cifar-10-batches-py`` of the python version.

    Raises
    ------
    ValueError
        In one line that names the file, if one is missing, altered or not what it should be.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise ValueError(f"{folder}: there is no such folder. Give that of CIFAR-10's batches.")
    images, labels = _joined(folder, TRAIN)
    test_images, test_labels = _joined(folder, TEST)
    mean, deviation = images.mean(axis=(0, 1, 2)), images.std(axis=(0, 1, 2))
    images, test_images = ((a - mean) / deviation for a in (images, test_images))
    return Dataset("CIFAR-10", images, labels, test_images, test_labels)


def _joined(folder: Path, files: dict[str, str]) -> tuple[Any, Any]:
    images, labels = zip(*(_batch(folder / name, files[name]) for name in files), strict=True)
    return np.concatenate(images), np.concatenate(labels)


def _batch(path: Path, checksum: str) -> tuple[Any, Any]:
    if not path.is_file():
        raise ValueError(f"{path}: there is no such file. It is one of CIFAR-10's six batches.")
    if path.stat().st_size > MAX_BYTES:
        raise ValueError(f"{path}: larger than {MAX_BYTES} bytes, so no batch of CIFAR-10.")
    raw = path.read_bytes()
    _require_checksum(raw, checksum, path)
    return _arrays(load_arrays(raw, str(path)), str(path))


def _require_checksum(raw: bytes, checksum: str, path: Path) -> None:
    found = hashlib.md5(raw, usedforsecurity=False).hexdigest()
    if found != checksum:
        raise ValueError(f"{path}: not CIFAR-10's file: MD5 {found}, expected {checksum}.")


def _arrays(content: Any, source: str) -> tuple[Any, Any]:
    try:
        pixels, labels = content[b"data"], np.asarray(content[b"labels"], dtype=np.int64)
        planes = pixels.reshape(len(labels), 3, 32, 32)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise ValueError(f"{source}: expected rows of 3072 bytes and their labels.") from None
    return planes.transpose(0, 2, 3, 1).astype(np.float32) / np.float32(255), labels
