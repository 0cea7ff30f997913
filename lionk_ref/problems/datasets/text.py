"""Section 5. Text for a language model: any file, or what comes with Python, byte by byte."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import numpy as np

from lionk_ref.problems.datasets.dataset import Dataset

MAX_BYTES = 2**30
"""Larger files are refused."""


def text(path: str | Path | None = None, context: int = 32, test_share: float = 0.1) -> Dataset:
    """Sequences of bytes for Section 5's language model; the targets are the bytes one later.

    The text is cut in pieces of ``context`` bytes; a token is the rank of a byte among the bytes
    that occur. Pieces at equal distances, from the first to the last, are for the test.

    Parameters
    ----------
    path : str or Path, optional
        Any file. Default: the help texts on the language that every full Python has for ``help()``,
        some 700 kB of English with examples. They change with Python's version.
    context : int
        The length of a sequence.
    test_share : float
        The share of the pieces for the test.

    Raises
    ------
    ValueError
        If there is no such file, or it is too small or too large; or if this Python has no help.

    Examples
    --------
    >>> data = text(context=16)
    >>> bytes(data.alphabet[i] for i in data.test_inputs[0])
    b'The "assert" sta'
    >>> bytes(data.alphabet[i] for i in data.test_targets[0])
    b'he "assert" stat'
    """
    raw, name = (_help_texts(), "Python's help texts") if path is None else _read(Path(path))
    if context < 1 or not 0 < test_share < 1:
        got = f"context={context}, test_share={test_share}"
        raise ValueError(f"text needs context >= 1 and 0 < test_share < 1, got {got}.")
    pieces = (len(raw) - 1) // context
    test = max(1, round(test_share * pieces))
    if pieces - test < 1:
        raise ValueError(f"{name}: {len(raw)} bytes are less than two pieces of {context} bytes.")
    tokens, alphabet = _ranked(raw)
    inputs = tokens[: pieces * context].reshape(pieces, context)
    targets = tokens[1 : pieces * context + 1].reshape(pieces, context)
    apart = np.linspace(0, pieces - 1, test).round().astype(int)
    kept = np.delete(np.arange(pieces), apart)
    return Dataset(name, inputs[kept], targets[kept], inputs[apart], targets[apart], alphabet)


def _help_texts() -> bytes:
    try:
        topics = importlib.import_module("pydoc_data.topics").topics
    except ModuleNotFoundError:
        raise ValueError("This Python has no help texts (pydoc_data). Give text a path.") from None
    return "\n\n".join(topics[name].strip() for name in sorted(topics)).encode()


def _read(path: Path) -> tuple[bytes, str]:
    if not path.is_file():
        raise ValueError(f"{path}: there is no such file.")
    if path.stat().st_size > MAX_BYTES:
        raise ValueError(f"{path}: larger than {MAX_BYTES} bytes. Give a part of it.")
    return path.read_bytes(), path.name


def _ranked(raw: bytes) -> tuple[Any, bytes]:
    codes, tokens = np.unique(np.frombuffer(raw, dtype=np.uint8), return_inverse=True)
    return tokens.astype(np.int64), codes.tobytes()
