"""Section 5. Real data: the bundled digits, and the user's own examples from a file."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np

from lionk_ref.problems.files import MAX_BYTES, read_csv, read_npz

MAX_CLASSES = 1000
"""More distinct labels than this are no classes: the targets take n times as many numbers."""


def load_digits() -> tuple[Any, Any]:
    """Section 5's real data: images, shape (1797, 64), float64 in [0, 1], and labels 0 to 9.

    E. Alpaydin, C. Kaynak, Optical Recognition of Handwritten Digits, UCI Machine Learning
    Repository, 1998, doi 10.24432/C50P49, CC BY 4.0; the test part. An image is 8 x 8, row by row.

    Examples
    --------
    >>> images, labels = load_digits()
    >>> images.shape, labels[:5]
    ((1797, 64), array([0, 1, 2, 3, 4]))
    """
    with resources.files(__package__).joinpath("digits.npz").open("rb") as file:
        archive = np.load(file, allow_pickle=False)
        return archive["images"] / 16.0, archive["labels"].astype(np.int64)


def load_file(path: str | Path) -> tuple[Any, Any]:
    """The user's own data for Section 5: X (n, d), float64, and integer labels y (n,).

    ``.npz``: arrays X and y. ``.csv``: numbers parted by commas, one example a line, the label
    last; a first line without any number is a header.

    Raises
    ------
    ValueError
        One line that names the file and, where there is one, the place in it.
    """
    path = Path(path)
    readers = {".npz": read_npz, ".csv": read_csv}
    if path.suffix.lower() not in readers:
        raise ValueError(f"{path}: expected a .npz or .csv file, got {path.suffix or 'no suffix'}.")
    if not path.is_file():
        raise ValueError(f"{path}: there is no such file.")
    if path.stat().st_size > MAX_BYTES:
        raise ValueError(f"{path}: larger than {MAX_BYTES} bytes. Give a part of it.")
    X, y = readers[path.suffix.lower()](path)
    return checked(X, y, str(path))


def checked(X: Any, y: Any, source: str) -> tuple[Any, Any]:
    """X as float64 and y as int64, fit for Section 5's classification.

    Raises
    ------
    ValueError
        If they are not (n, d) and (n,), n, d >= 1, finite numbers, with 2 to 1000 integer labels.
    """
    X, y = _finite(X, "X", source), _finite(y, "y", source)
    if X.ndim != 2 or y.ndim != 1 or len(X) != len(y):
        raise ValueError(f"{source}: expected X (n, d) and y (n,), got {X.shape} and {y.shape}.")
    if 0 in X.shape:
        raise ValueError(f"{source}: no data, X has shape {X.shape}.")
    wrong = np.flatnonzero((y != np.rint(y)) | (np.abs(y) > 2**53))
    if wrong.size:
        i = int(wrong[0])
        raise ValueError(f"{source}: label {y[i]:g} of example {i + 1} is not a class, an integer.")
    classes = len(np.unique(y))
    if not 2 <= classes <= MAX_CLASSES:
        raise ValueError(f"{source}: expected 2 to {MAX_CLASSES} distinct labels, got {classes}.")
    return X, y.astype(np.int64)


def _finite(values: Any, name: str, source: str) -> Any:
    a = np.asarray(values)
    if a.dtype.kind not in "fiub":
        raise ValueError(f"{source}: {name} must hold real numbers, got dtype {a.dtype}.")
    a = a.astype(np.float64)
    bad = np.argwhere(~np.isfinite(a))
    if len(bad):
        place = ", ".join(str(i) for i in bad[0])
        raise ValueError(
            f"{source}: {name}[{place}] is {a[tuple(bad[0])]}; expected finite numbers."
        )
    return a
