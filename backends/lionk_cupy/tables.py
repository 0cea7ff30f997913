"""The arrays of a step as rows of addresses, after all that can be wrong has been looked for."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, NamedTuple

import numpy as np

from lionk_cupy.device import Device

CHUNK = 8192
"""Entries in a chunk, the unit of work: what is summed is summed by chunks, on every machine."""

MOST_CHUNKS = 16384
"""Of one array; a larger one has larger chunks."""

ROW = np.dtype(
    [(name, "u8") for name in ("x", "m", "g", "w")]
    + [("n", "i8"), ("first", "i8"), ("length", "i8")]
)
JOB = np.dtype([("rows", "u8"), ("row_of", "u8"), ("one", ROW), ("chunks", "i8")])

STORED = {
    "float32": "float", "float64": "double", "float16": "Half", "bfloat16": "Brain",
    "uint16": "Brain",
}  # fmt: skip
"""The C++ types of the dtypes; uint16 holds the bits of bfloat16."""

Triple = tuple[Any, Any, Any]
Types = tuple[str, str, str]


class Table(NamedTuple):
    """Arrays whose x, m and g are stored alike.

    ``copies`` pairs each array that is not contiguous with the copy that stands for it, and
    ``results`` those of them that get the result back.
    """

    types: Types
    rows: Any
    copies: list[tuple[Any, Any]]
    results: list[tuple[Any, Any]]


def chunk_length(n: int) -> int:
    """How long the chunks of an array of n entries are: a function of n alone.

    >>> chunk_length(10), chunk_length(10**9)
    (8192, 65536)
    """
    length = CHUNK
    while n > length * MOST_CHUNKS:
        length *= 2
    return length


def gather(device: Device, triples: list[Triple]) -> list[Table]:
    """The tables of many arrays: one, if all have the same dtypes.

    Raises
    ------
    TypeError, ValueError
        If the arrays of a triple do not belong together or cannot be written.
    """
    alike: dict[Types, list[Triple]] = defaultdict(list)
    for triple in triples:
        alike[check(device, *triple)].append(triple)
    return [_table(device, types, group) for types, group in alike.items()]


def _table(device: Device, types: Types, triples: list[Triple]) -> Table:
    rows = np.zeros(len(triples), ROW)
    copies: list[tuple[Any, Any]] = []
    results: list[tuple[Any, Any]] = []
    for row, triple in zip(rows, triples, strict=True):
        plain = [device.contiguous(a) for a in triple]
        pairs = list(zip(triple, plain, strict=True))
        copies += [(a, b) for a, b in pairs if a is not b]
        results += [(a, b) for a, b in pairs[:2] if a is not b]
        row["x"], row["m"], row["g"] = (device.address(a) for a in plain)
        row["n"], row["length"] = plain[0].size, chunk_length(plain[0].size)
    return Table(types, rows, copies, results)


def check(device: Device, x: Any, m: Any, g: Any) -> Types:
    """How three arrays are stored, if they make a step together; else TypeError or ValueError."""
    for a in (x, m, g):
        if not device.owns(a):
            kind = f"{type(a).__module__}.{type(a).__name__}"
            raise TypeError(
                f"The backend 'cupy' steps arrays of CuPy on the current device, got {kind}. "
                "Use cupy.asarray first, or cupy.cuda.Device(n).use()."
            )
    if not x.shape == m.shape == g.shape:
        raise ValueError(f"Shapes must agree, got x {x.shape}, m {m.shape}, g {g.shape}.")
    if not (device.writeable(x) and device.writeable(m)):
        raise ValueError("step_ overwrites x and m, but one is read-only: give it a copy.")
    return _types(x, m, g)


def _types(*arrays: Any) -> Types:
    names = [a.dtype.name for a in arrays]
    known = all(name in STORED for name in names)
    if not known or ("float64" in names and set(names) != {"float64"}):
        raise TypeError(
            "Expected float64 alone, or float32, float16 and bfloat16 (or its bits in uint16), "
            f"got x {names[0]}, m {names[1]}, g {names[2]}. Convert with astype first."
        )
    x, m, g = (STORED[name] for name in names)
    return x, m, g


SIZES = {"float": 4, "double": 8, "Half": 2, "Brain": 2}
"""Bytes of each."""
