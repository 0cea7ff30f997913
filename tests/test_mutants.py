"""Every mistake of ``mutants/`` is seen: its check passes without it and fails with it."""

from __future__ import annotations

import importlib
import pkgutil

import numpy as np
import pytest

import mutants
from lionk_ref.arrays import sign
from mutants import Mutant

MODULES = [
    importlib.import_module(f"mutants.{m.name}") for m in pkgutil.iter_modules(mutants.__path__)
]
ALL: list[Mutant] = [mutant for module in MODULES for mutant in getattr(module, "MUTANTS", ())]


@pytest.mark.parametrize("mutant", ALL, ids=lambda mutant: mutant.name)
def test_mutant_is_killed(mutant: Mutant, monkeypatch: pytest.MonkeyPatch) -> None:
    """The check tells right from wrong."""
    mutant.check()
    module, _, name = mutant.target.rpartition(":")
    if module:
        monkeypatch.setattr(importlib.import_module(module), name, mutant.replacement)
    else:
        monkeypatch.setattr(mutant.target, mutant.replacement)
    with np.errstate(all="ignore"), pytest.raises(AssertionError):
        mutant.check()


def test_a_mutant_that_lives_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """A replacement that changes nothing does not pass for killed."""
    harmless = Mutant("none", "none", "lionk_ref.convex.l1.sign", sign, lambda: None)
    with pytest.raises(pytest.fail.Exception, match="DID NOT RAISE"):
        test_mutant_is_killed(harmless, monkeypatch)


def test_names_are_unique() -> None:
    """Each mutant has its own name, and there are enough of them."""
    assert len({mutant.name for mutant in ALL}) == len(ALL) >= 25
