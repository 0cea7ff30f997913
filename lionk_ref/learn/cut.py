"""The student's file, cut out of the model: the bodies of its holes are gone.

Where the model takes a hole from the library, ``name = module.name  # cut``, the library's own
source takes the place of that line, so that the two cannot drift apart. Marked imports are left
out. With ``# no formula`` before the mark the docstring ends at its last colon, as what follows
would be the answer.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterator

from lionk_ref.learn.exercise import Exercise, Function

MARK, SECRET = "  # cut", "  # no formula"
NOQA = "  # noqa"
HOLE = "...  # Your lines, about {lines}."


def student_file(exercise: Exercise) -> str:
    """The exercise as the student gets it."""
    return _without_bodies(solution_file(exercise), set(exercise.holes))


def solution_file(exercise: Exercise) -> str:
    """The exercise solved, with the functions of the library in place."""
    return "\n".join(_inlined(exercise)) + "\n"


def from_library(exercise: Exercise) -> dict[str, str]:
    """The holes whose model is the library's own source, each with its module."""
    marked = filter(None, map(_cut_name, inspect.getsource(exercise.model).splitlines()))
    return {name: getattr(exercise.model, name).__module__ for name in marked}


def _cut_name(line: str) -> str:
    """The name that a marked line binds to a function of the library; "" for all others."""
    name, equals, _ = line.partition(" = ")
    return name if equals and line.endswith(MARK) else ""


def _inlined(exercise: Exercise) -> Iterator[str]:
    for line in inspect.getsource(exercise.model).splitlines():
        if name := _cut_name(line):
            lines = ["", *_library_source(getattr(exercise.model, name))]
            yield from _without_formula(lines) if SECRET in line else lines
        elif not line.endswith(MARK):
            yield line.partition(NOQA)[0]


def _library_source(function: Function) -> list[str]:
    """A function of the library without the examples of its docstring."""
    lines = inspect.getsource(function).splitlines()
    if "    Examples" not in lines:
        return lines
    start = lines.index("    Examples")
    stop = lines.index('    """', start)
    while not lines[start - 1].strip():
        start -= 1
    return _one_line_docstring([*lines[:start], *lines[stop:]])


def _without_formula(lines: list[str]) -> Iterator[str]:
    for line in lines:
        yield f'{line.rpartition(":")[0]}."""' if line.lstrip().startswith('"""') else line


def _one_line_docstring(lines: list[str]) -> list[str]:
    """The same with the closing quotes on the docstring's line where it has only one."""
    for i in range(1, len(lines)):
        if lines[i] == '    """' and lines[i - 1].lstrip().startswith('"""'):
            return [*lines[: i - 1], f'{lines[i - 1]}"""', *lines[i + 1 :]]
    return lines


def _without_bodies(source: str, holes: set[str]) -> str:
    lines = source.splitlines()
    functions = [n for n in ast.parse(source).body if isinstance(n, ast.FunctionDef)]
    for node in reversed([n for n in functions if n.name in holes]):
        body = node.body[1:] if ast.get_docstring(node) else node.body
        first, last = body[0].lineno - 1, body[-1].end_lineno or body[-1].lineno
        indent = " " * body[0].col_offset
        lines[first:last] = [indent + HOLE.format(lines=last - first)]
    return "\n".join(lines) + "\n"


def bodies(exercise: Exercise) -> str:
    """The solved holes alone, to be shown."""
    source = solution_file(exercise)
    nodes = [n for n in ast.parse(source).body if isinstance(n, ast.FunctionDef)]
    parts = [ast.get_source_segment(source, n) or "" for n in nodes if n.name in exercise.holes]
    return "\n\n\n".join(map(textwrap.dedent, parts))
