"""Section 5, Figure 3. Where a net starts: Kaiming's uniform or normal law, from a seed."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import array_api_compat
import numpy as np

from lionk_ref.arrays import Array
from lionk_ref.problems.nets.layer import Start

INITIALISATIONS = ("uniform", "normal")
"""The laws of Figure 3. Both give an entry the same deviation."""


def initialise(
    starts: Mapping[str, Start],
    seed: int,
    initialisation: str = "uniform",
    like: Array = None,
    dtype: Any = None,
) -> dict[str, Array]:
    """Figure 3: the parameters at step 0, drawn in float64 and rounded once.

    Parameters
    ----------
    starts : mapping of str to Start
        Shape, mean and deviation of each parameter.
    seed : int
    initialisation : {"uniform", "normal"}
    like : array, optional
        Its library, device and, if it is a real one, dtype are used. Default: NumPy, float32.
    dtype : dtype, optional
        float32 or float64 of that library.

    Examples
    --------
    >>> w = initialise({"W": Start((2, 2), deviation=0.1), "b": Start((2,))}, seed=0)
    >>> w["W"].dtype, w["b"]
    (dtype('float32'), array([0., 0.], dtype=float32))
    """
    if initialisation not in INITIALISATIONS:
        known = " or ".join(INITIALISATIONS)
        raise ValueError(f"initialisation is {known}, got {initialisation!r}.")
    rng = np.random.default_rng(seed)
    like = np.zeros(0, dtype=np.float32) if like is None else like
    xp, device = array_api_compat.array_namespace(like), array_api_compat.device(like)
    if dtype is None:
        dtype = like.dtype if xp.isdtype(like.dtype, "real floating") else xp.float32
    drawn = {name: _draw(rng, start, initialisation) for name, start in starts.items()}
    return {name: xp.asarray(a, dtype=dtype, device=device) for name, a in drawn.items()}


def _draw(rng: np.random.Generator, start: Start, initialisation: str) -> Any:
    if start.deviation == 0:
        return np.full(start.shape, start.mean)
    reach = math.sqrt(3.0)
    unit = (
        rng.uniform(-reach, reach, start.shape)
        if initialisation == "uniform"
        else rng.standard_normal(start.shape)
    )
    return start.mean + start.deviation * unit
