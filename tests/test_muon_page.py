"""docs/muon.md: its tables are what is measured, up to the rounding of another machine."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from typing import Any

import numpy as np

PAGE = Path(__file__).parents[1] / "docs" / "muon.md"


def measuring() -> Any:
    """The script that writes the tables."""
    spec = importlib.util.spec_from_file_location("measure_muon", PAGE.with_name("measure_muon.py"))
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def numbers(page: str) -> Any:
    """Every number of the measured tables."""
    blocks = re.findall(r"<!-- (\w+) -->\n(.*?)\n<!-- end of \1 -->", page, re.DOTALL)
    assert len(blocks) == 3
    cells = [cell for _, block in blocks for cell in re.findall(r"(?<=\| )[\d.e+-]+(?= \|)", block)]
    return np.array([float(cell) for cell in cells if cell != "---"])


def test_the_tables_are_measured() -> None:
    """Errors at the level of rounding vary by a factor; the others are the same."""
    page = PAGE.read_text("utf-8")
    stored, now = numbers(page), numbers(measuring().filled(page))
    assert len(stored) == len(now) > 70
    small = np.maximum(stored, now) < 1e-2
    assert np.allclose(stored[~small], now[~small], rtol=0.05)
    assert (np.abs(np.log10(stored[small] / now[small])) < 1).all()
