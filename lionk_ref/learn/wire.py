"""Questions and answers as lines of JSON; the two sides of the pipe share this file."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import numpy as np

from lionk_ref.continuous.coefficients import Rates
from lionk_ref.continuous.flow import Phase
from lionk_ref.discrete.updates import State

TUPLES: dict[str, Any] = {kind.__name__: kind for kind in (State, Rates, Phase)}
"""The named tuples of the library that a hole may be given."""

LONGEST_LINE = 1 << 20


def packed(value: Any) -> Any:
    """A value as what JSON has.

    Raises
    ------
    TypeError
        If it is no number, array, text, or collection of them.
    """
    if type(value).__name__ in TUPLES:
        return {"tuple": type(value).__name__, "items": [packed(v) for v in value]}
    if isinstance(value, np.ndarray):
        return {"array": value.tolist()}
    if isinstance(value, tuple | list):
        return [packed(v) for v in value]
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, Fraction):
        return float(value)
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise TypeError(f"it returned a {type(value).__name__}, not numbers")


def unpacked(value: Any) -> Any:
    """The value that was packed; lists for what was a tuple or a list."""
    if isinstance(value, list):
        return [unpacked(v) for v in value]
    if isinstance(value, dict) and "array" in value:
        return np.array(value["array"])
    if isinstance(value, dict) and value.get("tuple") in TUPLES:
        return TUPLES[value["tuple"]](*map(unpacked, value["items"]))
    return value


def to_line(message: dict[str, Any]) -> bytes:
    """A message as one line."""
    return json.dumps(message, separators=(",", ":")).encode() + b"\n"


def from_line(line: bytes) -> dict[str, Any]:
    """The message of a line.

    Raises
    ------
    ValueError
        If the line is no JSON object, whatever else it is.
    """
    try:
        message = json.loads(line)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if not isinstance(message, dict):
        raise ValueError("no JSON object")
    return message
