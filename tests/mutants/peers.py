"""Mistakes in how other people's optimizers are brought in."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

import test_peers_without_init
from mutants import Mutant

WITHOUT = "lionk_ref.peers.without_init."


@contextmanager
def left_behind(package: str) -> Iterator[None]:
    """The bare package stays imported."""
    yield


@contextmanager
def thrown_out(package: str) -> Iterator[None]:
    """What was imported before is forgotten."""
    yield
    for name in [name for name in sys.modules if name.partition(".")[0] == package]:
        del sys.modules[name]


MUTANTS = (
    Mutant("without-init-whole", "the whole package is imported", WITHOUT + "module",
           import_module, test_peers_without_init.check_broken),
    Mutant("without-init-left", str(left_behind.__doc__), WITHOUT + "_restored",
           left_behind, test_peers_without_init.check_later_import),
    Mutant("without-init-thrown", str(thrown_out.__doc__), WITHOUT + "_restored",
           thrown_out, test_peers_without_init.check_earlier_import),
)  # fmt: skip
