"""Files that are whole or not there: written under a temporary name, then renamed."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path


def write_all(folder: Path, texts: Mapping[str, str]) -> list[Path]:
    """Write the named texts into ``folder``, all of them or none.

    Raises
    ------
    OSError
        If the folder cannot be made or written to; what was there is then untouched.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written: dict[str, str] = {}
    try:
        for name, text in texts.items():
            written[name] = _write_aside(folder, name, text)
        for name, temporary in written.items():
            os.replace(temporary, folder / name)
    except BaseException:
        for temporary in written.values():
            with contextlib.suppress(FileNotFoundError):
                os.unlink(temporary)
        raise
    return [folder / name for name in texts]


def _write_aside(folder: Path, name: str, text: str) -> str:
    handle, temporary = tempfile.mkstemp(prefix=f".{name}.", dir=folder)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(temporary, 0o666 & ~_umask())
    except BaseException:
        os.unlink(temporary)
        raise
    return temporary


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
