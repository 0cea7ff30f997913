"""Links to headings work on GitHub as in the book, and pages say which extras they need."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = [*sorted(ROOT.glob("*.md")), *sorted(ROOT.glob("docs/**/*.md"))]
NEEDS_FLOW = re.compile(r"\bcertify_continuous\(|\bsolve\(")


def anchors(text: str) -> set[str]:
    """The anchors of a page where both agree: not those of code with a dot in it."""
    slugs = {
        re.sub(r"[^\w\- ]", "", h).strip().lower().replace(" ", "-"): h for h in headings(text)
    }
    return {slug for slug, heading in slugs.items() if not re.search(r"`[^`]*\.[^`]*`", heading)}


def headings(text: str) -> list[str]:
    """The headings of a page."""
    return re.findall(r"^#+ (.+)$", text, re.M)


def broken(page: Path) -> list[str]:
    """The links of a page to headings that are not there."""
    links = re.findall(r"\]\(([\w./-]*\.md)?#([^)\s]+)\)", page.read_text("utf-8"))
    targets = [((page.parent / name) if name else page, anchor) for name, anchor in links]
    return [f"{p.name}#{a}" for p, a in targets if a not in anchors(p.read_text("utf-8"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_to_headings(page: Path) -> None:
    """Each leads to a heading whose anchor everybody derives alike."""
    assert broken(page) == []


def test_broken_links_are_seen(tmp_path: Path) -> None:
    """A heading that is not there, and one of code with a dot."""
    page = tmp_path / "a.md"
    page.write_text("# Why `a.b`\n# Right here\n[1](#why-ab) [2](a.md#there) [3](a.md#right-here)")
    assert broken(page) == ["a.md#why-ab", "a.md#there"]


RUN = [ROOT / "docs/tour.md", ROOT / "docs/start.md", *sorted(ROOT.glob("examples/*.py"))]


@pytest.mark.parametrize("path", RUN, ids=lambda path: path.name)
def test_scipy_is_asked_for(path: Path) -> None:
    """What follows the flow says that it needs the extra; so does the page that points there."""
    text = path.read_text("utf-8")
    if NEEDS_FLOW.search(text) or "plot_flow.py" in text:
        assert "extra `flow`" in text.replace("``", "`")
