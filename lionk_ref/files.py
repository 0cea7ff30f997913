"""Section 5. Files that are whole or not there: written under another name, then renamed."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path


def write_all(folder: Path, contents: Mapping[str, str | bytes]) -> list[Path]:
    """Write the named texts and bytes, such as those of Section 5, into ``folder``, each whole.

    All are written, and on the disk, before the first gets its name: a file survives a crash of
    the machine as the old one or as the new one.

    Raises
    ------
    OSError
        If the folder cannot be made or written to, or a name is that of a folder in it; what was
        there is then untouched.

    Examples
    --------
    >>> import tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> [path.name for path in write_all(Path(folder.name), {"a.txt": "a", "b.bin": b"b"})]
    ['a.txt', 'b.bin']
    >>> folder.cleanup()
    """
    folder.mkdir(parents=True, exist_ok=True)
    written: dict[str, str] = {}
    try:
        for name, content in contents.items():
            written[name] = _write_aside(folder, name, content)
        _require_no_folders(folder, contents)
        for name, temporary in written.items():
            os.replace(temporary, folder / name)
    except BaseException:
        for temporary in written.values():
            with contextlib.suppress(FileNotFoundError):
                os.unlink(temporary)
        raise
    return [folder / name for name in contents]


def _require_no_folders(folder: Path, names: Iterable[str]) -> None:
    for name in names:
        if (folder / name).is_dir():
            raise IsADirectoryError(f"{folder / name} is a folder: a file cannot take its place.")


def _write_aside(folder: Path, name: str, content: str | bytes) -> str:
    handle, temporary = tempfile.mkstemp(prefix=f".{name}.", dir=folder)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content.encode("utf-8") if isinstance(content, str) else content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o666 & ~_umask())
    except BaseException:
        os.unlink(temporary)
        raise
    return temporary


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
