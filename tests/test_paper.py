"""The index of the paper leads nowhere that does not exist, and its pages are up to date."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from lionk_ref.paper import ERRATA, INDEX, Entry, lookup
from lionk_ref.paper.entry import anchor
from lionk_ref.paper.pages import PAGES

ROOT = Path(__file__).parents[1]
BUILT = [
    *("(1)", "(2)", "(7)", "(8)", "(9)", "(15)", "Weights of Lion", "(15) and (2)", "Figure 1"),
    *(f"Table 2, line {n}" for n in range(1, 6)),
    *("Lemma 2.1", "Example 2.2", "Frank-Wolfe", "Smooth K"),
    *(f"({n})" for n in (3, 4, 5, 6, 10, 11, 12, 13, 14)),
    *(f"Table 1, row {n}" for n in range(1, 10)),
    *(f"Theorem 3.1, {part}" for part in ("part 1", "part 2", "part 3", "average")),
    *(f"Theorem 4.1, {part}" for part in ("part 1", "part 2", "average", "equality", "H")),
]
"""What the library computes today, whether or not the index says so."""


def resolve(dotted: str) -> object:
    """The object of a dotted name: attributes first, since a function may hide its module."""
    name, *rest = dotted.split(".")
    found: object = importlib.import_module(name)
    for part in rest:
        name = f"{name}.{part}"
        if not hasattr(found, part) and isinstance(found, ModuleType):
            importlib.import_module(name)
        found = getattr(found, part)
    return found


def resolves(dotted: str) -> bool:
    """Whether the object exists and can be called: it computes something."""
    try:
        return callable(resolve(dotted))
    except (ImportError, AttributeError):
        return False


def has_test(test: str) -> bool:
    """Whether "tests/test_file.py::test_name" is a function of that file."""
    name, _, function = test.partition("::")
    if not (ROOT / name).is_file() or not function.startswith("test_"):
        return False
    body = ast.parse((ROOT / name).read_text("utf-8")).body
    return function in {node.name for node in body if isinstance(node, ast.FunctionDef)}


def has_place(page: str) -> bool:
    """Whether "docs/page.md#anchor" is a heading of that page; no anchor means the page."""
    name, _, place = page.partition("#")
    if not (ROOT / name).is_file():
        return False
    headings = re.findall(r"^#+ (.*)$", (ROOT / name).read_text("utf-8"), re.M)
    return not place or place in map(anchor, headings)


def dangling(entry: Entry) -> Iterator[str]:
    """Everything that an entry refers to and that does not exist."""
    if not resolves(entry.computed_by):
        yield f"object {entry.computed_by}"
    if not has_test(entry.checked_by):
        yield f"test {entry.checked_by}"
    for page in filter(None, [entry.page, entry.explained_in]):
        if not has_place(page):
            yield f"page {page}"
    for number in entry.errata:
        if not has_place(f"docs/errata.md#erratum-{number}"):
            yield f"erratum {number}"


@pytest.mark.parametrize("entry", INDEX, ids=lambda entry: entry.label)
def test_no_entry_dangles(entry: Entry) -> None:
    """Object, test, pages and errata of each entry exist."""
    assert list(dangling(entry)) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"computed_by": "lionk_ref.discrete.implicitly"},
        {"computed_by": "lionk_ref.nowhere.implicit"},
        {"computed_by": "lionk_ref.discrete.updates"},
        {"checked_by": "tests/test_updates.py::test_nothing_of_the_kind"},
        {"checked_by": "tests/test_nowhere.py::test_defining_equations"},
        {"checked_by": "tests/test_updates.py::rationals"},
        {"checked_by": "tests/test_updates.py"},
        {"explained_in": "docs/nowhere.md"},
        {"explained_in": "docs/proofs.md#nowhere"},
        {"label": "(16)"},
        {"title": "a title that the page does not have"},
        {"errata": (99,)},
    ],
    ids=str,
)
def test_a_dangling_entry_is_caught(wrong: dict[str, Any]) -> None:
    """Eq. (15)'s entry, with one reference made up."""
    assert len(list(dangling(lookup("(15)")._replace(**wrong)))) == 1


@pytest.mark.parametrize("label", BUILT)
def test_what_is_built_is_indexed(label: str) -> None:
    """Each has one entry."""
    assert label in lookup(label).label


def test_labels_are_unique() -> None:
    """A label names one entry, and each entry has its own heading."""
    assert len({entry.label.lower() for entry in INDEX}) == len(INDEX)
    assert len({entry.page for entry in INDEX}) == len(INDEX)


@pytest.mark.parametrize(
    ("label", "message"),
    [
        ("Theorem 4.1", "Several entries match 'Theorem 4.1'. Choose one of: 'Theorem 4.1, part"),
        ("(99)", r"There is no entry '\(99\)'. Choose one of: '\(1\)', 'Weights"),
    ],
)
def test_wrong_labels(label: str, message: str) -> None:
    """An unknown or ambiguous label gets the list of those that there are."""
    with pytest.raises(ValueError, match=message):
        lookup(label)


def test_an_exact_label_wins() -> None:
    """The label (15) is part of another label as well."""
    assert lookup("(15)").label == "(15)"
    assert lookup("theorem 4.1, PART 2").label == "Theorem 4.1, part 2"


def test_every_erratum_is_linked() -> None:
    """Each is linked by an entry; none is invented."""
    linked = {number for entry in INDEX for number in entry.errata}
    assert linked == {e.number for e in ERRATA}


@pytest.mark.parametrize("name", PAGES)
def test_pages_are_up_to_date(name: str) -> None:
    """If not: python -m lionk_ref.paper docs."""
    assert (ROOT / "docs" / name).read_text("utf-8") == PAGES[name]()


@pytest.mark.parametrize("name", [*PAGES, "proofs.md"])
def test_links_between_pages(name: str) -> None:
    """Every relative link on these pages leads to a heading."""
    links = re.findall(r"\]\(([\w.]+\.md(?:#[\w-]*)?)\)", (ROOT / "docs" / name).read_text("utf-8"))
    assert [link for link in links if not has_place(f"docs/{link}")] == []
