"""Questions to a solution: its answers are numbers of the right shape, or the check fails."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np

from lionk_ref.learn.exercise import Call, CheckError, Exercise, Function

Array = Any


class Answers(Protocol):
    """Whoever holds the solution: a process of its own, or a dict of functions."""

    def __call__(self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any: ...


class Asking:
    """``ask("name", *args)``: what a check gets. It keeps every call, for the diagnosis."""

    def __init__(self, exercise: Exercise, answers: Answers) -> None:
        self.exercise, self.answers = exercise, answers
        self.calls: list[Call] = []

    def __call__(self, name: str, *args: Any, **kwargs: Any) -> Any:
        raw = self.answers(name, args, kwargs)
        result = settled(self.exercise, name, args, kwargs, raw)
        self.calls.append(Call(name, args, kwargs, result))
        return result


def settled(
    exercise: Exercise, name: str, args: tuple[Any, ...], kwargs: dict[str, Any], raw: Any
) -> Any:
    """The answer as arrays of the shapes that the exercise asks for.

    Raises
    ------
    CheckError
        If it is missing, has another shape, or holds anything but numbers.
    """
    if raw is None:
        raise CheckError(f"{name} returns nothing. Write its lines, with a return at the end.")
    shapes, given = exercise.holes[name], exercise.bind(name, args, kwargs)
    if isinstance(shapes, str):
        return _array(name, raw, _shape(shapes, given))
    if not isinstance(raw, list | tuple) or len(raw) != len(shapes):
        raise CheckError(f"{name} must return {len(shapes)} things, separated by commas.")
    pairs = zip(raw, shapes, strict=True)
    return tuple(_array(name, one, _shape(shape, given)) for one, shape in pairs)


def _shape(name: str, given: dict[str, Any]) -> tuple[int, ...]:
    return () if name == "scalar" else np.shape(given[name])


def _array(name: str, raw: Any, shape: tuple[int, ...]) -> Array:
    try:
        array = np.asarray(raw, dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        raise CheckError(f"{name} must return numbers, got {str(raw)[:60]}.") from None
    if array.shape != shape:
        wanted = "a number" if shape == () else f"an array of shape {shape}"
        raise CheckError(f"{name} must return {wanted}, got shape {array.shape}.")
    return array


def local(functions: dict[str, Function]) -> Answers:
    """Answers from functions at hand, such as the model's."""

    def answer(name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        with np.errstate(all="ignore"):
            return functions[name](*args, **kwargs)

    return answer
