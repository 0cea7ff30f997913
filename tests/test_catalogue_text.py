"""What the catalogue says of itself in words: for every K, and not at odds with what K does."""

from __future__ import annotations

import json

import numpy as np
import pytest

from lionk_ref.cli import main
from lionk_ref.convex import CATALOGUE, ConvexFunction

EVERY = pytest.mark.parametrize("cls", CATALOGUE.values(), ids=list(CATALOGUE))


@EVERY
def test_nothing_is_missing(cls: type[ConvexFunction]) -> None:
    """K, dK, K*, its domain, the problem."""
    texts = (cls.formula, cls.formula_subgradient, cls.formula_conjugate, cls.domain)
    for text in (*texts, cls.solves, cls.solves_text):
        assert text.strip()
        assert "\n" not in text
    assert isinstance(cls.also_known_as, tuple)


@EVERY
def test_the_words_agree_with_the_flags(cls: type[ConvexFunction]) -> None:
    """K* is 0 exactly for the norms; the domain is everywhere where projecting moves nothing."""
    for K in cls.examples((6,)):
        assert (K.formula_conjugate == "0") == K.positively_homogeneous
        y = 1e3 * np.array([1.0, -2.0, 3.0, -4.0, 5.0, 6.0])
        assert (K.domain == "everywhere") == np.array_equal(K.project_domain(y), y)
        assert ("s.t." in K.solves_text) == (K.domain != "everywhere")


def test_at_least_thirty() -> None:
    """The catalogue's instances, counted."""
    assert sum(len(cls.examples()) for cls in CATALOGUE.values()) >= 30
    assert len(CATALOGUE) >= 25


def test_long_table(capsys: pytest.CaptureFixture[str]) -> None:
    """Every K has its paragraph, with all that JSON has."""
    assert main(["table", "--long"]) == 0
    paragraphs = capsys.readouterr().out.strip().split("\n\n")
    assert main(["table", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)["catalogue"]
    assert len(paragraphs) == len(rows) == len(CATALOGUE)
    for paragraph, row in zip(paragraphs, rows, strict=True):
        for text in (row["key"], row["K"], row["dK"], row["K_star"], row["domain"]):
            assert text in paragraph
        assert all(name in paragraph for name in row["also_known_as"])
    halves = next(row for row in rows if row["key"] == "half_squared_norm")
    assert halves["parameters"] == {"norm": "L1()", "dual": "LInf()"}
