"""Whose files are whose: names as systems bend them, strays, and nothing that is lost unseen."""

from __future__ import annotations

from pathlib import Path

import pytest

from lionk_ref.learn.ladder import LADDER, find
from lionk_ref.learn.left_out import MOST_NAMED, told
from lionk_ref.learn.names import read
from lionk_ref.learn.submissions import find_submissions

LION, WEIGHTS = find("lion_by_hand"), find("weight_of_the_gradient")


def lay(root: Path, *names: str) -> Path:
    """A folder with these files, each of which holds its own name."""
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return root


def of_lion(root: Path, exercises: object = (LION,)) -> dict[str, str]:
    """The file of exercise 2 for each student, "" where there is none."""
    found = find_submissions(root, tuple(exercises))  # type: ignore[call-overload]
    files = {s.student: s.files.get(LION.key) for s in found}
    return {name: str(path.relative_to(root)) if path else "" for name, path in files.items()}


def missed(root: Path, exercises: object = (LION,)) -> list[str]:
    """The names that the teacher is told."""
    asked = tuple(exercises)  # type: ignore[call-overload]
    return told(root, asked, find_submissions(root, asked))[1:]


@pytest.mark.parametrize(
    ("name", "student", "plain"),
    [
        ("02_lion_by_hand.py", "", True),
        ("anna_02_lion_by_hand.py", "anna", True),
        ("bob_02_lion_by_hand-1.py", "bob", False),
        ("carl_02_lion_by_hand (1).py", "carl", False),
        ("lee_anna_12345_02_Lion_By_Hand(12).PY", "lee_anna_12345", False),
        ("dora - 02_lion_by_hand - Copy (2).py", "dora", False),
    ],
)
def test_names_that_are_understood(name: str, student: str, plain: bool) -> None:
    """The student, the exercise, and whether anything was added."""
    assert read(name) == (student, LION, plain)


@pytest.mark.parametrize(
    "name",
    [
        "bob.py",
        "bob_02_lion_by_hand.txt",
        "02_lion_by_hand_anna.py",
        "02_lion_by_hand-12345.py",
        "02_lion_by_hand.backup-1.py",
        "02_lion_by_hand" + "1" * 230 + ".py",
    ],
)
def test_names_that_are_not(name: str) -> None:
    """What comes behind may be a student's name or number: no guess is made."""
    assert read(name) is None


@pytest.mark.parametrize("exercises", [(LION,), LADDER], ids=["one", "all"])
def test_copies_are_recognised(tmp_path: Path, exercises: object) -> None:
    """Each student by name, whether one exercise is graded or all."""
    names = "anna_02_lion_by_hand.py", "bob_02_lion_by_hand-1.py", "carl_02_lion_by_hand (1).py"
    lay(tmp_path, *names, "dora/deep/02_lion_by_hand (3).py")
    assert list(of_lion(tmp_path, exercises).items()) == [
        ("anna", names[0]), ("bob", names[1]), ("carl", names[2]),
        ("dora", "dora/deep/02_lion_by_hand (3).py"),
    ]  # fmt: skip
    assert missed(tmp_path, exercises) == []


def test_of_two_files_neither_is_lost(tmp_path: Path) -> None:
    """The very name is taken; of two copies none; the others are told."""
    lay(tmp_path, "anna_02_lion_by_hand.py", "anna_02_lion_by_hand-1.py")
    lay(tmp_path, "bob_02_lion_by_hand-1.py", "bob_02_lion_by_hand-2.py")
    lay(tmp_path, "carl/02_lion_by_hand.py", "carl/old/02_lion_by_hand.py")
    lay(tmp_path, "carl_02_lion_by_hand.py")
    assert of_lion(tmp_path) == {
        "anna": "anna_02_lion_by_hand.py", "bob": "", "carl": "carl/02_lion_by_hand.py"
    }  # fmt: skip
    assert missed(tmp_path) == [
        "anna_02_lion_by_hand-1.py", "bob_02_lion_by_hand-1.py", "bob_02_lion_by_hand-2.py",
        "carl_02_lion_by_hand.py", "carl/old/02_lion_by_hand.py",
    ]  # fmt: skip


def test_what_has_no_exercise_is_told(tmp_path: Path) -> None:
    """bob.py where all are graded; where one is, a student; files that name none, and links."""
    lay(tmp_path, "anna/02_lion_by_hand.py", "anna/helper.py", "bob.py", "notes.txt")
    lay(tmp_path, "carl_02_lion_by_hand_final.py")
    (tmp_path / "dora").symlink_to(tmp_path / "anna")
    strays = ["carl_02_lion_by_hand_final.py", "anna/helper.py"]
    assert missed(tmp_path, LADDER) == ["dora", "bob.py", *strays]
    assert missed(tmp_path) == ["dora", *strays]
    assert list(of_lion(tmp_path)) == ["anna", "bob"]


def test_what_is_no_loss_is_not_told(tmp_path: Path) -> None:
    """Exercises that were not asked for, and backups of a file that is graded."""
    lay(tmp_path, "anna/02_lion_by_hand.py", "anna/02_lion_by_hand.backup-1.py")
    lay(tmp_path, f"anna/{WEIGHTS.file}", f"bob_{WEIGHTS.file}", "anna/.hidden.py")
    assert of_lion(tmp_path) == {"anna": "anna/02_lion_by_hand.py", "bob": ""}
    assert missed(tmp_path) == []
    (tmp_path / "anna" / LION.file).unlink()
    assert missed(tmp_path) == ["anna/02_lion_by_hand.backup-1.py"]


def test_a_long_list_is_cut_and_counted(tmp_path: Path) -> None:
    """An environment that was handed in does not bury the others."""
    lay(tmp_path, "anna/02_lion_by_hand.py", "bob/x.py")
    lay(tmp_path, *(f"anna/venv/{i}.py" for i in range(MOST_NAMED + 7)))
    lines = missed(tmp_path)
    assert lines[MOST_NAMED:] == ["anna: 7 more", "bob/x.py"]


@pytest.mark.parametrize("others", [("anna/", "bob/"), ("anna_", "bob_")])
def test_a_stray_file_does_not_merge_the_class(tmp_path: Path, others: tuple[str, str]) -> None:
    """It is nobody's: the teacher is asked, unless its exercise is not graded at all."""
    lay(tmp_path, *(f"{name}02_lion_by_hand.py" for name in others), WEIGHTS.file)
    with pytest.raises(ValueError, match=rf"Whose is .*{WEIGHTS.file}\?.*of anna, bob\. Move"):
        find_submissions(tmp_path, LADDER)
    assert list(of_lion(tmp_path)) == ["anna", "bob"]


def test_one_students_folder(tmp_path: Path) -> None:
    """Files without a name are one student's, with what else is there; older ones are told."""
    root = lay(tmp_path / "anna", LION.file, "data/values.py", "helper.py")
    assert of_lion(root, LADDER) == of_lion(root) == {"anna": LION.file}
    lay(root, f"old/{LION.file}", f"old/{WEIGHTS.file}")
    assert of_lion(root, LADDER) == {"anna": LION.file}
    assert missed(root) == ["helper.py", "data/values.py", f"old/{LION.file}"]


def test_no_submissions(tmp_path: Path) -> None:
    """The one clear line says what a name must look like."""
    lay(tmp_path, "bob.py")
    with pytest.raises(ValueError, match=r"NAME_01_sign_and_ties\.py; with one --exercise also"):
        find_submissions(tmp_path, LADDER)
