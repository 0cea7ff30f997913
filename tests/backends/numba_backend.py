"""The backend under test; where Numba is missing the whole module is skipped with the reason."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from lionk_ref.backend import find
from lionk_ref.convex import ConvexFunction
from step_cases import Arrays, Setting

backend = find("numba")
if reason := backend.why_not():
    pytest.skip(f"[numba] {reason}", allow_module_level=True)

FLOATS = pytest.mark.parametrize("dtype", [np.float32, np.float64], ids=["float32", "float64"])
SCHEMES = pytest.mark.parametrize("scheme", ["explicit", "implicit"])


def fused(K: ConvexFunction, scheme: str, a: Arrays, s: Setting, threads: Any = None) -> Arrays:
    """One step on copies of the arrays."""
    got = a.copy()
    backend.step_(K, scheme, *got, **s._asdict(), threads=threads)
    return got
