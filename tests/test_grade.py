"""``lionk grade``: right, wrong and hostile submissions get what they deserve, and nothing else."""

from __future__ import annotations

import csv
import json
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lionk_ref.cli import main
from lionk_ref.cli.grade import read_seed
from lionk_ref.learn.asking import local
from lionk_ref.learn.child import Solution
from lionk_ref.learn.cut import solution_file, student_file
from lionk_ref.learn.exercise import PUBLIC_SEED
from lionk_ref.learn.grading import Grader
from lionk_ref.learn.journal import Journal
from lionk_ref.learn.judge import judge
from lionk_ref.learn.ladder import LADDER, find
from lionk_ref.learn.left_out import NOT_GRADED
from lionk_ref.learn.limits import Limits
from lionk_ref.learn.marks import as_csv, as_gradescope
from lionk_ref.learn.submissions import Submission, find_submissions
from lionk_ref.learn.wire import from_line, packed, to_line, unpacked

pytestmark = pytest.mark.skipif(os.name != "posix", reason="lionk grade is for POSIX")

LION = find("lion_by_hand")
CHECKS = len(LION.checks)
RIGHT = solution_file(LION)
STEP = "x = s.x + lr * (sign(beta1 * s.m - (1 - beta1) * g) - lam * s.x)"

WRONG = {
    "inside": "x = s.x + lr * sign(beta1 * s.m - (1 - beta1) * g - lam * s.x)",
    "no_decay": "x = s.x + lr * sign(beta1 * s.m - (1 - beta1) * g)",
    "ascent": "x = s.x - lr * (sign(beta1 * s.m - (1 - beta1) * g) + lam * s.x)",
}
"""Each is wrong in x and right in m."""

HOSTILE = {
    "endless": "while True: pass\n",
    "exits": "import os\nos._exit(0)\n",
    "crashes": "import ctypes\nctypes.string_at(0)\n",
    "syntax": "def lion(\n",
    "eats": "a = []\nwhile True: a.append(bytearray(1 << 26))\n",
    "forks": "import os\nwhile True: os.fork()\n",
    "exits_when_asked": "def lion(*a, **k):\n    raise SystemExit(0)\n",
    "returns_an_object": "def lion(*a, **k):\n    return object(), 1\n",
    "returns_text": "def lion(*a, **k):\n    return 'full', 'marks'\n",
    "always_true": (
        "class T(float):\n    __eq__ = __le__ = lambda *a: True\n"
        "def lion(s, g, **k):\n    return [T(0)] * len(g), [T(0)] * len(g)\n"
    ),
    "not_a_number": "def lion(s, g, **k):\n    return g * float('nan'), g * float('nan')\n",
    "forges_answers": (
        "import os\n"
        'line = b\'{"result": [[1, 1, 1], [1, 1, 1]], "held": true, "points": 5}\\n\'\n'
        "for fd in range(1, 16):\n"
        "    try: os.write(fd, line * 9)\n"
        "    except OSError: pass\n"
    ),
    "patches": (
        "import numpy, lionk_ref.learn.judge as j\nj.judge = j.Outcome = None\n"
        "numpy.asarray = numpy.broadcast_arrays = lambda *a, **k: 1\n"
    ),
}
"""Each gets no point, and takes none from anybody."""


def prints_a_lot(text: str) -> str:
    """A right solution that also prints more than any pipe holds."""
    return text + "\nprint('x' * 10_000_000)\n"


def deletes_its_folder(text: str) -> str:
    """A right solution that removes what it finds in its folder, its own file included."""
    return text + "\nimport os, shutil\nshutil.rmtree(os.getcwd(), ignore_errors=True)\n"


def wrong(line: str) -> str:
    """The model with another step."""
    assert STEP in RIGHT
    return RIGHT.replace(STEP, line)


def memorised(seed: str) -> str:
    """A table of the right answers to the checks of a seed, by their inputs."""
    table: dict[str, Any] = {}

    def answer(name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        result = local(LION.solution)(name, args, kwargs)
        key = repr(
            [args[0].x.tolist(), args[0].m.tolist(), args[1].tolist(), sorted(kwargs.items())]
        )
        table[key] = [a.tolist() for a in result]
        return result

    assert judge(LION, answer, seed).passed
    return (
        f"TABLE = {table!r}\n"
        "def lion(s, g, **k):\n"
        "    key = repr([s.x.tolist(), s.m.tolist(), g.tolist(), sorted(k.items())])\n"
        "    return TABLE.get(key, (0 * g, 0 * g))\n"
    )


@pytest.fixture(scope="session")
def confined(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What a submission can be kept from on this machine."""
    lacking = Grader([LION], "s", Limits(20.0, confined=True)).weakness()
    return [] if not lacking else ["--unconfined"]


@pytest.fixture
def grade(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], confined: list[str]
) -> Callable[..., tuple[int, str, str]]:
    """``lionk grade`` of exercise 2 on tmp_path/class: exit status, stdout, stderr."""
    (tmp_path / "seed").write_text("a long secret\n")
    (tmp_path / "class").mkdir()

    def call(*arguments: str) -> tuple[int, str, str]:
        where = [str(tmp_path / "class"), "--seed-file", str(tmp_path / "seed")]
        out = ["--out", str(tmp_path / "out" / "grades.csv"), "--exercise", "2"]
        status = main(["grade", *where, *out, *confined, *arguments])
        return status, *capsys.readouterr()

    return call


def rows(tmp_path: Path) -> dict[str, dict[str, str]]:
    """The CSV, by student."""
    with (tmp_path / "out" / "grades.csv").open() as file:
        return {row["student"]: row for row in csv.DictReader(file)}


def test_a_class_of_fifty(tmp_path: Path, grade: Any, confined: list[str]) -> None:
    """Thirty right, twenty wrong or hostile: each gets its grade, and no file is lost."""
    texts: dict[str, tuple[str, int | None]] = {}
    for i in range(25):
        texts[f"right{i:02}"] = RIGHT, CHECKS
    texts |= {f"wrong_{name}": (wrong(line), None) for name, line in WRONG.items()}
    texts |= {f"hostile_{name}": (text, 0) for name, text in HOSTILE.items()}
    if confined:  # nothing would stop it here
        del texts["hostile_forks"]
    texts["hostile_prints"] = prints_a_lot(RIGHT), CHECKS
    texts["hostile_deletes"] = deletes_its_folder(RIGHT), CHECKS
    victim = tmp_path / "class" / "right00" / LION.file
    if not confined:
        texts["hostile_others"] = (
            f"import os\nfor f in (os.remove, lambda p: open(p, 'w')):\n    f({str(victim)!r})\n",
            0,
        )
    else:
        texts["hostile_others"] = "raise RuntimeError\n", 0
    texts["memorised"] = memorised(PUBLIC_SEED), None
    texts["unwritten"] = student_file(LION), 0
    texts["missing"] = "", 0
    for i in range(50 - len(texts)):
        texts[f"more{i}"] = RIGHT, CHECKS
    for student, (text, _) in texts.items():
        folder = tmp_path / "class" / student
        folder.mkdir()
        if text:
            (folder / LION.file).write_text(text)
    status, out, _ = grade("--seconds", "5", "--memory", "512")
    assert status == 0
    assert "Graded 50 submissions" in out
    table = rows(tmp_path)
    assert sorted(table) == sorted(texts)
    for student, (text, points) in texts.items():
        if points is not None:
            assert int(table[student]["total"]) == points, student
        if text:
            assert (tmp_path / "class" / student / LION.file).read_text() == text
    assert all(0 < int(table[f"wrong_{name}"]["total"]) < CHECKS for name in WRONG)
    assert int(table["memorised"]["total"]) < CHECKS
    assert table["missing"]["missing"] == "2"
    told = tmp_path / "out" / "grades-gradescope"
    assert len(list(told.glob("*/results.json"))) == 50
    assert "bitsandbytes" in (told / "wrong_inside" / "results.json").read_text()
    secret = [p for p in tmp_path.glob("out/**/*") if p.is_file() and "secret" in p.read_text()]
    assert secret == []


def test_interrupted_and_resumed(
    tmp_path: Path, grade: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was graded is kept; a rerun wants --resume and grades the rest, and changed files."""
    for name in "abc":
        (tmp_path / "class" / f"{name}_{LION.file}").write_text(RIGHT)
    graded: list[str] = []
    keep = Journal.keep

    def counted(self: Journal, submission: Submission, record: Any) -> None:
        if len(graded) == 2:
            raise KeyboardInterrupt
        graded.append(submission.student)
        keep(self, submission, record)

    monkeypatch.setattr(Journal, "keep", counted)
    status, _, err = grade("--jobs", "1")
    assert (status, err.count("\n")) == (130, 1)
    assert "--resume" in err
    monkeypatch.setattr(Journal, "keep", keep)
    status, _, err = grade()
    assert status == 2
    assert "unfinished run" in err
    (tmp_path / "seed").write_text("another secret\n")
    assert "another seed" in grade("--resume")[2]
    (tmp_path / "seed").write_text("a long secret\n")
    journal = tmp_path / "out" / "grades.csv.partial"
    with journal.open("a") as file:
        file.write('{"student": "c", "dig')
    changed = graded[0]
    (tmp_path / "class" / f"{changed}_{LION.file}").write_text("raise ValueError\n")
    assert grade("--resume")[0] == 0
    totals = {student: row["total"] for student, row in rows(tmp_path).items()}
    assert totals == {name: "0" if name == changed else str(CHECKS) for name in "abc"}
    assert not journal.exists()


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("--seconds", "0"), "--seconds > 0"),
        (("--seconds", "inf"), "--seconds > 0"),
        (("--out", "/"), "/ cannot be written: it is a folder. Change --out"),
        (("--gradescope", "/dev/null"), "/dev/null is no folder. Change --gradescope"),
        (("--exercise", "99"), "no exercise '99'"),
        (("--seed-file", "/nosuch/seed"), "No such file"),
        ((), "holds no submissions"),
    ],
)
def test_bad_usage(tmp_path: Path, grade: Any, arguments: tuple[str, ...], word: str) -> None:
    """One line, status 2, and nothing was made."""
    if arguments:
        (tmp_path / "class" / "a").mkdir()
    status, out, err = grade(*arguments)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert word in err
    assert sorted(p.name for p in tmp_path.iterdir()) == ["class", "seed"]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere memory may not be limited")
def test_limits_that_no_right_solution_keeps(tmp_path: Path, grade: Any) -> None:
    """Exercise 1 runs in next to no memory, exercise 2 does not: refused before the grading."""
    (tmp_path / "class" / f"anna_{LION.file}").write_text(RIGHT)
    status, out, err = grade("--memory", "16")
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert "exercise 2 does not run with --seconds 10 --memory 16: " in err
    assert not (tmp_path / "out").exists()


def test_what_is_left_out_is_told(tmp_path: Path, grade: Any) -> None:
    """On stderr; the copy that a system renamed is graded, under its student's name."""
    (tmp_path / "class" / "bob_02_lion_by_hand-1.py").write_text(RIGHT)
    (tmp_path / "class" / "carl_02_lion_by_hand_new.py").write_text(RIGHT)
    status, _, err = grade()
    assert status == 0
    assert re.findall(r"^lionk: (.+)", err, re.M) == [NOT_GRADED, "carl_02_lion_by_hand_new.py"]
    assert {name: row["total"] for name, row in rows(tmp_path).items()} == {"bob": str(CHECKS)}


@pytest.mark.parametrize(
    ("text", "word"), [("", "one line"), ("a\nb\n", "one line"), (PUBLIC_SEED, "students' own")]
)
def test_seeds_that_are_refused(tmp_path: Path, text: str, word: str) -> None:
    """None, several, or the one that every student has; and one left among the submissions."""
    file = tmp_path / "seed"
    file.write_text(text)
    with pytest.raises(ValueError, match=word):
        read_seed(str(file), tmp_path / "class")
    with pytest.raises(ValueError, match="among the submissions"):
        read_seed(str(file), tmp_path)


def test_whose_files(tmp_path: Path) -> None:
    """Folders, files with a name in front, one student's own folder; never through a link."""
    (tmp_path / "anna" / "deep").mkdir(parents=True)
    (tmp_path / "anna" / "deep" / LION.file).write_text("far")
    (tmp_path / "anna" / LION.file).write_text("near")
    (tmp_path / "bob").mkdir()
    (tmp_path / "bob" / LION.file).symlink_to(tmp_path / "anna" / LION.file)
    (tmp_path / f"carol_{LION.file}").write_text("hers")
    (tmp_path / "dave.py").write_text("his")
    (tmp_path / "eve").symlink_to(tmp_path / "anna")
    found = {s.student: s.files for s in find_submissions(tmp_path, LADDER)}
    assert {name: list(files) for name, files in found.items()} == {
        "anna": [LION.key], "bob": [], "carol": [LION.key],
    }  # fmt: skip
    assert found["anna"][LION.key].read_text() == "near"
    assert "dave" in {s.student for s in find_submissions(tmp_path, [LION])}
    (one,) = find_submissions(tmp_path / "anna", LADDER)
    assert one.student == "anna"


def test_a_private_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No variable of the grader's environment but PATH reaches a submission, and no seed."""
    monkeypatch.setenv("SECRET_TOKEN", "hidden")
    text = "import os, sys\ndef lion(s, g, **k):\n    print(dict(os.environ), sys.argv)\n"
    path = tmp_path / "submission.py"
    path.write_text(text)
    with Solution(path, Limits(10.0)) as solution:
        assert not judge(LION, solution, "my seed").passed
    assert b"PATH" in solution.printed
    assert b"hidden" not in solution.printed
    assert b"my seed" not in solution.printed


def test_what_confinement_denies(tmp_path: Path, confined: list[str]) -> None:
    """Where files can be confined: no writing elsewhere, no reading of others, no processes."""
    if confined:
        pytest.skip("this machine cannot confine files")
    outside = tmp_path / "outside"
    outside.write_text("mine")
    probes = {
        "write": f"open({str(outside)!r}, 'w')",
        "remove": f"os.remove({str(outside)!r})",
        "read": f"open({str(outside)!r}).read()",
        "passwords": "open('/etc/passwd').read()",
        "fork": "os.fork()",
        "kill": "os.kill(os.getppid(), 0)",
        "memory": "bytearray(1 << 30)",
    }
    lines = [f"    try: {code}; denied = 0\n    except (OSError, MemoryError): denied = 1\n"
             "    seen.append(denied)" for code in probes.values()]  # fmt: skip
    text = "\n".join(["import os", "def weights(age, a, b):", "    seen = []", *lines])
    text += "\n    open('own', 'w').write('x')\n    print(seen)\n    return seen\n"
    grader = Grader([find("3")], "seed", Limits(10.0, 512, confined=True))
    (tmp_path / "s.py").write_text(text)
    record = grader.one(Submission("s", {"weight_of_the_gradient": tmp_path / "s.py"}))
    assert str([1] * len(probes)) in record["weight_of_the_gradient"]["printed"]
    assert outside.read_text() == "mine"


def test_marks() -> None:
    """A name that a spreadsheet would run is made plain; Gradescope's sums agree."""
    check = {"check": "a", "statement": "b", "seen": "c", "held": False}
    checks = [{**check, "held": True, "seen": ""}] * (CHECKS - 1) + [check]
    part = {"status": "graded", "points": CHECKS - 1, "of": CHECKS, "checks": checks}
    record = {LION.key: {**part, "mistakes": ["told"], "printed": ""}}
    assert as_csv({"=cmd()": record}, [LION]).splitlines()[1] == f"'=cmd(),{CHECKS - 1},5,4,"
    report = json.loads(as_gradescope(record, [LION]))
    assert report["score"] == sum(t["score"] for t in report["tests"]) == CHECKS - 1
    assert sum(t["max_score"] for t in report["tests"]) == CHECKS
    assert report["tests"][-1]["output"] == "b\nc\ntold"


@pytest.mark.parametrize("line", [b"[" * 100_000, b"[1]", b"{", b"\xff", b"nothing"])
def test_answers_that_are_no_messages(line: bytes) -> None:
    """Each is a ValueError and nothing worse."""
    with pytest.raises(ValueError, match=r"nested|object|Expecting|decode"):
        from_line(line)


def test_the_wire() -> None:
    """Named tuples and arrays arrive as they were sent, to the last bit."""
    ask = judge(LION, local(LION.solution), "s")
    assert ask.passed
    sent = {"a": packed([0.1, True, None, "x"])}
    assert from_line(to_line(sent)) == sent
    assert unpacked(packed([1 / 3, 2])) == [1 / 3, 2]
    with pytest.raises(TypeError, match="returned a object"):
        packed(object())
