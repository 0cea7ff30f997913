"""``lionk table`` and ``lionk errata``: what they print, as text and as JSON."""

from __future__ import annotations

import itertools
import json
from fractions import Fraction
from typing import Any

import pytest

from lionk_ref.certificates import printed_constants
from lionk_ref.cli import main, table
from lionk_ref.convex import CATALOGUE, Huber
from lionk_ref.paper import ERRATA
from lionk_ref.paper.catalogue_rows import row

HEADER = ("key", "K(z)", "flags", "Lion-K solves")


def lionk(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """The standard output of a command that ends well and says nothing else."""
    assert main(arguments) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert "\x1b" not in out
    return out


def refuse_constant(name: str) -> None:
    """NaN and Infinity are no JSON."""
    raise ValueError(name)


def table_rows(text: str) -> dict[str, tuple[str, str, str]]:
    """Key, K, flags and problem of each row, read off the columns; folded lines joined."""
    lines = text.split("\n\n")[0].split("\n")
    starts = [lines[0].index(name) for name in HEADER] + [None]
    rows: dict[str, tuple[str, str, str]] = {}
    for line in lines[1:]:
        first, *rest = (line[a:b].strip() for a, b in itertools.pairwise(starts))
        if line[0] != " ":
            key, rows[first] = first, (rest[0], rest[1], rest[2])
        else:
            K, flags, problem = rows[key]
            rows[key] = K, flags, f"{problem} {rest[2]}".strip()
    return rows


@pytest.mark.parametrize("width", [100, 132, 400])
def test_table_can_be_read_back(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    """Every K stands in its columns, whole, within the width of the terminal."""
    monkeypatch.setenv("COLUMNS", str(width))
    text = lionk(capsys, "table")
    assert max(map(len, text.split("\n"))) <= width
    rows = table_rows(text)
    assert list(rows) == list(CATALOGUE)
    for key, (formula, _, problem) in rows.items():
        assert formula == CATALOGUE[key].formula
        assert problem.split() == CATALOGUE[key].solves_text.split()


def test_flags(capsys: pytest.CaptureFixture[str]) -> None:
    """As the definitions say."""
    rows = table_rows(lionk(capsys, "table"))
    flags = {key: row[1] for key, row in rows.items()}
    expected = {"l1": "S H", "l2": "H", "top_k": "H", "dead_zone": "S", "huber": "S L=1"}
    assert {key: flags[key] for key in expected} == expected
    assert flags["half_square"] == flags["log_cosh"] == flags["pseudo_huber"] == "S L=1 C"


def test_smoothness_is_shown() -> None:
    """L belongs to the parameters: 1/e for the Huber loss."""
    assert "L=10" in table.text([row(Huber(e=0.1))], 100)


def test_table_json(capsys: pytest.CaptureFixture[str]) -> None:
    """The whole catalogue; a K that is not smooth has no number for its smoothness."""
    report = json.loads(lionk(capsys, "table", "--json"), parse_constant=refuse_constant)
    rows = {row["key"]: row for row in report["catalogue"]}
    assert list(rows) == list(CATALOGUE)
    assert rows["l1"]["smoothness"] is None
    assert rows["l1"]["smooth"] is False
    assert rows["huber"]["parameters"] == {"e": 1.0}
    assert all(row["solves"] == CATALOGUE[key].solves_text for key, row in rows.items())


def test_errata(capsys: pytest.CaptureFixture[str]) -> None:
    """Each erratum with both texts; each claim of the print fails, each corrected one holds."""
    text = " ".join(lionk(capsys, "errata").split())
    for erratum in ERRATA:
        printed, correct = erratum.evidence()
        claims = [f"FAILS: {c}" for c in printed] + [f"holds: {c}" for c in correct]
        for part in (erratum.where, erratum.printed, erratum.correct, erratum.why, *claims):
            assert part in text
    assert text.count("FAILS: ") == sum(len(e.evidence().printed) for e in ERRATA)


def test_errata_prints_the_exact_counterexample(capsys: pytest.CaptureFixture[str]) -> None:
    """Theorem 4.1's, with fractions and decimals."""
    text = lionk(capsys, "errata")
    for number in ("-506337/56105500", "-800031/4488440", "-40667043/44884400"):
        assert f"{number} [{float(Fraction(number)):.6g}]" in text
    assert "c, a, b, corrected     9/11, 20/11, 100/11" in text
    assert max(map(len, text.split("\n"))) <= 98


def test_errata_json(capsys: pytest.CaptureFixture[str]) -> None:
    """Every number of a claim comes as text and, where it is finite, as a decimal."""
    report = json.loads(lionk(capsys, "errata", "--json"), parse_constant=refuse_constant)
    assert [e["number"] for e in report["errata"]] == [e.number for e in ERRATA]
    third = report["errata"][2]["evidence"]["correct"][0]
    assert third["left"] == {"exact": "-506337/56105500", "decimal": -506337 / 56105500}
    assert third["holds"] is True
    sides: list[Any] = [
        claim[side]
        for erratum in report["errata"]
        for claims in erratum["evidence"].values()
        for claim in claims
        for side in ("left", "right")
    ]
    assert {"exact": "inf", "decimal": None} in sides
    finite = [side for side in sides if side["decimal"] is not None]
    assert all(float(Fraction(side["exact"])) == side["decimal"] for side in finite)


def test_evidence_that_does_not_hold(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Were the library's constants those of the print, lionk errata would end with status 1."""
    monkeypatch.setattr("lionk_ref.paper.errata_theorem_4_1.constants", printed_constants)
    assert main(["errata"]) == 1
    assert "FAILS:   H' - H <= bound, corrected" in capsys.readouterr().out


@pytest.mark.parametrize("verb", ["table", "errata"])
def test_bad_usage(capsys: pytest.CaptureFixture[str], verb: str) -> None:
    """One line on stderr, status 2."""
    assert main([verb, "--nosuch"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert "--nosuch" in err
