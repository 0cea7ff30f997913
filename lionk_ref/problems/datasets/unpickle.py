"""Section 5. A reader of pickles that can rebuild NumPy arrays and nothing else.

A pickle names functions to be called, so an unknown one can do anything. This reader knows three
names, those that a pickled array asks for, and refuses the others before anything is called.
"""

from __future__ import annotations

import io
import pickle
from typing import Any

import numpy as np

_RECONSTRUCT = np.empty(0).__reduce__()[0]

ADMITTED = {
    ("numpy.core.multiarray", "_reconstruct"): _RECONSTRUCT,
    ("numpy._core.multiarray", "_reconstruct"): _RECONSTRUCT,
    ("numpy", "ndarray"): np.ndarray,
    ("numpy", "dtype"): np.dtype,
}
"""What a pickle may ask for."""


class ArraysOnly(pickle.Unpickler):
    """An unpickler for Section 5's data; every name outside `ADMITTED` is an error."""

    def find_class(self, module: str, name: str) -> Any:
        try:
            return ADMITTED[module, name]
        except KeyError:
            raise pickle.UnpicklingError(f"it asks for {module}.{name}") from None


def load_arrays(raw: bytes, source: str) -> Any:
    """Section 5: containers, numbers, bytes and arrays from a pickle, Python 2's texts as bytes.

    Parameters
    ----------
    raw : bytes
    source : str
        The name of the file, for the error.

    Raises
    ------
    ValueError
        If it is damaged or asks for anything but arrays.

    Examples
    --------
    >>> load_arrays(pickle.dumps({"a": [1, 2.5]}), "example")
    {'a': [1, 2.5]}
    >>> load_arrays(pickle.dumps(print), "example")
    Traceback (most recent call last):
    ValueError: example: refused this pickle: it asks for builtins.print.
    """
    try:
        return ArraysOnly(io.BytesIO(raw), encoding="bytes").load()
    except Exception as error:
        # A damaged pickle can fail in any way; MemoryError and the like are among them.
        reason = str(error).partition("\n")[0].rstrip(".") or type(error).__name__
        raise ValueError(f"{source}: refused this pickle: {reason}.") from None
