"""Docstrings are plain text: what would be markup by accident is escaped."""

from __future__ import annotations

import re
from typing import Any

import sphinx.ext.autosummary
from names import label
from sphinx.application import Sphinx

CODE = re.compile(r"(``.+?``|`[^`]+`)")
ESCAPED = re.compile(r"\\([*|_<])")
MARKUP = re.compile(r"([*|\\]|_(?=\W|$))")
PLACE = re.compile(r"[Ee]q\. \(\d+\)|Table \d, (?:line|row) \d|Theorem \d\.\d, part \d")
SECTION = re.compile(r"-{3,}$")


def plain(line: str) -> str:
    r"""A line of prose in which `*`, `|` and a final `_` stand for themselves.

    Examples
    --------
    >>> plain("K*(y) and |x|_inf, in ``dom K*``")
    'K\\*(y) and \\|x\\|_inf, in ``dom K*``'
    """
    parts = CODE.split(line)
    parts[::2] = [linked(MARKUP.sub(r"\\\1", ESCAPED.sub(r"\1", p))) for p in parts[::2]]
    return "".join("`" + part + "`" if _is_name(part) else part for part in parts)


def linked(line: str) -> str:
    """The same with links to the entries of the paper that it names.

    Examples
    --------
    >>> linked("Eq. (15): the decay acts on the new x.")
    ':ref:`Eq. (15) <eq-15>`: the decay acts on the new x.'
    """
    return PLACE.sub(lambda m: f":ref:`{m[0]} <{label(m[0])}>`" if label(m[0]) else m[0], line)


def escape(app: Sphinx, what: str, name: str, obj: object, options: Any, lines: list[str]) -> None:
    """Do so for every line that is neither code nor an example."""
    in_example = in_code = False
    for i, line in enumerate(lines):
        in_example = line.lstrip().startswith(">>>") or (in_example and bool(line.strip()))
        in_code = (in_code and (not line or line[:1] == " ")) or (
            i > 1 and lines[i - 2].endswith("::")
        )
        if not (in_example or in_code or SECTION.match(line)):
            lines[i] = plain(line)


def _is_name(part: str) -> bool:
    """Whether it is a name in single backticks, which is shown as code."""
    return part.startswith("`") and not part.startswith("``")


def setup(app: Sphinx) -> dict[str, bool]:
    """Come before numpydoc, which makes reStructuredText of the sections."""
    known = sphinx.ext.autosummary.WELL_KNOWN_ABBREVIATIONS
    sphinx.ext.autosummary.WELL_KNOWN_ABBREVIATIONS = (*known, "eq.", "Eq.")
    app.connect("autodoc-process-docstring", escape, priority=100)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
