"""Where something of the paper is to be found in this library."""

from __future__ import annotations

import re
from typing import NamedTuple


class Entry(NamedTuple):
    """One equation, table row, theorem, example, remark or figure of the paper.

    Attributes
    ----------
    section : str
        The section of the paper that it stands in.
    label : str
        Its name in the paper, "(15)" or "Table 2, line 4"; unique.
    title, formula : str
        What it is in a few words, and as LaTeX.
    computed_by : str
        The dotted name of the object that computes it.
    checked_by : str
        The test that checks that object, "tests/test_file.py::test_name".
    explained_in : str
        The page that says more, with an anchor; empty where the entry itself says all.
    errata : tuple of int
        The numbers of its errata.
    """

    section: str
    label: str
    title: str
    formula: str
    computed_by: str
    checked_by: str
    explained_in: str = ""
    errata: tuple[int, ...] = ()

    @property
    def heading(self) -> str:
        """Its heading on the page of the index."""
        name = f"Eq. {self.label}" if self.label.startswith("(") else self.label
        return f"{name}: {self.title}"

    @property
    def page(self) -> str:
        """Its place on the page of the index.

        Examples
        --------
        >>> Entry("Section 4", "(15)", "one step", "", "", "").page
        'docs/paper.md#eq-15-one-step'
        """
        return f"docs/paper.md#{anchor(self.heading)}"


def anchor(heading: str) -> str:
    """The anchor of a Markdown heading, as GitHub and MyST make it.

    Examples
    --------
    >>> anchor("Theorem 4.1, part 2")
    'theorem-41-part-2'
    """
    return re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")
