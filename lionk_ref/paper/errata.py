"""The errata of the printed text, in the order of their numbers."""

from lionk_ref.paper import (
    errata_section_3,
    errata_sections_1_2,
    errata_table_1,
    errata_table_2,
)
from lionk_ref.paper import errata_theorem_4_1 as theorem_4_1
from lionk_ref.paper.erratum import Erratum

PARTS = (theorem_4_1, errata_table_2, errata_sections_1_2, errata_section_3, errata_table_1)

ERRATA: tuple[Erratum, ...] = tuple(
    sorted((e for part in PARTS for e in part.ERRATA), key=lambda e: e.number)
)
"""Each with the numbers that refute it: ``ERRATA[0].evidence()``."""
