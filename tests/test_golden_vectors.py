"""The committed vectors: made again byte for byte, and right by other derivations."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import exact_k
from lionk_ref.certificates.lyapunov import constants
from lionk_ref.convex import CATALOGUE, from_text
from lionk_ref.discrete import LionK, implicit_lr
from lionk_ref.golden.cases import Case, cases
from lionk_ref.golden.formats import decode
from lionk_ref.golden.read import committed, documents
from lionk_ref.golden.verify import verify
from lionk_ref.golden.write import generate, generate_scenarios, manifest, write

FOLDER = committed()
CASES = list(cases(FOLDER))
OPEN = [case for case in CASES if case.kind != "closed_loop"]
EXACT = [c for c in OPEN if c.kind == "exact_trajectory" and c.setting.dtype == "binary32"]
RATIONAL = {"l1": exact_k.L1(), "linf": exact_k.LInf(), "half_square": exact_k.HalfSquare()}
AGAIN = "run: lionk golden write"


def text_of(name: str) -> str:
    """A committed file, or a reminder."""
    path = FOLDER / name
    return path.read_text("utf-8") if path.exists() else f"missing: {name}; {AGAIN}"


@pytest.mark.parametrize("key", CATALOGUE)
def test_the_files_of_each_k_are_made_again(key: str) -> None:
    """Byte for byte: another seed, rounding or order of the keys fails."""
    for name, text in generate(key).items():
        assert text_of(name) == text, AGAIN


def test_the_scenarios_are_made_again() -> None:
    """Byte for byte, and there are seventeen."""
    made = generate_scenarios()
    assert {name: text_of(name) for name in made} == made, AGAIN
    assert len(made) == 17


def test_writing_twice_gives_the_same_bytes(tmp_path: Path, monkeypatch: Any) -> None:
    """`write` leaves what `verify` accepts, and removes the files of a K that is gone."""
    one = {"l1": CATALOGUE["l1"]}
    monkeypatch.setattr("lionk_ref.golden.write.CATALOGUE", one)
    (tmp_path / "gone.explicit.t0.json").write_text("{}")
    first = {path.name: path.read_bytes() for path in write(tmp_path)}
    assert {path.name: path.read_bytes() for path in write(tmp_path)} == first
    assert verify(tmp_path) == []
    assert {p.name for p in tmp_path.iterdir()} == set(first)


def test_the_manifest_is_that_of_the_files() -> None:
    """Its sums are those of the committed files, which are small in all."""
    texts = {
        p.name: p.read_text("utf-8") for p in FOLDER.glob("*.json") if p.name != "manifest.json"
    }
    held = json.loads((FOLDER / "manifest.json").read_text("utf-8"))
    assert held["sha256"] == json.loads(manifest(texts))["sha256"], AGAIN
    assert verify(FOLDER) == []
    assert sum(map(len, texts.values())) < 2_000_000


def test_a_flipped_bit_is_caught(tmp_path: Path) -> None:
    """By the manifest, wherever it is; one hexadecimal digit stays a file of the schema."""
    for path in FOLDER.glob("*.json"):
        if path.name.startswith("l1.") or path.name == "manifest.json":
            (tmp_path / path.name).write_bytes(path.read_bytes())
    held = json.loads((tmp_path / "manifest.json").read_text())
    held["sha256"] = {n: s for n, s in held["sha256"].items() if n.startswith("l1.")}
    (tmp_path / "manifest.json").write_text(json.dumps(held))
    assert verify(tmp_path) == []
    target = tmp_path / "l1.explicit.t0.json"
    target.write_text(target.read_text().replace("3f500000", "3f500001", 1))
    assert verify(tmp_path) == ["l1.explicit.t0.json: its sha256 differs from the manifest's"]


def test_every_k_has_both_schemes_and_all_tiers_that_it_can_have() -> None:
    """T1 and T3 twice, T2 once, T0 but for those that the manifest lists."""
    inexact = json.loads((FOLDER / "manifest.json").read_text("utf-8"))["without_T0"]
    for key in CATALOGUE:
        names = {path.name for path in FOLDER.glob(f"{key}.*.json")}
        wanted = {f"{key}.{s}.t{t}.json" for s in ("explicit", "implicit") for t in (1, 3)}
        assert wanted | {f"{key}.explicit.t2.json"} <= names, AGAIN
        assert (f"{key}.explicit.t0.json" in names) == (key not in inexact)


def rational(a: Any) -> Any:
    """The entries as Fractions."""
    return exact_k.vector(float(v) for v in np.ravel(a))


@pytest.mark.parametrize("case", [c for c in EXACT if c.setting.K in RATIONAL], ids=lambda c: c.id)
def test_t0_in_fractions(case: Case) -> None:
    """x and m are those of eq. (2) and (15) in Fractions, with K written from Table 2 alone."""
    if "NonFinite" in case.flags:
        return
    K, s = RATIONAL[case.setting.K], case.setting
    b1, b2, lam = (Fraction(v) for v in (s.beta1, s.beta2, s.lam))
    x, m = rational(case.x0), rational(0 * case.x0)
    for line in case.steps:
        g, lr = rational(line.g), Fraction(line.lr)
        for _ in range(line.repeat):
            u = K.subgradient(b1 * m - (1 - b1) * g)
            m = b2 * m - (1 - b2) * g
            x = x + lr * (u - lam * x) if s.scheme == "explicit" else (x + lr * u) / (1 + lr * lam)
        assert list(x) == list(rational(line.x))
        assert list(m) == list(rational(line.m))


@pytest.mark.parametrize("case", EXACT, ids=lambda c: c.id)
def test_t0_survives_float64_and_a_fused_order(case: Case) -> None:
    """The same bits in float64 and with the decay taken first: nothing was ever rounded."""
    K, s = from_text(case.setting.K), case.setting
    x, m = case.x0.astype(np.float64), 0.0 * case.x0
    for line in case.steps:
        g = line.g.astype(np.float64)
        for _ in range(line.repeat):
            with np.errstate(invalid="ignore"):
                u = K.subgradient(s.beta1 * (m + g) - g)
                m = (
                    s.beta2 * (m + g) - g
                    if np.all(np.isfinite(g))
                    else s.beta2 * m - (1 - s.beta2) * g
                )
            shrink = 1 - line.lr * s.lam if s.scheme == "explicit" else 1.0
            x = (shrink * x + line.lr * u) / (1 if s.scheme == "explicit" else 1 + line.lr * s.lam)
        finite = np.isfinite(line.m) & np.isfinite(line.x)
        assert np.array_equal(x[finite], line.x[finite])
        assert np.array_equal(m[finite], line.m[finite])


CERTIFIED = [c for c in CASES if c.kind == "certified_trajectory"]


@pytest.mark.parametrize("case", CERTIFIED, ids=lambda c: c.id)
def test_t1_holds_the_core_in_its_own_format_and_not_much_more(case: Case) -> None:
    """The core is inside; a step with lr off by 2^-10 is outside. All of K's data is decisive."""
    s = case.setting
    for factor, inside in ((1.0, True), (1 + 2.0**-10, False)):
        state = LionK(from_text(s.K), 1.0).init(case.x0)
        held = True
        for line in case.steps:
            lion = LionK(from_text(s.K), line.lr * factor, s.beta1, s.beta2, s.lam, s.scheme)
            for _ in range(line.repeat):
                state = lion.step(state, line.g)
            held &= bool(np.all(np.abs(state.x.astype(float) - line.x) <= line.x_tolerance))
            assert np.all(np.abs(state.m.astype(float) - line.m) <= line.m_tolerance)
        assert held == inside
    assert case.tier != "T1" or all(np.all(line.decisive) for line in case.steps)


def test_the_certificates_are_those_of_the_package() -> None:
    """K, K*, dist, FY and H - f at the last state, evaluated in float64 from the stored x and m."""
    asked = 0
    for doc in documents(FOLDER):
        if doc["tier"] in ("T0", "T1"):
            for group in doc["groups"]:
                asked += _check_certificate(group, group["tests"][0])
    assert asked > 100


def _check_certificate(group: dict[str, Any], test: dict[str, Any]) -> int:
    K, shape = from_text(group["K"]["text"]), group["shape"]
    read = {n: np.reshape([decode(b, group["dtype"]) for b in test["steps"][-1][n]["bits"]], shape)
            for n in ("x", "m")}  # fmt: skip
    held = {n: decode(v["bits"], "binary64") for n, v in test["certificate"].items()}
    beta1, beta2, lam = (
        decode(group["params"][n]["bits"], "binary64") for n in ("beta1", "beta2", "lam")
    )
    lr = decode(test["steps"][-1]["lr"]["bits"], "binary64")
    c = constants(
        implicit_lr(lr, lam) if group["scheme"] == "explicit" else lr, beta1, beta2, lam
    ).c
    x, m = read["x"], read["m"]
    value, star = float(K.value(m)), float(K.projected_conjugate(lam * x))
    found = {
        "value": value,
        "conjugate": star,
        "distance": float(K.distance_to_domain(lam * x)),
        "fenchel_young": value + star - float(np.sum(m * K.project_domain(lam * x))),
        "H_minus_f": star / lam + c * (star + value - lam * float(np.sum(x * m))),
    }
    loose = 1e-5 if group["dtype"] == "binary32" else 1e-12
    assert found == pytest.approx(held, rel=loose, abs=loose)
    return 1
