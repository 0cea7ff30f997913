"""A softmax that is taken for a K like the others."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

import test_log_sum_exp as softmax
from mutants import Mutant


def towards_zero(K: Any, y: Any) -> Any:
    """DK* at the edge, or a little nearer to 0."""
    try:
        return K.conjugate_subgradient(y), True
    except ValueError as error:
        try:
            return K.conjugate_subgradient((1 - 2.0**-40) * y), False
        except ValueError:
            raise AssertionError(error) from None


def cancelling(self: Any, y: Any) -> Any:
    """e sum y_i log(d y_i) as it is written."""
    return self.e * np.sum(y * np.log(np.where(y > 0, y.size * y, 1.0)))


def shifted(self: Any, z: Any) -> Any:
    """The difference of two infinities."""
    with np.errstate(all="ignore"):
        return (z - z.max()) / self.e


K = "lionk_ref.convex.log_sum_exp.LogSumExp"
small = partial(softmax.test_a_small_momentum, 1e-3, "float64")

MUTANTS = [
    Mutant("softmax-towards-0", "0 taken for a point of the simplex",
           "lionk_ref.certificates.quantities:slope_at_edge", towards_zero,
           partial(softmax.test_certified_from_anywhere, (2.0, -1.0))),
    Mutant("softmax-entropy", "the entropy with roundings of e", f"{K}._entropy", cancelling,
           small),
    Mutant("softmax-infinity", "inf - inf", f"{K}._below", shifted, softmax.check_infinities),
]  # fmt: skip
