"""``lionk backends``: what it prints, as text and as JSON, and that missing plug-ins do no harm."""

from __future__ import annotations

import json
from typing import Any

import pytest

from lionk_ref import __version__
from lionk_ref import backend as backends
from lionk_ref.cli import main
from lionk_ref.convex import CATALOGUE


def lionk(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """The standard output of a command that ends well and says nothing else."""
    assert main(["backends", *arguments]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    return out


def report(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """The JSON."""
    loaded: dict[str, Any] = json.loads(lionk(capsys, "--json"))
    return loaded


@pytest.fixture
def ghost(monkeypatch: pytest.MonkeyPatch) -> None:
    """One plug-in is known, and cannot be imported."""
    monkeypatch.setattr(backends, "BUILT_IN", {"numba": "lionk_ghost:Backend"})
    monkeypatch.setattr(backends, "_installed", dict)
    backends.find.cache_clear()
    yield
    backends.find.cache_clear()


def test_every_backend_and_every_k(capsys: pytest.CaptureFixture[str]) -> None:
    """The core has them all; a plug-in has a kernel, or says that dK is the core's."""
    loaded = report(capsys)
    names = [row["name"] for row in loaded["backends"]]
    assert names == ["core", *backends.names()]
    assert loaded["backends"][0]["version"] == loaded["version"] == __version__
    assert list(loaded["support"]) == list(CATALOGUE)
    for key, row in loaded["support"].items():
        assert list(row) == names, key
        assert row["core"] == "core"
        assert set(row.values()) <= {"core", "fused", "none"}
    assert loaded["support"]["l1"]["numba"] == "fused"
    assert loaded["support"]["nuclear"]["numba"] == "core"


def test_what_is_missing_comes_with_the_reason(
    ghost: None, capsys: pytest.CaptureFixture[str]
) -> None:
    """And with the command that installs it, in the text and in the JSON."""
    text = lionk(capsys)
    assert "numba    -        -       no" in text
    assert "No module named 'lionk_ghost'" in text
    assert '\n  pip install "lionk-ref[numba]"' in text
    row = report(capsys)["backends"][1]
    assert "No module named 'lionk_ghost'" in row["why_not"]
    assert row["install"] == 'pip install "lionk-ref[numba]"'


def test_the_text_says_what_the_json_says(capsys: pytest.CaptureFixture[str]) -> None:
    """Row by row."""
    lines = [line.split() for line in lionk(capsys).splitlines()]
    loaded = report(capsys)
    for row in loaded["backends"]:
        here = "no" if row["why_not"] else "yes"
        assert [row["name"], row["version"], row["device"], here] in lines
    for key, row in loaded["support"].items():
        assert [key, *row.values()] in lines
