"""Writing the vectors: one command makes every file again, byte for byte.

No number depends on a platform's libm: rationals are exact, everything else comes from balls of
256 bits and is rounded once. python-flint is needed here, and only here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

from lionk_ref.convex import CATALOGUE
from lionk_ref.files import write_all
from lionk_ref.golden.document import FORMAT_VERSION, SCHEMA, SUITE_VERSION, as_text
from lionk_ref.golden.read import MANIFEST, committed


def generate(key: str) -> dict[str, str]:
    """The files of one K, by name.

    Raises
    ------
    ValueError
        If python-flint is not installed, or the catalogue has no such K.
    """
    _require_flint()
    from lionk_ref.golden.families import files_of

    if key not in CATALOGUE:
        raise ValueError(f"Unknown K {key!r}. The catalogue has: {', '.join(CATALOGUE)}.")
    return {f"{doc['name']}.json": as_text(doc) for doc in files_of(key)}


def generate_scenarios() -> dict[str, str]:
    """The files of the scenarios, by name."""
    _require_flint()
    from lionk_ref.golden.scenarios import scenarios

    return {f"{doc['name']}.json": as_text(doc) for doc in scenarios()}


def write(folder: Path) -> list[Path]:
    """Write every file, the schema and the manifest; then remove the files of K that are gone."""
    texts = {SCHEMA: (committed() / SCHEMA).read_text("utf-8"), **generate_scenarios()}
    for key in CATALOGUE:
        texts |= generate(key)
    paths = write_all(folder, texts | {MANIFEST: manifest(texts)})
    for path in _ours(folder):
        if path.name not in texts:
            path.unlink()
    return paths


def manifest(texts: dict[str, str]) -> str:
    """The sums of the files, and the K that have no T0: their numbers are not dyadic."""
    sums = {name: sha256(text.encode()).hexdigest() for name, text in sorted(texts.items())}
    inexact = [key for key in CATALOGUE if f"{key}.explicit.t0.json" not in texts]
    found = {
        "format_version": FORMAT_VERSION,
        "suite_version": SUITE_VERSION,
        "without_T0": inexact,
        "sha256": sums,
    }
    return json.dumps(found, indent=1) + "\n"


def _ours(folder: Path) -> Iterator[Path]:
    yield from folder.glob("*.t[0-3].json")
    yield from folder.glob("scenario-*.json")


def _require_flint() -> None:
    if find_spec("flint") is None:
        raise ValueError('Writing vectors needs python-flint: pip install "lionk-ref[verify]".')
