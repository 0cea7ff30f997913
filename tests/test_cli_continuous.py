"""``lionk certify --continuous``: the flow in the table, in report.json and in report.html."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from lionk_ref.cli import main
from lionk_ref.cli.certify_continuous import DEFAULT_PROBLEMS

SMALL = ["--K", "huber:e=0.5", "--K", "relativistic", "--problem", "toy", "--jobs", "1"]
ONLY = ["certify", "--continuous", "only", *SMALL, "--time", "3"]
SHORT = ["certify", "--continuous", "only", *SMALL[2:], "--time", "1"]


def test_the_flow_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A line for each K, the numbers in report.json, the pictures in a page that stands alone."""
    assert main([*ONLY, "--out", str(tmp_path)]) == 0
    out = capsys.readouterr().out
    assert "2 of 2 certificates of the flow held" in out
    assert len(re.findall(r"^(?:Huber|Relativistic)\(.*held$", out, re.M)) == 2
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["ok"] is True
    assert report["cases"] == []
    assert [row["K"] for row in report["flows"]] == ["Huber(e=0.5)", "Relativistic(e=1.0)"]
    for row in report["flows"]:
        assert row["residual_max"] <= 1e-10
        assert row["steps_inside"] > 5
    page = (tmp_path / "report.html").read_text()
    assert page.count("<svg") == 3
    assert "dH/dt = -Delta" in page
    assert not re.search(r"""(src|href)=["'](?!#)|url\((?!#)|@import""", page)


def test_updates_and_flow(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without 'only' both are certified, in one report."""
    words = ["certify", *SMALL, "--continuous", "--steps", "5", "--time", "1"]
    assert main([*words, "--out", str(tmp_path)]) == 0
    out = capsys.readouterr().out
    assert "4 of 4 certificates held" in out
    assert "2 of 2 certificates of the flow held" in out
    report = json.loads((tmp_path / "report.json").read_text())
    assert (len(report["cases"]), len(report["flows"])) == (4, 2)


def test_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """--json prints what report.json holds."""
    assert main([*SHORT, "--json", "--out", str(tmp_path)]) == 0
    assert capsys.readouterr().out.strip() == (tmp_path / "report.json").read_text().strip()


def test_options(tmp_path: Path) -> None:
    """Other coefficients, another lam and another integrator arrive in the report."""
    rates = ["--alpha", "2", "--gamma", "0.5", "--vareps", "0.4", "--lam", "0.8"]
    words = [*SHORT, *rates, "--integrator", "RK45"]
    assert main([*words, "--out", str(tmp_path)]) == 0
    row = json.loads((tmp_path / "report.json").read_text())["flows"][0]
    assert [row[name] for name in ("alpha", "gamma", "lam", "vareps")] == [2, 0.5, 0.8, 0.4]


def test_a_failure_is_reported(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wrong Delta: FAILED in the table with the promise's name, and the exit status 1."""
    from lionk_ref.continuous import delta

    monkeypatch.setattr(
        sys.modules["lionk_ref.certificates.flow_path"], "delta", lambda p, r: 2 * delta(p, r)
    )
    assert main([*ONLY, "--out", str(tmp_path)]) == 1
    assert "FAILED: dH/dt by differences" in capsys.readouterr().out
    assert json.loads((tmp_path / "report.json").read_text())["ok"] is False


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--K", "l1"], "toy L1() flow: Theorem 3.1 needs a differentiable K, got L1()."),
        (["--vareps", "2"], "Theorem 3.1 needs vareps gamma <= 1, got vareps=2.0"),
        (["--gamma", "-1"], "The flow needs a finite gamma >= 0, got gamma=-1.0"),
        (["--time", "0"], "a finite time > 0, got time=0.0"),
    ],
)
def test_errors(
    words: list[str], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One clear line and the exit status 2."""
    assert main([*ONLY, *words, "--out", str(tmp_path)]) == 2
    err = capsys.readouterr().err
    assert message in err
    assert err.count("\n") == 1


def test_without_scipy(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The line names the extra."""

    def refuse(name: str, *args: Any) -> Any:
        raise ImportError(name)

    monkeypatch.setattr(sys.modules["lionk_ref.continuous.solve"], "import_module", refuse)
    assert main([*ONLY, "--out", str(tmp_path)]) == 2
    assert 'pip install "lionk-ref[flow]"' in capsys.readouterr().err


def test_default_problems() -> None:
    """Figure 1's toy, a convex and an indefinite quadratic, and real data."""
    assert DEFAULT_PROBLEMS == ("toy", "quadratic", "indefinite", "logistic")
