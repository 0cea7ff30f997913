"""Files that cannot be written are refused before the work: `lionk_ref.cli.writable`."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest

from lionk_ref.cli.writable import require_writable


@pytest.fixture
def read_only(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder that nobody may write to, not even root."""
    folder, usual = tmp_path / "read-only", os.access
    folder.mkdir()

    def access(path: Any, mode: int) -> bool:
        return usual(path, mode) and not (mode & os.W_OK and Path(path) == folder)

    monkeypatch.setattr(os, "access", access)
    return folder


@pytest.mark.parametrize("name", ["report.json", "new/folder/report.json"])
def test_nothing_is_made_by_asking(name: str, tmp_path: Path) -> None:
    """Neither the file nor the folders above it."""
    require_writable(tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_there_can_be_replaced(tmp_path: Path) -> None:
    """Also one that is read-only: it is replaced, not written into."""
    (tmp_path / "old").touch(0o400)
    require_writable(tmp_path / "old")


@pytest.mark.parametrize("name", ["report.json", "new/folder/report.json"])
def test_a_folder_that_is_read_only(name: str, read_only: Path) -> None:
    """The file that was asked for is named, with the folder and the option."""
    says = f"{read_only / name} cannot be written: the folder {read_only} may not be written to. "
    with pytest.raises(ValueError, match=f"^{re.escape(says)}Change --gradescope.$"):
        require_writable(read_only / name, option="--gradescope")


@pytest.mark.parametrize(
    ("name", "says"),
    [("file/report.json", "file is no folder"), ("link/report.json", "link is no folder"),
     ("folder", "it is a folder")],
)  # fmt: skip
def test_what_stands_in_the_way(name: str, says: str, tmp_path: Path) -> None:
    """A file above it, a link to nowhere, or a folder in its place."""
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    with pytest.raises(ValueError, match=f"{says}. Change --out.$"):
        require_writable(tmp_path / "other", tmp_path / name)
