"""The pages that are made from the data of this package."""

from __future__ import annotations

from collections.abc import Callable

from lionk_ref.paper.catalogue_page import catalogue_page
from lionk_ref.paper.errata_page import errata_page
from lionk_ref.paper.index_page import index_page

PAGES: dict[str, Callable[[], str]] = {
    "paper.md": index_page,
    "errata.md": errata_page,
    "catalogue.md": catalogue_page,
}
"""The text of each page under docs/."""
