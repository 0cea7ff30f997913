"""lionk conform: a request that cannot be met gets one line that says why, and exit status 2."""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import entry_points
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from lionk_ref.cli import main
from lionk_ref.golden.conformance_page import introduction
from lionk_ref.golden.formats import FORMATS, decode
from lionk_ref.golden.read import committed
from lionk_ref.peers import PEERS, Peer, find

FACTORY = "def lion(x, **rest):\n    return None\n\n\n"
NUMBERS = itertools.count()


@contextmanager
def module(text: str) -> Iterator[str]:
    """The name of a new module with that text, which is where modules are looked for."""
    with TemporaryDirectory() as folder:
        name = f"user_module_{next(NUMBERS)}"
        Path(folder, f"{name}.py").write_text(text, "utf-8")
        sys.path.insert(0, folder)
        try:
            yield name
        finally:
            sys.path.remove(folder)
            sys.modules.pop(name, None)


def refusal(name: str) -> str:
    """Why a factory is refused; that it is not, or not by a ValueError, is a failure."""
    try:
        peer = find(name)
    except ValueError as error:
        return str(error)
    except BaseException as error:
        raise AssertionError(f"{type(error).__name__}: {error}") from None
    raise AssertionError(f"accepted: {peer}")


def accepted(name: str) -> Peer:
    """A factory; that it is refused is a failure."""
    try:
        return find(name)
    except ValueError as error:
        raise AssertionError(error) from None


BROKEN = {
    "1 / 0": "cannot be imported: ZeroDivisionError: division by zero.",
    "def (": "cannot be imported: SyntaxError: invalid syntax",
    "import sys; sys.exit(3)": "cannot be imported: SystemExit: 3.",
    "import nowhere_to_be_found": "cannot be imported: No module named 'nowhere_to_be_found'.",
}


def check_import() -> None:
    """Whatever a module does when it is imported is one line."""
    for text, words in BROKEN.items():
        with module(text) as name:
            assert words in refusal(f"{name}:lion")


def check_path() -> None:
    """A file in the place of a module is told what it should be."""
    for slip in ("./mine.py:lion", "mine.py:lion", "sub/mine:lion", r"C:\sub\mine.py:lion"):
        assert "a module is wanted, as in mine:lion" in refusal(slip)
    assert "a module is wanted, as in module:lion" in refusal(":lion")


IMPOSSIBLE = {
    'K = ("foo",)': "unknown K 'foo'. Known: *, asymmetric_box",
    "K = 3": "K is 3, expected a tuple such as ('l1',).",
    'K = "l1"': "K is 'l1', expected a tuple such as ('l1',).",
    "K = ()": "K is (), expected a tuple such as ('l1',).",
    'K = [["l1"]]': "unknown K ['l1']. Known:",
    'schemes = ("explicits",)': "unknown scheme 'explicits'. Known: explicit, implicit.",
    'dtypes = ("float128",)': "unknown dtype 'float128'. Known: binary64, binary32, bfloat16",
    'nan = "freze"': "unknown nan 'freze'. Known: propagate, freeze.",
    'notes = "none"': "notes is 'none', expected a tuple",
}


def check_claims() -> None:
    """What nobody can be is refused, with what is known."""
    for claim, words in IMPOSSIBLE.items():
        with module(f"{FACTORY}lion.{claim}\n") as name:
            assert refusal(f"{name}:lion").startswith(f"{name}:lion: ")
            assert words in refusal(f"{name}:lion")


def check_aliases() -> None:
    """NumPy's names of the formats are as good, and what is right stays as it is."""
    text = 'lion.dtypes = ("float32", "binary64", "float16", "bfloat16")\nlion.version = 2\n'
    with module(FACTORY + text + 'lion.K = ["*"]\n') as name:
        peer = accepted(f"{name}:lion")
    assert peer.dtypes == ("binary32", "binary64", "binary16", "bfloat16")
    assert (peer.K, peer.version) == (("*",), "2")


def check_remedy() -> None:
    """A peer that is not there says what to install, each by its own name."""
    missing = {}
    for name in PEERS:
        try:
            find(name)
        except ValueError as error:
            missing[name] = str(error)
    for name, words in missing.items():
        if "ModuleNotFoundError" in words:
            assert "). Install it: pip install " in words, name
    if "No module named 'optax'" in missing.get("optax", ""):
        assert missing["optax"].endswith("pip install 'lionk-ref[peers]'.")


def check_bits() -> None:
    """A bit pattern is hexadecimal digits, as many as the format has: no sign, no prefix."""
    for bits in (
        "-0000001",
        "+0000001",
        "0x000001",
        "00_00_01",
        " 0000001",
        "3f8",
        "0000000\u0661",
    ):
        try:
            value = decode(bits, "binary32")
        except ValueError:
            continue
        raise AssertionError(f"{bits!r} is {value}")
    assert [decode("F" * f.digits, n) for n, f in FORMATS.items()] != [0.0] * len(FORMATS)


CHECKS = check_import, check_path, check_claims, check_aliases, check_remedy, check_bits


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_usage(check: Callable[[], None]) -> None:
    """Refused by a line that helps, and accepted where it is right."""
    check()


@pytest.fixture
def vectors(tmp_path: Path) -> Path:
    """A folder of vectors of one's own."""
    return Path(shutil.copytree(committed(), tmp_path / "vectors"))


def refused(capsys: Any, *argv: str) -> str:
    """The one line with which ``lionk`` refuses."""
    status = main(argv)
    out, err = capsys.readouterr()
    assert (status, out, err.count("\n")) == (2, "", 1)
    return str(err)


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (["lionk-ref", "--K", "foo"], "unknown K 'foo'. Known: *, "),
        (["all", "--K", "foo"], "unknown K 'foo'. Known: *, "),
        (["all", "nobody"], "Unknown peer 'nobody'"),
        (["--cmd", ""], "expected a program with its arguments, got ''"),
        (["--cmd", "'"], "No closing quotation"),
        (["--cmd", "./lion", "--timeout", "inf"], "a number of seconds above 0, got 'inf'"),
        (["--cmd", "./lion", "--timeout", "nan"], "a number of seconds above 0, got 'nan'"),
        (["lionk-ref", "--timeout", "-1"], "a number of seconds above 0, got '-1'"),
        (["lionk-ref", "--timeout", "soon"], "a number of seconds above 0, got 'soon'"),
        (["lionk-ref", "--json", "--format", "junit"], "not allowed with"),
        (["lionk-ref", "--note", "dry"], "--note is for --format page, got --format text"),
        (["lionk-ref", "--out", os.devnull], "is no regular file"),
        (["lionk-ref", "--out", f"{os.devnull}/x"], "cannot be written"),
        (["lionk-ref", "--vectors", "/nowhere"], "is no folder of vectors with a manifest.json"),
    ],
)
def test_options(argv: list[str], words: str, capsys: Any) -> None:
    """Validated once, before anything runs."""
    assert words in refused(capsys, "conform", *argv)


def test_what_a_program_claims(tmp_path: Path, capsys: Any) -> None:
    """It is refused as a factory is, and the program is ended."""
    script = tmp_path / "claims.py"
    script.write_text('input(); print(\'{"K": ["foo"]}\', flush=True); input()')
    line = refused(capsys, "conform", "--cmd", f"{sys.executable} {script}")
    assert "unknown K 'foo'. Known: *, " in line


def test_vectors_with_a_fault_are_not_run(vectors: Path, capsys: Any) -> None:
    """As `lionk golden verify` has it: no right implementation is blamed for a wrong file."""
    argv = ("conform", "lionk-ref", "--run", "l1.explicit.t0", "--vectors", str(vectors))
    assert main(argv) == 0
    capsys.readouterr()
    target = vectors / "l1.explicit.t0.json"
    whole = target.read_text("utf-8")
    target.write_text(whole.replace("3f500000", "3f500001", 1), "utf-8")
    assert "l1.explicit.t0.json: its sha256 differs from the manifest's" in refused(capsys, *argv)
    target.unlink()
    assert "in the manifest, not in the folder. See: lionk golden verify" in refused(capsys, *argv)
    for name in ("a", "b", "c"):
        (vectors / f"{name}.json").write_text("{}", "utf-8")
    assert "; and 1 more. See:" in refused(capsys, *argv)
    (vectors / "manifest.json").unlink()
    for words in (argv, ("golden", "verify", str(vectors))):
        assert "is no folder of vectors with a manifest.json" in refused(capsys, *words)


def test_golden_page_is_no_json(capsys: Any) -> None:
    """It is Markdown, whatever is asked."""
    assert "prints Markdown, got --json" in refused(capsys, "golden", "page", "--json")


def test_golden_help_explains_every_action(capsys: Any) -> None:
    """Each of its choices has a clause."""
    main(["golden", "--help"])
    shown = " ".join(capsys.readouterr().out.split())
    assert "write DIR, verify DIR, kills, page" in shown
    for words in ("write: make", "verify: hold", "kills: in how many", "page: docs/golden.md"):
        assert words in shown


def test_out_is_whole_or_not_there(tmp_path: Path, capsys: Any) -> None:
    """Its folder is made; a link stays one; nothing else is left behind."""
    target, link = tmp_path / "new" / "report.md", tmp_path / "link.md"
    argv = ("conform", "lionk-ref", "--run", "l1.explicit.t0", "--out")
    assert main([*argv, str(target)]) == 0
    link.symlink_to(target)
    before = target.read_text("utf-8")
    target.write_text("", "utf-8")
    assert main([*argv, str(link)]) == 0
    assert (link.is_symlink(), target.read_text("utf-8")) == (True, before)
    assert [p.name for p in target.parent.iterdir()] == ["report.md"]
    assert capsys.readouterr().out == ""


def test_the_page_says_what_was_run(tmp_path: Path, capsys: Any) -> None:
    """Everyone only where all were asked, the words of the command, and which cases."""
    part = ("--run", "l1.explicit.t0*", "--format", "page")
    assert main(["conform", "lionk-ref", *part]) == 0
    one = capsys.readouterr().out
    assert "Made by `lionk conform lionk-ref --run 'l1.explicit.t0*' --format page`." in one
    assert "\nlionk-ref, held against the golden\nvectors, in part (`--run" in one
    main(["conform", "all", *part])
    every = capsys.readouterr().out
    assert "Every implementation of Lion-K that could be imported, as it is by default" in every


def test_the_committed_page_is_introduced_by_the_same_words() -> None:
    """docs/conformance.md begins as `lionk conform all` begins a page now."""
    asked = ["all", "--closed-loop", "--format", "page", "--out", "docs/conformance.md"]
    held = (Path(__file__).parents[1] / "docs" / "conformance.md").read_text("utf-8")
    assert held.startswith(introduction((), asked))


@pytest.mark.parametrize("workers", [[], ["-n", "1"]], ids=["alone", "xdist"])
def test_the_plug_in_refuses_in_one_line(tmp_path: Path, workers: list[str]) -> None:
    """A module that breaks is no error of pytest's own; a worker of xdist tells it by a failure."""
    (tmp_path / "broken_module.py").write_text("1 / 0")
    installed = "lionk" in {e.name for e in entry_points(group="pytest11")}
    plug = [] if installed else ["-p", "lionk_ref.golden.pytest_plugin"]
    argv = [*plug, "-c", os.devnull, "--lionk-impl", "broken_module:lion", str(tmp_path), *workers]
    alone = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *argv], cwd=tmp_path, capture_output=True, text=True,
        check=False, env=alone,
    )  # fmt: skip
    status = pytest.ExitCode.TESTS_FAILED if workers else pytest.ExitCode.USAGE_ERROR
    assert done.returncode == status
    said = done.stdout if workers else done.stderr
    assert "broken_module cannot be imported: ZeroDivisionError" in said
    assert "INTERNALERROR" not in done.stdout + done.stderr
