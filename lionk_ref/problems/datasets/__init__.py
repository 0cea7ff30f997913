"""Section 5. The data that the nets learn from; none of them is fetched from a network."""

from collections.abc import Callable

from lionk_ref.problems.datasets.cifar10 import cifar10 as cifar10
from lionk_ref.problems.datasets.dataset import Dataset as Dataset
from lionk_ref.problems.datasets.digits import digits as digits
from lionk_ref.problems.datasets.digits import mnist_subset as mnist_subset
from lionk_ref.problems.datasets.digits_1d import digits_1d as digits_1d
from lionk_ref.problems.datasets.text import text as text

DATASETS: dict[str, Callable[..., Dataset]] = {
    "cifar10": cifar10,
    "digits": digits,
    "digits_1d": digits_1d,
    "mnist_subset": mnist_subset,
    "text": text,
}
"""The makers of data sets by name."""
