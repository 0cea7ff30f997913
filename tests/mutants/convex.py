"""How the mutants of ``convex/`` and ``arrays.py`` are written; they are in ``convex_*.py``."""

from __future__ import annotations

from functools import partial
from typing import Any

from mutants import Mutant


def wrong(name: str, mistake: str, target: str, code: Any, check: Any, *of: Any) -> Mutant:
    """A mutant in ``convex/`` or in ``arrays.py``, whose check takes arguments."""
    room = "lionk_ref" if target.startswith("arrays.") else "lionk_ref.convex"
    return Mutant(name, mistake, f"{room}.{target}", code, partial(check, *of))
