"""The process that holds a solution: it reads questions, and writes what the solution answers.

It knows neither the seed nor the checks. Its first line says how it is confined; it is written
before any line of the solution runs. What the solution prints goes to stderr; it reads nothing.
"""

from __future__ import annotations

import builtins
import os
import runpy
import sys
import traceback
from typing import Any, BinaryIO

from lionk_ref.learn.confine import confine
from lionk_ref.learn.wire import from_line, packed, to_line, unpacked

RUN_NAME = "exercise"
"""Not "__main__": the picture is not drawn."""


def main() -> None:
    """Confine the process, load the solution, answer until the questions end."""
    path, *limits = sys.argv[1:]
    questions, answers = _pipes()
    answers.write(to_line({"confined": _confined(path, *limits)}))
    answers.flush()
    functions = _loaded(path)
    for line in questions:
        question = from_line(line)
        answers.write(_answer(functions, question, path))
        answers.flush()


def _confined(path: str, seconds: str = "", memory: str = "", user: str = "") -> list[str]:
    if not seconds:
        return []
    who = int(user) if user else None
    return confine(os.path.dirname(path), int(seconds), int(memory), who)


def _pipes() -> tuple[BinaryIO, BinaryIO]:
    """Standard input and output, hidden from the solution."""
    questions, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    return questions, answers


def _loaded(path: str) -> dict[str, Any] | str:
    """The names that the solution defines, or why it cannot be run."""
    try:
        return runpy.run_path(path, run_name=RUN_NAME)
    except builtins.BaseException as error:
        return _why(error, path)


def _answer(functions: dict[str, Any] | str, question: dict[str, Any], path: str) -> bytes:
    if isinstance(functions, str):
        return to_line({"error": functions})
    name = question["call"]
    if not callable(functions.get(name)):
        return to_line({"error": f"there is no function {name} in the file"})
    args, kwargs = unpacked(question["args"]), question["kwargs"]
    try:
        result = functions[name](*args, **{k: unpacked(v) for k, v in kwargs.items()})
        return to_line({"result": packed(result)})
    except builtins.BaseException as error:
        return to_line({"error": _why(error, path)})


def _why(error: BaseException, path: str) -> str:
    """The error with the last line of the solution's own file that it went through."""
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if frame.filename == path]
    if isinstance(error, SyntaxError):
        lines, text = [error.lineno], error.msg
    else:
        text = str(error)
    where = f" (line {lines[-1]})" if lines else ""
    return f"{type(error).__name__}: {text}"[:300] + where
