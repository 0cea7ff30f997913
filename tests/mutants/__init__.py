"""Mistakes made on purpose, a module for each part of the library, with a check that sees each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple


class Mutant(NamedTuple):
    """One mistake.

    Attributes
    ----------
    name, mistake : str
        A short name, and what is wrong.
    target : str
        The dotted name of what is replaced; ``module:name`` where a function hides its module.
    replacement : object
        What takes its place.
    check : callable
        A test without arguments that fails with the mistake, by an AssertionError, and passes
        without it.
    """

    name: str
    mistake: str
    target: str
    replacement: Any
    check: Callable[[], object]
