"""The misprints of the paper, put into the library."""

from __future__ import annotations

from typing import Any

import numpy as np

import test_errata
from lionk_ref.certificates import printed_constants
from lionk_ref.paper import ERRATA
from lionk_ref.paper.errata_table_2 import printed_lp, printed_top_k
from mutants import Mutant


def theorem_4_1() -> None:
    """No random step breaks the theorem."""
    assert test_errata.violations(20)[0] == 0


def first_erratum() -> None:
    """The evidence of erratum 1 holds."""
    test_errata.test_evidence(ERRATA[0])


def lp() -> None:
    """Erratum 12, at p = 3."""
    test_errata.test_lp_agrees_where_the_print_is_defined(3.0)


def keep_ties(self: Any, z: Any) -> Any:
    """Table 2, line 4, with >= for >."""
    a = np.abs(z)
    return np.sign(z) * (a >= np.sort(a)[-self.k])


def open_box(self: Any, y: Any) -> Any:
    """Table 2, line 5, with < for <=."""
    return np.where(np.max(np.abs(y)) < 1, self.e / 2 * y @ y, np.inf)


MUTANTS = (
    Mutant(
        "printed-c",
        "H with the weight c as printed",
        "lionk_ref.certificates.quantities.constants",
        printed_constants,
        theorem_4_1,
    ),
    Mutant(
        "printed-a-b",
        "Theorem 4.1 with a and b as printed",
        "lionk_ref.certificates.theorem_4_1.constants",
        printed_constants,
        theorem_4_1,
    ),
    Mutant(
        "printed-evidence",
        "the evidence of the errata computed with the printed constants",
        "lionk_ref.paper.errata_theorem_4_1.constants",
        printed_constants,
        first_erratum,
    ),
    Mutant(
        "any-claim-holds",
        "claims of errata are not compared",
        "lionk_ref.paper.claim.Claim.holds",
        True,
        first_erratum,
    ),
    Mutant(
        "top-k-strict",
        "Table 2, line 4, as printed: > keeps k - 1 entries",
        "lionk_ref.convex.TopK.subgradient",
        lambda self, z: printed_top_k(z, self.k),
        test_errata.test_top_k,
    ),
    Mutant(
        "top-k-all-ties",
        "Table 2, line 4, with >=: every tied entry counts in full",
        "lionk_ref.convex.TopK.subgradient",
        keep_ties,
        test_errata.test_top_k,
    ),
    Mutant(
        "lp-unscaled",
        "Table 2, line 2, as printed: 0/0 at zero, and overflow",
        "lionk_ref.convex.Lp.subgradient",
        lambda self, z: printed_lp(z, self.p),
        lp,
    ),
    Mutant(
        "huber-open-box",
        "Table 2, line 5, as printed: an open box",
        "lionk_ref.convex.Huber.conjugate",
        open_box,
        test_errata.test_huber_box_is_closed,
    ),
)
