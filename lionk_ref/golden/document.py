"""The files of vectors: what they have in common, and how they are written byte for byte alike."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import fields
from fractions import Fraction
from typing import Any, NamedTuple

from lionk_ref.convex import ConvexFunction
from lionk_ref.golden.formats import decode, encode
from lionk_ref.golden.notes import NOTES, convention
from lionk_ref.golden.spelling import spell

FORMAT, FORMAT_VERSION, SUITE_VERSION = "lionk-vectors", "1.0.0", "2026.2"
SCHEMA = "lionk-vectors.schema.json"
HEADER = [
    "Bit patterns are normative: hexadecimal, most significant digit first; approx is for the eye.",
    "Start from x0 and m = 0. At each step use lr and gradient g, `repeat` times; compare x, m.",
]


class Weights(NamedTuple):
    """beta1, beta2 and lam as rationals."""

    beta1: Fraction
    beta2: Fraction
    lam: Fraction


def document(name: str, tier: str, groups: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """A file of vectors."""
    flags = sorted({flag for group in groups for test in group["tests"] for flag in test["flags"]})
    return {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "suite_version": SUITE_VERSION,
        "schema": SCHEMA,
        "name": name,
        "tier": tier,
        "generator": {"name": "lionk_ref.golden", "arithmetic": "exact rationals and arb balls"},
        "header": HEADER,
        "notes": {flag: NOTES[flag] for flag in flags},
        "groups": list(groups),
    }


def group(
    kind: str,
    K: ConvexFunction,
    scheme: str,
    dtype: str,
    shape: Sequence[int],
    w: Weights,
    tests: Sequence[dict[str, Any]],
) -> dict[str, Any]:
    """Tests of one K with one set of hyper-parameters."""
    return {
        "type": kind,
        "source": {"name": "lionk_ref", "version": SUITE_VERSION},
        "K": {"key": K.key, "text": spell(K), "parameters": _parameters(K)},
        "scheme": scheme,
        "dtype": dtype,
        "shape": list(shape),
        "params": {name: scalar(value) for name, value in w._asdict().items()},
        "convention": convention(scheme),
        "tests": list(tests),
    }


def _parameters(K: ConvexFunction) -> dict[str, Any]:
    values = {f.name: getattr(K, f.name) for f in fields(K)}  # type: ignore[arg-type]
    return {name: v for name, v in values.items() if isinstance(v, int | float | str | tuple)}


def array(values: Sequence[Fraction | float], dtype: str) -> dict[str, Any]:
    """The entries of an array of the group's shape."""
    bits = [encode(v, dtype) for v in values]
    return {"bits": bits, "approx": " ".join(_short(decode(b, dtype)) for b in bits)}


def scalar(value: Fraction | float) -> dict[str, str]:
    """One number, always in binary64."""
    bits = encode(value, "binary64")
    return {"bits": bits, "approx": _short(decode(bits, "binary64"))}


def above(values: Sequence[Fraction | float]) -> dict[str, Any]:
    """Tolerances, in binary32 and never rounded down."""
    bits = [encode(float(v) * (1 + 2.0**-22), "binary32") for v in values]
    return {"bits": bits, "approx": " ".join(f"{decode(b, 'binary32'):.0e}" for b in bits)}


def _short(value: float) -> str:
    return f"{value:.5g}"


def as_text(value: Any) -> str:
    """The text of a file: an object in one line if it holds only numbers, words and their lists."""
    return _text(value) + "\n"


def _text(value: Any) -> str:
    if isinstance(value, dict) and any(map(_is_deep, value.values())):
        rows = (f"{json.dumps(key)}: {_text(v)}" for key, v in value.items())
        return "{\n" + ",\n".join(rows) + "\n}"
    if isinstance(value, list) and any(isinstance(v, dict) for v in value):
        return "[\n" + ",\n".join(map(_text, value)) + "\n]"
    return json.dumps(value, allow_nan=False, separators=(",", ":"))


def _is_deep(value: Any) -> bool:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return isinstance(value, dict) or any(isinstance(v, dict) for v in inner)
