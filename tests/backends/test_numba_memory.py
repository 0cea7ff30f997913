"""What the backend promises of memory: no copy of x, m or g, and no m_tilde, is ever made.

`SortedL1` is not among those that promise it: it sorts the entries that have a weight.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import memory_probe
import pytest
from memory_probe import ENVIRONMENT, MISTAKES
from test_numba_process import python

MOST = 1e6
"""Bytes that a step may allocate at n = 1e7."""


@pytest.fixture(scope="module")
def found() -> dict[str, dict[str, Any]]:
    """Bytes of each case, by both measures."""
    done = python(Path(memory_probe.__file__).read_text("utf-8"), **ENVIRONMENT)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def too_much(found: dict[str, dict[str, Any]], measure: str) -> dict[str, int]:
    """The cases that allocate more than they may, with their bytes."""
    return {name: b[measure] for name, b in found.items() if b[measure] > MOST}


def test_next_to_nothing_is_allocated(found: dict[str, dict[str, Any]]) -> None:
    """By Python and NumPy; steps that store m_tilde are seen."""
    assert set(too_much(found, "traced")) == set(MISTAKES), too_much(found, "traced")
    assert len(found) >= 12


def test_resident_memory_does_not_grow(found: dict[str, dict[str, Any]]) -> None:
    """By whatever code; steps that store m_tilde are seen."""
    if None in [b["resident"] for b in found.values()]:
        pytest.skip("no peak of resident memory on this system")
    assert set(too_much(found, "resident")) == set(MISTAKES), too_much(found, "resident")
