"""Section 5: the bundled digits are those of the source, and a bad file gets one clear line."""

from __future__ import annotations

import hashlib
import io
import pickle
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lionk_ref.problems import files, load_digits, load_file, softmax_from
from lionk_ref.problems.data import MAX_CLASSES

X, Y = [[0.5, 1.0], [2.0, -3.0], [4.0, 1e-3]], [3, 7, 3]
GOOD = "a,b,label\n0.5,1,3\n2,-3,7\n\n4,1e-3,3\n"


def npz(path: Path, **arrays: Any) -> Path:
    """An archive of these arrays."""
    np.savez_compressed(path, **arrays)
    return path


def refused(path: Path, message: str) -> None:
    """Loading raises ValueError in one line, which names the file and matches ``message``."""
    with pytest.raises(ValueError, match=message) as caught:
        load_file(path)
    assert str(caught.value).startswith(str(path))
    assert "\n" not in str(caught.value)


def test_digits_are_those_of_the_source() -> None:
    """Shape, range, the published number of each digit, and the bytes of the original values."""
    images, labels = load_digits()
    assert images.shape == (1797, 64)
    assert (images.min(), images.max(), images.dtype) == (0.0, 1.0, np.float64)
    counts = [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    assert np.bincount(labels).tolist() == counts
    stored = (images * 16).astype(np.uint8).tobytes() + labels.astype(np.uint8).tobytes()
    digest = "87ff0c9e40dc7e2c0e34e7257799c2e3f3aec1a016363bb11cad869ec428a826"
    assert hashlib.sha256(stored).hexdigest() == digest


def test_digits_carry_their_attribution() -> None:
    """CC BY 4.0 asks for the creators, the source, the licence and what was changed."""
    text = Path(files.__file__).with_name("digits.ATTRIBUTION.txt").read_text("utf-8")
    for needed in ("Alpaydin", "Kaynak", "10.24432/C50P49", "Attribution 4.0", "Changes:"):
        assert needed in text


def test_nothing_here_unpickles() -> None:
    """The bundled file holds two plain arrays of bytes."""
    with zipfile.ZipFile(Path(files.__file__).with_name("digits.npz")) as archive:
        headers = [archive.read(name)[:80] for name in archive.namelist()]
    assert [b"'|u1'" in header for header in headers] == [True, True]


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        GOOD.removeprefix("a,b,label\n"),
        "\ufeff" + GOOD.removeprefix("a,b,label\n"),
        GOOD.replace("\n", "\r\n").removesuffix("\r\n"),
        GOOD.replace(",", " , "),
        GOOD.replace("0.5", '"0.5"'),
        GOOD.replace(",3\n", ",3.0\n"),
    ],
)
def test_good_csv(tmp_path: Path, text: str) -> None:
    """With and without a header, a byte-order mark, CRLF, spaces, quotes; 3.0 is a label."""
    path = tmp_path / "data.csv"
    path.write_text(text, encoding="utf-8", newline="")
    got, labels = load_file(path)
    assert (got.tolist(), labels.tolist()) == (X, Y)
    assert (got.dtype, labels.dtype) == (np.float64, np.int64)


@pytest.mark.parametrize("dtype", ["uint8", "int64", "float32", "float64", "bool"])
def test_good_npz(tmp_path: Path, dtype: str) -> None:
    """Any real dtype comes back as float64 and int64, further arrays are let be, .NPZ is .npz."""
    a, b = np.array([[0, 1], [1, 0]], dtype=dtype), np.array([0, 1], dtype=dtype)
    path = npz(tmp_path / "data.npz", X=a, y=b, more=a).rename(tmp_path / "data.NPZ")
    got, labels = load_file(str(path))
    assert (got.tolist(), labels.tolist()) == ([[0, 1], [1, 0]], [0, 1])
    assert (got.dtype, labels.dtype) == (np.float64, np.int64)


@pytest.mark.parametrize("suffix", [".npz", ".csv"])
def test_missing_file(tmp_path: Path, suffix: str) -> None:
    """A file that is not there, and a folder of its name."""
    refused(tmp_path / f"missing{suffix}", "there is no such file")
    (tmp_path / f"folder{suffix}").mkdir()
    refused(tmp_path / f"folder{suffix}", "there is no such file")


@pytest.mark.parametrize(("name", "got"), [("a.txt", r"\.txt"), ("a", "no suffix")])
def test_wrong_suffix(tmp_path: Path, name: str, got: str) -> None:
    """Only the two formats are tried."""
    (tmp_path / name).write_text(GOOD)
    refused(tmp_path / name, rf"expected a \.npz or \.csv file, got {got}\.")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (GOOD.replace("-3", ""), "line 3, column 2: the cell is empty"),
        (GOOD.replace("0.5", " "), "line 2, column 1: the cell is empty"),
        (",1,3\n2,3,7\n", "line 1, column 1: the cell is empty"),
        (",,\n", "line 1, column 1: the cell is empty"),
        (GOOD.replace("-3", "three"), "line 3, column 2: 'three' is not a number"),
        ("1,b,3\n" + GOOD, "line 1, column 2: 'b' is not a number"),
        ("a,b,label\n" + GOOD, "line 2, column 1: 'a' is not a number"),
        (GOOD.replace(",7", ",1_0"), "line 3, column 3: '1_0' is not a number"),
        (GOOD.replace(",", ";"), "line 2, column 1: '0.5;1;3' is not a number"),
        (GOOD.replace("-3", "nan"), "line 3, column 2: nan is not a finite number"),
        (GOOD.replace("-3", "-inf"), "line 3, column 2: -inf is not a finite number"),
        (GOOD.replace("-3", "1e999"), "line 3, column 2: 1e999 is not a finite number"),
        (GOOD.replace("1e-3,3", "1e-3"), "line 5: expected 3 cells, got 2"),
        (GOOD.replace("1e-3,3", "1e-3,3,3"), "line 5: expected 3 cells, got 4"),
        (GOOD.replace("a,b,", "a,"), "line 2: expected 2 cells, got 3"),
        (GOOD.replace(",7", ",7.5"), r"label 7.5 of example 2 is not a class"),
        (GOOD.replace(",7", ",1e300"), r"label 1e\+300 of example 2 is not a class"),
        (GOOD.replace(",7", ",3"), "expected 2 to 1000 distinct labels, got 1"),
        ("", "no data"),
        ("a,b,label\n", "no data"),
        ("1\n2\n", r"no data, X has shape \(2, 0\)"),
        ('1,"2\n', "cannot read this as comma-separated text"),
        ("1,2,3\x00\n", "not a number|cannot read this"),
    ],
)
def test_bad_csv(tmp_path: Path, text: str, message: str) -> None:
    """A hole, a word, NaN, a ragged line, a wrong label, nothing at all: the place is named."""
    path = tmp_path / "data.csv"
    path.write_text(text, encoding="utf-8", newline="")
    refused(path, message)


def test_csv_that_is_no_text(tmp_path: Path) -> None:
    """Bytes that are not UTF-8 are an error of the file, not a traceback."""
    path = tmp_path / "data.csv"
    path.write_bytes(b"1,2,3\n4,\xff,6\n")
    refused(path, "cannot read this as comma-separated text: .*utf-8")


def test_too_many_classes(tmp_path: Path) -> None:
    """Labels that number the examples are no classes."""
    many = np.arange(MAX_CLASSES + 1)
    refused(npz(tmp_path / "a.npz", X=many[:, None], y=many), f"distinct labels, got {len(many)}")
    assert load_file(npz(tmp_path / "a.npz", X=many[1:, None], y=many[1:]))[1].size == MAX_CLASSES


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"X": X}, "expected arrays X and y in it, found X"),
        ({"a": X, "labels": Y}, "expected arrays X and y in it, found a, labels"),
        ({}, "expected arrays X and y in it, found nothing"),
        ({"X": X, "y": np.array(["3", 7, None], dtype=object)}, "allow_pickle=False"),
        ({"X": np.array(X, dtype=object), "y": Y}, "allow_pickle=False"),
        ({"X": X[0], "y": Y[:2]}, r"expected X \(n, d\) and y \(n,\), got \(2,\) and \(2,\)"),
        ({"X": X, "y": [Y]}, r"got \(3, 2\) and \(1, 3\)"),
        ({"X": X, "y": Y[:2]}, r"got \(3, 2\) and \(2,\)"),
        ({"X": 1.0, "y": 2.0}, r"got \(\) and \(\)"),
        ({"X": np.zeros((0, 2)), "y": []}, r"no data, X has shape \(0, 2\)"),
        ({"X": np.zeros((3, 0)), "y": Y}, r"no data, X has shape \(3, 0\)"),
        ({"X": [[1, 2], [3, np.nan], [4, 5]], "y": Y}, r"X\[1, 1\] is nan"),
        ({"X": X, "y": [1, 2, np.inf]}, r"y\[2\] is inf"),
        ({"X": X, "y": [3, 7, 0.5]}, "label 0.5 of example 3 is not a class"),
        ({"X": X, "y": [3, 3, 3]}, "2 to 1000 distinct labels, got 1"),
        ({"X": X, "y": ["a", "b", "a"]}, "y must hold real numbers, got dtype <U1"),
        ({"X": np.array(X) + 1j, "y": Y}, "X must hold real numbers, got dtype complex128"),
    ],
)
def test_bad_npz(tmp_path: Path, arrays: dict[str, Any], message: str) -> None:
    """A missing array, pickled objects, wrong shapes, NaN, wrong labels: each is named."""
    refused(npz(tmp_path / "data.npz", **arrays), message)


def _archive() -> bytes:
    buffer = io.BytesIO()
    np.savez_compressed(buffer, X=np.array(X), y=np.array(Y))
    return buffer.getvalue()


ARCHIVE = _archive()


def header_only(shape: tuple[int, ...], descr: Any = "<f8") -> bytes:
    """The header of an .npy file, with no data behind it."""
    buffer = io.BytesIO()
    fields = {"descr": descr, "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(buffer, fields)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("member", "message"),
    [
        (header_only((10**15,)), "Unable to allocate"),
        (header_only((3, 2)), "EOF: reading array data"),
        (header_only((1,), [(f"field{i}", "<f8") for i in range(900)]), "Header info length"),
        (b"no array", r"X must hold real numbers, got dtype \|S8"),
    ],
)
def test_lying_headers(tmp_path: Path, member: bytes, message: str) -> None:
    """A shape that memory or the file cannot hold, and a header that NumPy finds too long."""
    path = npz(tmp_path / "data.npz", y=Y)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("X.npy", member)
    refused(path, message)


def test_unknown_compression(tmp_path: Path) -> None:
    """A member packed in a way that zipfile does not know, as a newer tool may do."""
    path, method = tmp_path / "data.npz", 10
    place = ARCHIVE.index(b"PK\x01\x02") + method
    path.write_bytes(ARCHIVE[:place] + b"\x61" + ARCHIVE[place + 1 :])
    refused(path, "compression method is not supported")


@pytest.mark.parametrize(
    ("name", "opener"), [("a.npz", "zipfile.ZipFile"), ("a.csv", "pathlib.Path.open")]
)
def test_unreadable_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, opener: str
) -> None:
    """A file that may not be read is an error of the file as well."""

    def forbidden(*_: Any, **__: Any) -> None:
        raise PermissionError(13, "Permission denied")

    (tmp_path / name).write_bytes(ARCHIVE)
    with monkeypatch.context() as patch:
        patch.setattr(opener, forbidden)
        refused(tmp_path / name, "cannot .* Permission denied")


def test_a_stream_that_ends_early(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """zipfile's EOFError has no text, so that its name is what is said."""

    def ends(*_: Any, **__: Any) -> None:
        raise EOFError

    path = npz(tmp_path / "data.npz", X=X, y=Y)
    monkeypatch.setattr(np, "load", ends)
    refused(path, "cannot use this .npz file: EOFError")


class Bomb:
    """An object that, when it is unpickled, fails the test."""

    def __reduce__(self) -> tuple[Any, ...]:
        return exec, ("raise SystemExit('unpickled')",)


def test_pickles_are_never_run(tmp_path: Path) -> None:
    """Neither a pickle that calls itself an archive nor one inside an archive is loaded."""
    path = tmp_path / "data.npz"
    path.write_bytes(pickle.dumps(Bomb()))
    refused(path, "cannot use this .npz file")
    refused(npz(path, X=np.array([Bomb()], dtype=object), y=Y), "allow_pickle=False")


def test_large_files_are_refused_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit holds for the file and for what an archive says that it unpacks to."""
    path = npz(tmp_path / "data.npz", X=np.zeros((5000, 2)), y=np.zeros(5000))
    packed = path.stat().st_size
    monkeypatch.setattr(files, "MAX_BYTES", 100 * 500)
    assert packed < files.MAX_BYTES
    refused(path, "it unpacks to 1.* bytes, more than 50000")
    monkeypatch.setattr("lionk_ref.problems.data.MAX_BYTES", packed - 1)
    refused(path, f"larger than {packed - 1} bytes")


def outcome(path: Path) -> str:
    """What loading says, or nothing if it succeeds."""
    try:
        load_file(path)
    except ValueError as error:
        return str(error)
    return ""


def test_truncated_archives(tmp_path: Path) -> None:
    """Cut off anywhere, an archive is refused."""
    path = tmp_path / "data.npz"
    for length in range(len(ARCHIVE)):
        path.write_bytes(ARCHIVE[:length])
        refused(path, "cannot use this .npz file")


@given(place=st.integers(0, len(ARCHIVE) - 1), byte=st.integers(0, 255))
def test_damaged_archives(tmp_path_factory: Any, place: int, byte: int) -> None:
    """With one byte changed an archive is refused in one line, or still reads."""
    path = tmp_path_factory.getbasetemp() / "damaged.npz"
    path.write_bytes(ARCHIVE[:place] + bytes([byte]) + ARCHIVE[place + 1 :])
    assert "\n" not in outcome(path)


@given(text=st.text(alphabet='0123456789.,e-\n\r" naif_;', max_size=40))
def test_any_text_is_read_or_refused(tmp_path_factory: Any, text: str) -> None:
    """No text makes the reader fail in another way than its own error."""
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_text(text, newline="")
    assert "\n" not in outcome(path)


def test_a_file_makes_a_problem(tmp_path: Path) -> None:
    """What `load_file` returns is what `softmax_from` takes."""
    (tmp_path / "data.csv").write_text(GOOD)
    problem = softmax_from(*load_file(tmp_path / "data.csv"), blocks=True)
    assert problem.x0()["W"].shape == (2, 2)
