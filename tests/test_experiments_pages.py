"""The pages of the experiments: each figure has one, with its picture and the claim it judges."""

from __future__ import annotations

from pathlib import Path

import pytest

from lionk_ref.experiments import FIGURES

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("number", [1, 2, 3, 4, 5, 6, 7])
def test_every_figure_has_its_page(number: int) -> None:
    """With the picture, small enough to load, and the claim as the code has it."""
    page = (ROOT / f"docs/experiments/figure_{number}.md").read_text("utf-8")
    assert f"![Figure {number}](figure_{number}.png)" in page
    assert " ".join(FIGURES[number].claim.split()) in " ".join(page.split())
    assert (ROOT / f"docs/experiments/figure_{number}.png").stat().st_size <= 150_000
