"""What an exercise is: a model file with holes, checks drawn from a seed, and known mistakes."""

from __future__ import annotations

import hashlib
import importlib
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any, NamedTuple, TypeAlias

import numpy as np

PUBLIC_SEED = "public"
"""What the students' own checks are drawn from; a teacher grades with another."""

Random: TypeAlias = np.random.Generator
Function: TypeAlias = Callable[..., Any]
Check: TypeAlias = Callable[[Any, Random], None]
Shapes: TypeAlias = str | tuple[str, ...]
"""The argument whose shape a result has, or "scalar"; a tuple for several results."""


class CheckError(Exception):
    """A check does not hold; the text says what was seen."""


class Call(NamedTuple):
    """One question to a solution, with its answer."""

    name: str
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    result: Any


@dataclass(frozen=True)
class Exercise:
    """One rung of the ladder.

    Attributes
    ----------
    number, key : int, str
        Its place, and the name of its files.
    paper : str
        The equation, table or theorem that it is about.
    holes : mapping
        The functions to write, each with the shapes of what it returns.
    checks : tuple of functions
        Each is a statement, its docstring, that holds for every right solution. It is called with
        an `Asking` and a random generator and raises `CheckError`.
    mutants : mapping
        For each hole wrong solutions that were seen; the docstring is what the student is told.
    hints : tuple of str
        From a nudge to nearly everything.
    originals : mapping
        What the library itself has for the holes; it must pass the checks too.
    """

    number: int
    key: str
    paper: str
    holes: Mapping[str, Shapes]
    checks: tuple[Check, ...]
    mutants: Mapping[str, tuple[Function, ...]]
    hints: tuple[str, ...]
    originals: Mapping[str, Function] = field(default_factory=dict)

    @property
    def file(self) -> str:
        """The name of the student's file."""
        return f"{self.number:02}_{self.key}.py"

    @property
    def model(self) -> ModuleType:
        """The model solution as a module."""
        return importlib.import_module(f"lionk_ref.learn.models.{self.key}")

    @property
    def title(self) -> str:
        """The first line of the model's docstring, without its stop."""
        return (self.model.__doc__ or "").strip().splitlines()[0].rstrip(".")

    @property
    def solution(self) -> dict[str, Function]:
        """The model's functions for the holes."""
        return {name: getattr(self.model, name) for name in self.holes}

    def random(self, seed: str, check: int) -> Random:
        """The generator of a check: it depends on the seed, the exercise and the check only."""
        digest = hashlib.sha256(f"{seed}/{self.key}/{check}".encode()).digest()
        return np.random.default_rng(int.from_bytes(digest[:16], "big"))

    def bind(self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
        """The arguments of a call by their names."""
        return inspect.signature(self.solution[name]).bind(*args, **kwargs).arguments


def statement(function: Function) -> str:
    """The docstring of a check or a mutant as one line."""
    return " ".join((function.__doc__ or "").split())


def words(function: Function) -> str:
    """The name of a check or a mutant in words."""
    return function.__name__.replace("_", " ")
