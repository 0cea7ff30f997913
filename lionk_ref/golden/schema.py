"""The published JSON Schema of the vectors, and a judge for the part of the language it uses."""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.resources import files
from typing import Any

from lionk_ref.golden.document import SCHEMA

KINDS: dict[str, type | tuple[type, ...]] = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "integer": int,
    "number": (int, float),
}


@cache
def schema() -> dict[str, Any]:
    """The schema as it is published, draft 2020-12."""
    text = (files("lionk_ref.golden") / "vectors" / SCHEMA).read_text("utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def fault(value: Any) -> str | None:
    """What is wrong with a document in the eyes of the schema; None if nothing is.

    Examples
    --------
    >>> fault([])
    'the file: expected object, got list'
    """
    return _fault(value, schema(), "the file")


def _fault(value: Any, rule: dict[str, Any], at: str) -> str | None:
    if "$ref" in rule:
        return _fault(value, schema()["$defs"][rule["$ref"].rpartition("/")[2]], at)
    if "oneOf" in rule:
        return _none_of(value, rule["oneOf"], at)
    if "const" in rule and value != rule["const"]:
        return f"{at}: expected {rule['const']!r}, got {_shown(value)}"
    if "enum" in rule and value not in rule["enum"]:
        return f"{at}: expected one of {', '.join(rule['enum'])}, got {_shown(value)}"
    if "type" in rule and not _is_kind(value, rule["type"]):
        return f"{at}: expected {rule['type']}, got {type(value).__name__}"
    judges: dict[type, Any] = {dict: _object, list: _array, str: _string, int: _number}
    judge = judges.get(type(value))
    found: str | None = judge(value, rule, at) if judge else None
    return found


def _is_kind(value: Any, kind: str) -> bool:
    return isinstance(value, KINDS[kind]) and (kind == "boolean" or not isinstance(value, bool))


def _none_of(value: Any, rules: list[dict[str, Any]], at: str) -> str | None:
    """The fault against the alternative that the value's ``type`` names, else against all."""
    kind = value.get("type") if isinstance(value, dict) else None
    named = [r for r in rules if r.get("$ref", "").endswith(f"/{kind}")]
    faults = [_fault(value, rule, at) for rule in named or rules]
    return None if None in faults else faults[0] if named else f"{at}: matches no alternative"


def _object(value: dict[str, Any], rule: dict[str, Any], at: str) -> str | None:
    known, other = rule.get("properties", {}), rule.get("additionalProperties", {})
    if missing := [name for name in rule.get("required", ()) if name not in value]:
        return f"{at}: {missing[0]} is missing"
    if len(value) > rule.get("maxProperties", len(value)):
        return f"{at}: more than {rule['maxProperties']} entries"
    for name, entry in value.items():
        if name not in known and other is False:
            return f"{at}: {_shown(name)} is unknown"
        if found := _fault(entry, known.get(name, other), f"{at}, {name}"):
            return found
    return None


def _array(value: list[Any], rule: dict[str, Any], at: str) -> str | None:
    least, most = rule.get("minItems", 0), rule.get("maxItems", len(value))
    if not least <= len(value) <= most:
        return f"{at}: {len(value)} entries, expected {least} to {most}"
    faults = (_fault(v, rule.get("items", {}), f"{at}[{i}]") for i, v in enumerate(value))
    return next(filter(None, faults), None)


def _string(value: str, rule: dict[str, Any], at: str) -> str | None:
    if len(value) > rule.get("maxLength", len(value)):
        return f"{at}: a text of {len(value)} letters, expected {rule['maxLength']} at most"
    if "pattern" in rule and not re.search(rule["pattern"].replace("$", r"\Z"), value):
        return f"{at}: {_shown(value)} does not match {rule['pattern']}"
    return None


def _number(value: int, rule: dict[str, Any], at: str) -> str | None:
    least, most = rule.get("minimum", value), rule.get("maximum", value)
    return None if least <= value <= most else f"{at}: {value:.4g}, expected {least} to {most}"


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 40 else text[:40] + "..."
