"""Reading vectors, also those of a stranger: one clear error, bounded memory, nothing executed."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from lionk_ref.golden.formats import FORMATS, decode
from lionk_ref.golden.schema import fault

MOST_BYTES = 4_000_000
MANIFEST = "manifest.json"
ARRAYS = ("g", "m_tilde", "u", "m", "x")
TOLERANCES = ("m_tolerance", "x_tolerance")


class VectorError(ValueError):
    """A file that is no file of vectors; the message says which and why."""


def committed() -> Path:
    """The folder of the vectors that come with the package."""
    return Path(str(files("lionk_ref.golden") / "vectors"))


def read(path: Path) -> dict[str, Any]:
    """One file of vectors, checked against the schema and against itself.

    Raises
    ------
    VectorError
        If it is too large, no JSON, not of the schema, or its arrays do not fit their shapes.
    """
    return parse(bounded(path), path.name)


def parse(data: bytes, name: str) -> dict[str, Any]:
    """The same from bytes."""
    document = load(data, name)
    if wrong := fault(document) or next(_faults(document), None):
        raise VectorError(f"{name}: {wrong}.")
    assert isinstance(document, dict)
    return document


def load(data: bytes, name: str) -> Any:
    """JSON without its loopholes: no NaN, no key twice, no bottomless nesting."""
    try:
        return json.loads(data.decode("utf-8"), parse_constant=_refuse, object_pairs_hook=_once)
    except RecursionError:
        raise VectorError(f"{name}: nested too deeply.") from None
    except ValueError as error:
        raise VectorError(f"{name}: no JSON: {str(error)[:120]}.") from None


def bounded(path: Path) -> bytes:
    """The bytes of a file, unless they are too many."""
    with path.open("rb") as file:
        data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise VectorError(f"{path.name}: larger than {MOST_BYTES} bytes.")
    return data


def _refuse(word: str) -> None:
    raise ValueError(f"{word} is no JSON number")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key occurs twice")
    return found


def _faults(document: Mapping[str, Any]) -> Iterator[str]:
    """What the schema cannot say."""
    for i, group in enumerate(document["groups"]):
        yield from _scalar_faults(group["params"], f"group {i}")
        for test in group["tests"]:
            at = f"group {i}, test {test['tcId']}"
            if group["type"] != "closed_loop":
                yield from _test_faults(group, test, at)
            else:
                yield from _scalar_faults({"lr": test["lr"]}, at)


def _scalar_faults(scalars: Mapping[str, Any], at: str) -> Iterator[str]:
    for name, scalar in scalars.items():
        value = decode(scalar["bits"], "binary64")
        if not 0 <= value < math.inf:
            yield f"{at}: {name} is {value}, expected a finite number >= 0"


def _test_faults(group: Mapping[str, Any], test: Mapping[str, Any], at: str) -> Iterator[str]:
    entries, dtype = math.prod(group["shape"]), group["dtype"]
    loose = "NonFinite" in test["flags"]
    yield from _array_faults(test["x0"], entries, dtype, False, f"{at}, x0")
    for number, step in enumerate(test["steps"]):
        where = f"{at}, step {number}"
        yield from _scalar_faults({"lr": step["lr"]}, where)
        for name in ARRAYS:
            yield from _array_faults(step[name], entries, dtype, loose, f"{where}, {name}")
        for name in filter(step.__contains__, TOLERANCES):
            yield from _array_faults(step[name], entries, "binary32", True, f"{where}, {name}")
        if len(step.get("decisive", [True] * entries)) != entries:
            yield f"{where}: decisive has {len(step['decisive'])} entries, expected {entries}"


def _array_faults(
    array: Mapping[str, Any], entries: int, dtype: str, loose: bool, at: str
) -> Iterator[str]:
    bits, digits = array["bits"], FORMATS[dtype].digits
    if len(bits) != entries:
        yield f"{at}: {len(bits)} bit patterns, but the shape has {entries} entries"
    for pattern in bits:
        if len(pattern) != digits:
            yield f"{at}: {pattern} has {len(pattern)} digits, {dtype} has {digits}"
        elif not loose and not math.isfinite(decode(pattern, dtype)):
            yield f"{at}: {pattern} is not finite, which only the flag NonFinite allows"


def documents(folder: Path) -> Iterator[dict[str, Any]]:
    """Every file of vectors in a folder, in the order of their names."""
    for path in sorted(folder.glob("*.t[0-3].json")) + sorted(folder.glob("scenario-*.json")):
        yield read(path)
