"""Arrays of every library that the suite runs on, and the way back to NumPy."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from types import ModuleType
from typing import Any, NamedTuple

import array_api_compat
import numpy as np


class Library(NamedTuple):
    """An array library as a test sees it; ``make(values, dtype)`` builds one of its arrays."""

    name: str
    xp: ModuleType
    device: Any
    make: Callable[..., Any]


def _numpy(name: str, *, writeable: bool) -> Library:
    def make(values: Any, dtype: str = "float64") -> Any:
        a = np.array(values, dtype=dtype)
        a.flags.writeable = writeable
        return a

    return Library(name, array_api_compat.array_namespace(np.empty(0)), "cpu", make)


def _strict(name: str, device_name: str) -> Library:
    import array_api_strict as xp

    xp.set_array_api_strict_flags(
        api_version="2024.12",
        boolean_indexing=False,
        data_dependent_shapes=False,
        enabled_extensions=("linalg",),
    )
    device = xp.Device(device_name)

    def make(values: Any, dtype: str = "float64") -> Any:
        return xp.asarray(np.array(values, dtype=dtype), device=device)

    return Library(name, xp, device, make)


MAKERS: dict[str, Callable[[], Library]] = {
    "numpy": lambda: _numpy("numpy", writeable=True),
    "numpy-readonly": lambda: _numpy("numpy-readonly", writeable=False),
    "strict": lambda: _strict("strict", "CPU_DEVICE"),
    "strict-device1": lambda: _strict("strict-device1", "device1"),
}
"""The libraries by name. The last one's device refuses a silent trip to NumPy, as a GPU does."""


def why_missing(name: str) -> str | None:
    """The reason why a library cannot be used here, or None if it can."""
    if name.startswith("strict") and find_spec("array_api_strict") is None:
        return "array-api-strict is not installed"
    return None


def to_numpy(a: Any) -> Any:
    """``a`` as a NumPy array on the host, wherever it comes from."""
    plain = isinstance(a, np.ndarray | np.generic | int | float)
    return np.asarray(a) if plain else np.from_dlpack(a)
