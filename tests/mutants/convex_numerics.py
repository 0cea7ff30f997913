"""Right formulas, wrong numbers: overflow, cancellation, NaN, infinity, dtypes."""

from __future__ import annotations

from typing import Any

import numpy as np

import test_arrays
import test_convex_edges as edges
import test_convex_exact as exact
import test_convex_fenchel_young as fenchel_young
from convex_probe import Probe
from helpers import MAKERS
from lionk_ref.arrays import scaled
from lionk_ref.convex import (
    L1,
    L2,
    Lp,
    PseudoHuber,
)
from lionk_ref.convex.group_l2 import row_max
from mutants.convex import wrong

NUMPY = MAKERS["numpy"]()


def narrow_rows(rows: Any) -> Any:
    """The norms of rows with a sum in the dtype of the rows."""
    s = scaled(rows, row_max(rows))
    return row_max(rows) * np.sqrt(np.sum(s * s, axis=1, keepdims=True, dtype=rows.dtype))


MUTANTS = [
    wrong(
        "sign-of-nan",
        "sign(NaN) = 0",
        "l1.sign",
        lambda z: (z > 0) * 1.0 - (z < 0),
        edges.check_nan,
        Probe(L1()),
    ),
    wrong(
        "lp-overflow",
        "the lp norm overflows",
        "lp.lp_norm",
        lambda z, p: np.sum(np.abs(z) ** p) ** (1 / p),
        fenchel_young.check_equality,
        Probe(Lp(p=3.0)),
    ),
    wrong(
        "pseudo-huber-cancels",
        "pseudo-Huber loses small z to cancellation",
        "pseudo_huber.PseudoHuber.value",
        lambda self, z: np.sum(np.hypot(z, self.e) - self.e),
        fenchel_young.check_equality,
        Probe(PseudoHuber()),
    ),
    wrong(
        "widened",
        "float32 widened by a sum",
        "l1.total",
        lambda z: np.sum(z, dtype="float64"),
        fenchel_young.check_equality,
        Probe(L1(), dtype="float32"),
    ),
    wrong(
        "infinity",
        "infinity divided by infinity",
        "l2.scaled",
        lambda z, largest: z / (largest + (largest == 0)),
        edges.check_infinity,
        Probe(L2()),
    ),
    wrong(
        "norm-overflow",
        "a norm that overflows",
        "arrays.norm",
        lambda z: np.sqrt(np.sum(z * z)),
        test_arrays.check_norm,
        NUMPY,
    ),
    wrong(
        "total-narrow",
        "a sum held in float32",
        "arrays.total",
        lambda z: np.cumsum(z)[-1],
        test_arrays.check_total,
        NUMPY,
    ),
    wrong(
        "rows-narrow",
        "a group added up in float32",
        "group_l2.row_norms",
        narrow_rows,
        exact.check_long_group,
    ),
    wrong(
        "scaled-by-zero",
        "a scale that divides by zero",
        "arrays.scaled",
        lambda z, largest: z / (largest + 1e-300),
        test_arrays.check_scaled,
        NUMPY,
    ),
]
