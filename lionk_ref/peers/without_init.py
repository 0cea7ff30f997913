"""Section 4 as others implement it: a module of a package whose ``__init__`` cannot be run."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec, module_from_spec
from itertools import accumulate
from types import ModuleType


def module(name: str) -> ModuleType:
    """The module ``a.b.c`` by its own file, without what ``a`` and ``a.b`` import.

    ``import timm`` imports torchvision, of which there is none beside many builds of PyTorch; its
    optimizers need nothing of it. What was imported under these names is left as it was, so that
    a later ``import a`` is a real one.

    Raises
    ------
    ModuleNotFoundError
        If there is no such package, or the module itself needs one that is missing.

    Examples
    --------
    >>> module("xml.sax.saxutils").escape("<")
    '&lt;'
    """
    *parents, _ = accumulate(name.split("."), "{}.{}".format)
    with _restored(name.partition(".")[0]):
        for parent in parents:
            sys.modules[parent] = _bare(parent)
        return importlib.import_module(name)


def _bare(name: str) -> ModuleType:
    spec = find_spec(name)
    if spec is None:
        raise ModuleNotFoundError(f"No module named {name!r}", name=name)
    return module_from_spec(spec)


@contextmanager
def _restored(package: str) -> Iterator[None]:
    """Nothing of a package is imported at the beginning; at the end, what was before."""
    before = _taken_out(package)
    try:
        yield
    finally:
        _taken_out(package)
        sys.modules.update(before)


def _taken_out(package: str) -> dict[str, ModuleType]:
    names = [name for name in sys.modules if name.partition(".")[0] == package]
    return {name: sys.modules.pop(name) for name in names}
