"""Vectors from a stranger: one clear error, bounded memory, and the published schema agrees."""

from __future__ import annotations

import copy
import json
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from lionk_ref.golden.read import VectorError, committed, parse, read
from lionk_ref.golden.schema import fault, schema
from lionk_ref.golden.verify import verify

FILES = sorted(committed().glob("*.json"))
GOOD = json.loads((committed() / "l1.explicit.t1.json").read_text("utf-8"))
JUDGE = jsonschema.Draft202012Validator(schema())


def put(*path: Any) -> Callable[[Any], None]:
    """An edit: the last of ``path`` is put where the others lead."""

    def edit(document: Any) -> None:
        for key in path[:-2]:
            document = document[key]
        document[path[-2]] = path[-1]

    return edit


def drop(*path: Any) -> Callable[[Any], None]:
    """An edit: what ``path`` leads to is deleted."""

    def edit(document: Any) -> None:
        for key in path[:-1]:
            document = document[key]
        del document[path[-1]]

    return edit


STEP = ("groups", 0, "tests", 0, "steps", 0)
WRONG_BY_SCHEMA = {
    "another format": put("format", "wycheproof"),
    "an unknown key": put("code", "import os"),
    "no groups": put("groups", []),
    "a missing key": drop("groups", 0, "params"),
    "a missing array": drop(*STEP, "g"),
    "an unknown kind": put("groups", 0, "type", "eval"),
    "an unknown dtype": put("groups", 0, "dtype", "binary128"),
    "a shape of 1e9": put("groups", 0, "shape", [10**9]),
    "a negative shape": put("groups", 0, "shape", [-6]),
    "a shape that is true": put("groups", 0, "shape", [True]),
    "many axes": put("groups", 0, "shape", [1] * 9),
    "endless repeats": put(*STEP, "repeat", 10**12),
    "half a repeat": put(*STEP, "repeat", 0.5),
    "no pattern": put(*STEP, "g", "bits", 0, "0x3f8000"),
    "a number for a pattern": put(*STEP, "g", "bits", 0, 1.5),
    "a word of a megabyte": put("groups", 0, "tests", 0, "comment", "a" * 10**6),
    "null": put("groups", 0, "K", None),
}
WRONG_OTHERWISE = {
    "NaN in g": (put(*STEP, "g", "bits", 0, "7fc00000"), "not finite"),
    "inf in x": (put(*STEP, "x", "bits", 0, "7f800000"), "not finite"),
    "NaN in x0": (put("groups", 0, "tests", 0, "x0", "bits", 0, "ffc00000"), "not finite"),
    "NaN in lr": (put(*STEP, "lr", "bits", "7ff8000000000000"), "lr is nan"),
    "a negative beta": (put("groups", 0, "params", "beta1", "bits", "bff0000000000000"), "beta1"),
    "a bit pattern too many": (put("groups", 0, "shape", [5]), "the shape has 5 entries"),
    "overflowing shape": (put("groups", 0, "shape", [4096, 4096, 4096]), "entries"),
    "a pattern of another dtype": (put(*STEP, "g", "bits", 0, "3f80"), "digits"),
    "a newline at the end": (put(*STEP, "lr", "bits", "3f847ae147ae147b\n"), "does not match"),
    "too few decisions": (put(*STEP, "decisive", [True]), "decisive has 1"),
}


@pytest.mark.parametrize("edit", WRONG_BY_SCHEMA.values(), ids=WRONG_BY_SCHEMA)
def test_both_judges_refuse(edit: Callable[[Any], None]) -> None:
    """The schema as jsonschema reads it, and ours; the error is one line that names the file."""
    document = copy.deepcopy(GOOD)
    edit(document)
    assert not JUDGE.is_valid(document)
    with pytest.raises(VectorError, match=r"^strange\.json: ") as caught:
        parse(json.dumps(document).encode(), "strange.json")
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize(("edit", "words"), WRONG_OTHERWISE.values(), ids=WRONG_OTHERWISE)
def test_what_the_schema_cannot_say_is_refused(edit: Callable[[Any], None], words: str) -> None:
    """Lengths against shapes, and numbers that are not finite."""
    document = copy.deepcopy(GOOD)
    edit(document)
    assert JUDGE.is_valid(document)
    with pytest.raises(VectorError, match=words):
        parse(json.dumps(document).encode(), "strange.json")


@pytest.mark.parametrize(
    "path", [p for p in FILES if p.name.startswith(("l1", "nuc", "scen"))], ids=lambda p: p.name
)
def test_both_judges_accept_the_committed(path: Path) -> None:
    """A schema that is too narrow fails here."""
    document = read(path)
    assert JUDGE.is_valid(document)
    assert fault(document) is None


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "no JSON"),
        (b"\xff\xfe\x00", "no JSON"),
        (b"__import__('os').system('true')", "no JSON"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"a":' * 100_000, "nested too deeply"),
        (b'{"format": NaN}', "NaN is no JSON number"),
        (b'{"format": 1e999999999}', "missing"),
        (b'{"format": 1, "format": 2}', "a key occurs twice"),
        (b"[]", "expected object"),
        (b"null", "expected object"),
        (b"9" * 10_000, "no JSON"),
    ],
)
def test_what_is_no_document(data: bytes, words: str) -> None:
    """Not JSON, not an object, or a trap."""
    with pytest.raises(VectorError, match=words):
        parse(data, "strange.json")


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    """A sparse gigabyte costs a few megabytes."""
    path = tmp_path / "huge.json"
    with path.open("wb") as file:
        file.truncate(1 << 30)
    tracemalloc.start()
    with pytest.raises(VectorError, match="larger than"):
        read(path)
    assert tracemalloc.get_traced_memory()[1] < 20_000_000
    tracemalloc.stop()


def test_a_huge_shape_allocates_nothing() -> None:
    """The shape is compared with what is there before anything is made from it."""
    document = copy.deepcopy(GOOD)
    document["groups"][0]["shape"] = [4096, 4096, 64]
    data = json.dumps(document).encode()
    tracemalloc.start()
    with pytest.raises(VectorError):
        parse(data, "strange.json")
    assert tracemalloc.get_traced_memory()[1] < 20_000_000
    tracemalloc.stop()


@pytest.mark.parametrize("text", ["[]", "{}", '{"sha256": [1]}', '{"sha256": {"a": 1}}'])
def test_a_strange_manifest(tmp_path: Path, text: str) -> None:
    """It must hold sums by name."""
    (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(VectorError, match="manifest"):
        verify(tmp_path)


def test_a_file_that_lacks_or_is_too_many(tmp_path: Path) -> None:
    """Both are named; a name that leads out of the folder is only missing."""
    (tmp_path / "manifest.json").write_text('{"sha256": {"../a.json": "0", "b.json": "0"}}')
    (tmp_path / "c.json").write_text("{}")
    assert verify(tmp_path) == [
        "../a.json: in the manifest, not in the folder",
        "b.json: in the manifest, not in the folder",
        "c.json: in the folder, not in the manifest",
    ]
