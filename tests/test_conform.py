"""lionk conform: verdicts, names of mistakes, programs on stdio, expected failures, reports."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml

import pytest

from lionk_ref.cli import main
from lionk_ref.golden.cases import cases
from lionk_ref.golden.conform import conform
from lionk_ref.golden.mutants import MUTANTS
from lionk_ref.golden.read import committed
from lionk_ref.peers import PEERS, find

EXAMPLES = Path(__file__).parents[1] / "examples" / "conform"
CASES = list(cases(committed()))
LION = [c for c in CASES if c.setting.K == "l1" and c.kind != "closed_loop"]


def run(capsys: Any, *argv: str) -> tuple[int, str, str]:
    """Exit status, stdout and stderr of ``lionk conform``."""
    status = main(["conform", *argv])
    out, err = capsys.readouterr()
    return status, out, err


def test_the_reference_conforms_in_every_case(capsys: Any) -> None:
    """All K, both schemes, every tier but T3, nothing skipped."""
    status, out, _ = run(capsys, "lionk-ref", "--json")
    (report,) = json.loads(out)
    assert status == 0
    assert {r["outcome"] for r in report["results"]} == {"pass"}
    assert len(report["results"]) == sum(c.kind != "closed_loop" for c in CASES)


def test_a_ten_line_lion_conforms(capsys: Any) -> None:
    """T3 included: its own gradients, Phase 1, the energy balance and the gap."""
    status, out, _ = run(capsys, "golden_factories:right", "--closed-loop")
    assert status == 0
    assert "T3       2 pass" in out


def test_swapped_betas_are_named(capsys: Any) -> None:
    """Exit status 1, the first wrong number, and the mistake before any other."""
    status, out, _ = run(capsys, "golden_factories:swapped")
    assert status == 1
    assert "step 0, m[0]: got -2.0, expected -1.0" in out
    named = [line for line in out.splitlines() if "looks like" in line]
    assert named[0].startswith("  looks like betas swapped: ")


def test_a_declared_freeze_hides_no_mistake(capsys: Any) -> None:
    """All failures are repeated, though the mutant passes NaN on and this one stands still."""
    status, out, _ = run(capsys, "golden_factories:late", "--json")
    (report,) = json.loads(out)
    best = report["suspects"][0]
    assert status == 1
    assert (best["name"], best["repeats"]) == ("decay after the step", best["failures"])


NAMED = (
    "sign of zero plus",
    "decay after the step",
    "coupled decay",
    "cautious",
    "lr of the first step",
    "nan walks",
    "heavy ball",
    "other scheme",
    "lr in float32",
    "settings in float32",
    "decay factor in float32",
)


@pytest.mark.parametrize("name", NAMED)
def test_a_mutant_is_named(name: str) -> None:
    """By its own name, first, from the vectors alone."""
    verdict = conform(MUTANTS[name].peer(), LION)
    assert not verdict.ok
    assert verdict.suspects[0].name == name


def test_wrong_lions_fail_in_the_loop() -> None:
    """The energy balance is an equality: each of these breaks it."""
    loops = [c for c in CASES if c.kind == "closed_loop" and c.id.startswith("l1.explicit")]
    for name in ("betas swapped", "decay after the step", "ascent", "heavy ball", "lr squared"):
        verdict = conform(MUTANTS[name].peer(), loops, closed_loop=True)
        assert {r.outcome for r in verdict.results} == {"fail"}, name


def test_a_crash_and_a_wrong_shape_are_results(capsys: Any) -> None:
    """They are reported, and the run goes on."""
    for name, words in (("crashing", "ZeroDivisionError"), ("shapeless", "of shape ()")):
        status, out, _ = run(capsys, f"golden_factories:{name}", "--run", "l1.*.t0")
        assert status == 1
        assert words in out


def test_claims_of_a_factory(capsys: Any) -> None:
    """What it does not claim or refuses is skipped; a hidden m is not compared."""
    status, out, _ = run(capsys, "golden_factories:hidden", "--json")
    (report,) = json.loads(out)
    reasons = {r["detail"] for r in report["results"] if r["outcome"] == "skip"}
    assert status == 0
    assert "no pairs" not in reasons
    assert "binary32 is not claimed" in reasons
    assert report["notes"] == ["m is hidden"]


def test_expected_failures_must_still_fail(tmp_path: Path, capsys: Any) -> None:
    """On the list it is no failure; when it is gone the list is wrong."""
    listed = tmp_path / "expected.txt"
    listed.write_text("l1.explicit.t0#0.1  # known\n\nl1.explicit.t1*\n")
    pattern = ("--run", "l1.explicit.t[01]", "--expected-failures", str(listed))
    assert run(capsys, "golden_factories:swapped", *pattern)[0] == 0
    listed.write_text("*\nl1.explicit.t2*\n")
    status, out, _ = run(capsys, "golden_factories:swapped", *pattern)
    assert status == 1
    assert "STALE l1.explicit.t2*" in out


def test_reports(tmp_path: Path, capsys: Any) -> None:
    """JUnit parses and counts, Markdown has a row for each peer, --out writes a file."""
    pair = ("golden_factories:right", "golden_factories:swapped", "--run", "l1.explicit")
    root = Xml.fromstring(run(capsys, *pair, "--format", "junit")[1])
    assert [suite.get("failures") for suite in root] == ["0", "3"]
    assert len(root[1].findall("testcase/failure")) == 3
    table = run(capsys, *pair, "--format", "markdown")[1].splitlines()
    assert len(table) == 4
    assert "betas swapped" in table[3]
    status, out, _ = run(capsys, *pair, "--format", "page", "--out", str(tmp_path / "page.md"))
    assert (status, out) == (1, "")
    assert "## Peer by peer" in (tmp_path / "page.md").read_text()


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        ([], "Name a peer"),
        (["nobody"], "Unknown peer 'nobody'"),
        (["nowhere:factory"], "nowhere cannot be imported"),
        (["golden_factories:none"], "no function 'none'"),
        (["--cmd", "/nowhere/at/all"], "cannot start"),
        (["lionk-ref", "--run", "nothing"], "No case is left"),
    ],
)
def test_bad_usage(argv: list[str], words: str, capsys: Any) -> None:
    """One clear line and exit status 2."""
    status, out, err = run(capsys, *argv)
    assert (status, out) == (2, "")
    assert words in err
    assert err.count("\n") == 1


def test_peers_are_imported_only_when_asked_for() -> None:
    """`lionk_ref.golden` and the list of peers load none of them."""
    code = "import lionk_ref.golden.conform, lionk_ref.peers, sys; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    )
    heavy = {"torch", "jax", "keras", "mlx", "optax", "timm", "deepspeed", "bitsandbytes", "flint"}
    assert heavy & set(loaded.stdout.split()) == set()


@pytest.mark.parametrize("name", PEERS)
def test_a_peer_that_is_installed_gives_its_version_and_one_that_is_not_a_line(name: str) -> None:
    """The adapters import; how they do is on the conformance page."""
    try:
        found = find(name).name
    except ValueError as error:
        found = str(error).partition(" cannot be imported here")[0]
    assert found == name


BABBLE = """
import json, sys, time
kind, asked = sys.argv[1], 0
for line in sys.stdin:
    message = json.loads(line)
    if message["cmd"] == "start":
        print('{"name":"strange"}', flush=True)
    elif message["cmd"] == "case":
        asked += 1
        print('{"ok":true}', flush=True)
    elif kind == "dies":
        sys.exit(3)
    elif kind == "babbles":
        print("Hello " * 1000, flush=True)
    elif kind == "floods":
        while True:
            print("x" * 65536, flush=True)
    elif kind == "sleeps":
        time.sleep(60)
    elif kind == "short":
        print('{"x":["00000000"],"m":null}', flush=True)
    elif kind == "words":
        print(json.dumps({"x": ["zzzzzzzz"] * len(message["g"]), "m": None}), flush=True)
"""


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("dies", "ended with status 3"),
        ("babbles", "no JSON object"),
        ("floods", "no JSON object"),
        ("sleeps", "no answer within"),
        ("short", "bit patterns"),
        ("words", "bit patterns"),
    ],
)
def test_a_strange_program_is_reported_and_survived(
    kind: str, words: str, tmp_path: Path, capsys: Any
) -> None:
    """Each case crashes with its reason, and the program is started again for the next."""
    script = tmp_path / "strange.py"
    script.write_text(BABBLE)
    command = f"{sys.executable} {script} {kind}"
    timeout = "3" if kind == "sleeps" else "60"  # which the start of the program is within, too
    argv = ("--cmd", command, "--timeout", timeout, "--run", "l1.explicit.t1", "--json")
    status, out, _ = run(capsys, *argv)
    (report,) = json.loads(out)
    ran = [r for r in report["results"] if r["outcome"] != "skip"]
    assert status == 1
    assert [r["outcome"] for r in ran] == ["crash", "crash"]
    assert words in ran[0]["detail"]


def test_a_program_in_c(tmp_path: Path, capsys: Any) -> None:
    """examples/conform/lion.c, compiled without contraction, conforms in both formats."""
    if not shutil.which("gcc"):
        pytest.skip("no C compiler")
    target = tmp_path / "lion"
    source = str(EXAMPLES / "lion.c")
    subprocess.run(["gcc", "-O2", "-ffp-contract=off", source, "-o", str(target)], check=True)
    assert run(capsys, "--cmd", str(target))[0] == 0


def test_a_program_in_javascript(capsys: Any) -> None:
    """examples/conform/lion.js conforms in both formats."""
    if not shutil.which("node"):
        pytest.skip("no node")
    assert run(capsys, "--cmd", f"node {EXAMPLES / 'lion.js'}")[0] == 0


def test_the_pytest_plug_in(tmp_path: Path) -> None:
    """One item for each case: the right one passes, the wrong one fails and is named."""
    here, root = str(Path(__file__).parent), str(Path(__file__).parents[1])
    for name, status in (("right", 0), ("swapped", 1)):
        installed = "lionk" in {e.name for e in entry_points(group="pytest11")}
        plug = [] if installed else ["-p", "lionk_ref.golden.pytest_plugin"]
        plug += ["--lionk-run", "l1.explicit.t0"]
        argv = [*plug, "--lionk-impl", f"golden_factories:{name}", "-c", "/dev/null", str(tmp_path)]
        code = f"import sys; sys.path[:0] = [{here!r}, {root!r}]; import pytest\n"
        code += f"sys.exit(pytest.main({argv!r}))"
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path
        )
        assert done.returncode == status, done.stdout + done.stderr
    assert "looks like betas swapped" in done.stdout
