"""Every K gives on every library, device and dtype what it gives on NumPy.

The properties are tested on read-only NumPy arrays; this carries them over to the others. A
separable K agrees bit for bit; the others within a few roundings, as a library may take the
power of a 0-d array by another routine than that of a vector.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from convex_probe import Probe, each_probe, every_probe
from helpers import MAKERS

VECTORS = ("subgradient", "conjugate_subgradient", "project_domain")
SCALARS = ("value", "conjugate", "projected_conjugate", "distance_to_domain", "argmin_support")


def questions() -> list[Any]:
    """Ties and zeros, outside of most domains; a point inside of all."""
    return [np.array([1.5, -1.5, 0.0, 1.5, 0.25, -0.0]), np.array([0.01, 0.0, 0.2, 0.05, 0, 0.1])]


KNOWN: dict[str, list[Any]] = {}


def numpy_answers(probe: Probe) -> list[Any]:
    """Those on NumPy, asked for once."""
    name = f"{probe.K} {probe.dtype} {probe.shape}"
    if name not in KNOWN:
        KNOWN[name] = answers(Probe(probe.K, MAKERS["numpy"](), probe.dtype, probe.shape))
    return KNOWN[name]


def answers(probe: Probe) -> list[Any]:
    """All that K answers: a vector each, or the error where it refuses."""
    found: list[Any] = []
    for z in map(probe.round, questions()):
        found += [np.array([probe.scalar(method, z)]) for method in SCALARS]
        found += [np.array([probe.scalar("fenchel_young_gap", z, probe.round(0.01 * z))])]
        for method in VECTORS:
            try:
                found.append(probe.vector(method, z))
            except ValueError as error:
                found.append(str(error))
    return found


@every_probe
def test_same_on_every_library(probe: Probe, library: Any) -> None:
    """All nine methods, wherever the arrays live; nothing is written to, nothing aliased."""
    here = Probe(probe.K, library, probe.dtype, probe.shape)
    rounding = 0.0 if probe.K.separable else 16 * probe.u
    for a, b in zip(answers(here), numpy_answers(probe), strict=True):
        if isinstance(b, str):
            assert a == b
        else:
            assert np.allclose(a, b, rtol=rounding, atol=rounding), f"{a - b} off"


@each_probe
def test_float32_is_float64_rounded(probe: Probe) -> None:
    """What float32 gives agrees with float64 on the same numbers."""
    single = Probe(probe.K, dtype="float32", shape=probe.shape)
    for z in map(single.round, questions()):
        for method in ("value", "subgradient", "project_domain"):
            ask = "scalar" if method == "value" else "vector"
            a, b = getattr(single, ask)(method, z), getattr(probe, ask)(method, z)
            assert np.allclose(a, b, rtol=64 * single.u, atol=64 * single.u), f"{method} of {z}"
