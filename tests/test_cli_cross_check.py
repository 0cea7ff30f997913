"""The cross-check of `lionk certify`: what it compares, what it promises, and that it can fail."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lionk_ref import backend as backends
from lionk_ref.cli import main
from lionk_ref.cli.cross_check import EXACT, SIZE, cross_check, promised, ulps
from lionk_ref.convex import CATALOGUE, L1, L2, ConvexFunction, GroupL2, WeightedL1
from lionk_ref.discrete.in_place import Core

CERTIFY = ("certify", "--problem", "toy", "--scheme", "explicit", "--steps", "3", "--jobs", "1")


class Fake(Core):
    """A plug-in that steps by the core's rule, and then spoils what a test asks for."""

    name, spoil = "fake", None

    def support(self, K: ConvexFunction) -> str:
        return "fused" if K.key in ("l1", "l2", "weighted_l1", "group_l2") else "none"

    def step_(self, K: Any, scheme: str, x: Any, m: Any, g: Any, **options: Any) -> None:
        super().step_(K, scheme, x, m, g, **options)
        if self.spoil:
            self.spoil(scheme, x, m)


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Fake:
    """The only plug-in."""
    plugin = Fake()
    monkeypatch.setattr("lionk_ref.cli.cross_check.names", lambda: ["fake"])
    monkeypatch.setattr("lionk_ref.cli.cross_check.find", lambda name: plugin)
    return plugin


def test_every_k_that_a_plug_in_has(fake: Fake) -> None:
    """All its examples against the core; the core alone is compared with nothing."""
    rows = cross_check("float32")
    known = sum(
        len(CATALOGUE[k].examples((SIZE,))) for k in ("l1", "l2", "weighted_l1", "group_l2")
    )
    assert len(rows) == known
    assert {(r.first, r.second, r.dtype, r.worst) for r in rows} == {
        ("core", "fake", "float32", 0.0)
    }
    fake.why_not = lambda: "broken"  # type: ignore[method-assign]
    assert cross_check("float32") == []


@pytest.mark.parametrize(
    ("K", "spoil", "ok"),
    [
        (L1(), lambda scheme, x, m: np.nextafter(x[5:6], 9, out=x[5:6]), False),
        (L1(), lambda scheme, x, m: np.nextafter(m[5:6], 9, out=m[5:6]), False),
        (L1(), lambda s, x, m: s == "implicit" and np.nextafter(x[:1], 9, out=x[:1]), False),
        (L1(), lambda scheme, x, m: x.__setitem__(np.isnan(x), 0), False),
        (L2(), lambda scheme, x, m: np.nextafter(x[5:6], 9, out=x[5:6]), True),
        (L2(), lambda scheme, x, m: np.multiply(x, 1 + 1e-5, out=x), False),
    ],
    ids=["one bit of x", "one bit of m", "one scheme", "NaN", "one bit of a norm", "a norm"],
)
def test_a_difference_is_seen(fake: Fake, K: ConvexFunction, spoil: Any, ok: bool) -> None:
    """A single bit where equality is promised, and more than roundings where it is not."""
    fake.spoil = spoil
    (row,) = cross_check("float32", [K])
    assert row.worst > 0
    assert row.ok == ok


def test_a_failure_is_the_exit_status(
    fake: Fake, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """And stands in the table and in the report."""
    command = [*CERTIFY, "--K", "l1", "--out", str(tmp_path)]
    assert main(command) == 0
    assert "1 of 1 comparisons held." in capsys.readouterr().out
    fake.spoil = lambda scheme, x, m: m.fill(np.nan)
    assert main(command) == 1
    assert "core = fake  float64  inf        0         FAILED" in capsys.readouterr().out
    report = json.loads((tmp_path / "report.json").read_text("utf-8"))
    assert report["ok"] is False
    assert report["cross_check"][0]["worst"] is None
    assert main([*command, "--no-cross-check"]) == 0
    assert "cross_check" not in json.loads((tmp_path / "report.json").read_text("utf-8"))


@pytest.mark.parametrize("name", ["auto", "nosuch"])
def test_the_runs_may_be_on_a_backend(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Which the report names; one that is not there is refused."""
    status = main([*CERTIFY, "--K", "l1", "--backend", name, "--out", str(tmp_path), "--json"])
    out, err = capsys.readouterr()
    if name == "auto":
        assert status == 0
        assert json.loads(out)["cases"][0]["backend"] == "auto"
    else:
        assert status == 2
        assert "Unknown backend 'nosuch'" in err


def test_weights_of_the_user_fit(fake: Fake) -> None:
    """The arrays are as long as a K asks for."""
    kinds = [WeightedL1(weights=(1.0, 2.0)), GroupL2(size=3, weights=(1.0, 2.0))]
    assert [row.worst for row in cross_check("float64", kinds)] == [0.0, 0.0]


def test_what_is_exact_is_in_the_catalogue() -> None:
    """A K that is renamed is missed here; all others are promised something positive."""
    assert set(CATALOGUE) >= EXACT
    for key, cls in CATALOGUE.items():
        assert (promised(cls.examples()[0]) == 0) == (key in EXACT)
        assert promised(cls.examples()[0], on_cuda=True) >= promised(cls.examples()[0])


def test_units_in_the_last_place() -> None:
    """Neighbours are one apart; NaN is like NaN and like nothing else; zeros are equal."""
    one = np.float32([1.0, 0.0, np.nan, np.inf])
    assert ulps(one, one) == 0
    assert ulps(np.nextafter(one[:1], np.float32(2)), one[:1]) == 1
    assert ulps(np.float32([-0.0]), np.float32([0.0])) == 0
    assert ulps(np.float32([np.nan]), np.float32([1.0])) == np.inf
    assert ulps(np.float32([3e38]), np.float32([np.inf])) == np.inf


def test_the_installed_backends_agree() -> None:
    """Those that can be used on this machine, on every K of the catalogue."""
    rows = cross_check("float32")
    usable = [name for name in backends.names() if backends.find(name).why_not() is None]
    assert {r.second for r in rows if r.first == "core"} == set(usable)
    assert [r for r in rows if not r.ok] == []
