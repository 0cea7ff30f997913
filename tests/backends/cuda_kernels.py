"""Which kernels the tests need, so that one call of the compiler makes them all."""

from __future__ import annotations

from itertools import product

from lionk_cupy.source import Kernel

NAMES = (
    "asymmetric_box", "dead_zone", "elastic_net", "half_square", "huber", "hyperbolic", "l1",
    "log_cosh", "power_of_size", "pseudo_huber", "weighted_l1", "weighted_l1_each",
)  # fmt: skip
SCHEMES = ("Explicit", "Implicit")
ONE_TYPE = ("float", "double")
MIXED = [
    ("float", "Brain", "float"), ("float", "Brain", "Brain"), ("Brain", "Brain", "Brain"),
    ("float", "Half", "Half"), ("Half", "Half", "Half"), ("Brain", "float", "Half"),
]  # fmt: skip
"""How x, m and g are stored, besides all alike."""

SEPARABLE = [
    *(Kernel("separable", (k, s, t, t, t)) for k, s, t in product(NAMES, SCHEMES, ONE_TYPE)),
    *(Kernel("separable", ("huber", s, *types)) for s, types in product(SCHEMES, MIXED)),
]

EVERY = [*SEPARABLE]
