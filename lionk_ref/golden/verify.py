"""Section 4's vectors as a folder: every file as its manifest and the schema say, none too many."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from itertools import chain
from pathlib import Path

from lionk_ref.golden.read import MANIFEST, VectorError, bounded, load, parse

MOST_SHOWN = 3


def require_sound(folder: Path) -> None:
    """Refuse a folder of Section 4's vectors that `verify` finds fault with.

    Raises
    ------
    VectorError
        One line with what is wrong first, and how to see the rest.
    """
    if wrong := verify(folder):
        more = f"; and {len(wrong) - MOST_SHOWN} more" if len(wrong) > MOST_SHOWN else ""
        first = "; ".join(line.rstrip(".") for line in wrong[:MOST_SHOWN])
        raise VectorError(f"{folder}: {first}{more}. See: lionk golden verify {folder}")


def verify(folder: Path) -> list[str]:
    """What is wrong with a folder: files that differ from the manifest, that lack, or that err.

    Raises
    ------
    VectorError
        If it is no folder, or has no manifest that could be read.
    """
    if not (folder / MANIFEST).is_file():
        remedy = f"Make one: lionk golden write {folder}"
        raise VectorError(f"{folder} is no folder of vectors with a {MANIFEST}. {remedy}")
    manifest = load(bounded(folder / MANIFEST), MANIFEST)
    sums = manifest.get("sha256") if isinstance(manifest, dict) else None
    if not isinstance(sums, dict) or not all(isinstance(v, str) for v in sums.values()):
        raise VectorError(f"{MANIFEST}: expected an object with the sums of the files as sha256.")
    present = {p.name for p in folder.glob("*.json")} - {MANIFEST}
    wrong = [f"{name}: in the manifest, not in the folder" for name in sorted(set(sums) - present)]
    wrong += [f"{name}: in the folder, not in the manifest" for name in sorted(present - set(sums))]
    return wrong + list(chain(*(_verify(folder / n, sums[n]) for n in sorted(present & set(sums)))))


def _verify(path: Path, expected: str) -> Iterator[str]:
    data = bounded(path)
    if sha256(data).hexdigest() != expected:
        yield f"{path.name}: its sha256 differs from the manifest's"
    if not path.name.endswith(".schema.json"):
        try:
            parse(data, path.name)
        except VectorError as error:
            yield str(error)
