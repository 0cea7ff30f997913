"""A pattern in a toctree may match nothing: some pages are made from measurements."""

from __future__ import annotations

import re
from fnmatch import fnmatch

from sphinx.application import Sphinx

EMPTY = re.compile(r"\n\n(?=```\n)")
"""The empty line that ends an example in Markdown, for doctest; a reader need not see it."""


def matched(text: str, pages: set[str]) -> str:
    r"""The text without the lines that are patterns and match no page.

    Examples
    --------
    >>> matched("numerics\nbackends*\nbenchmarks/*", {"backends"})
    'numerics\nbackends*'
    """
    lines = text.split("\n")
    return "\n".join(line for line in lines if not _is_empty(line, pages))


def _is_empty(line: str, pages: set[str]) -> bool:
    is_pattern = line.endswith("*") and " " not in line and line[0] not in "|*"
    return is_pattern and not any(
        fnmatch(page, line) and page.count("/") == line.count("/") for page in pages
    )


def read(app: Sphinx, name: str, source: list[str]) -> None:
    """Before a page is parsed."""
    source[0] = EMPTY.sub("\n", matched(source[0], set(app.env.found_docs)))


def setup(app: Sphinx) -> dict[str, bool]:
    """Hook in."""
    app.connect("source-read", read)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
