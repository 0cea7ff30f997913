"""The index of the paper, in its order."""

from __future__ import annotations

from lionk_ref.paper import section_1, section_2, section_3, section_3_1, section_4
from lionk_ref.paper.entry import Entry

SECTIONS = (section_1, section_2, section_3, section_3_1, section_4)

INDEX: tuple[Entry, ...] = tuple(entry for part in SECTIONS for entry in part.ENTRIES)
"""What is built so far. A new entry is one line in the module of its section."""


def lookup(label: str) -> Entry:
    """The entry with this label, or the only one whose label contains it.

    Raises
    ------
    ValueError
        If there is none, or more than one.

    Examples
    --------
    >>> lookup("(15)").computed_by
    'lionk_ref.discrete.implicit'
    >>> lookup("Lemma 2.1").title
    'subgradients are monotone'
    """
    exact = [entry for entry in INDEX if entry.label.lower() == label.lower()]
    found = exact or [entry for entry in INDEX if label.lower() in entry.label.lower()]
    if len(found) == 1:
        return found[0]
    several = ", ".join(repr(entry.label) for entry in found or INDEX)
    wanted = "Several entries match" if found else "There is no entry"
    raise ValueError(f"{wanted} {label!r}. Choose one of: {several}.")
