"""The paper: which object computes what, which test checks it, and where the print errs."""

from lionk_ref.paper.claim import Claim as Claim
from lionk_ref.paper.claim import Evidence as Evidence
from lionk_ref.paper.entry import Entry as Entry
from lionk_ref.paper.errata import ERRATA as ERRATA
from lionk_ref.paper.erratum import Erratum as Erratum
from lionk_ref.paper.index import INDEX as INDEX
from lionk_ref.paper.index import lookup as lookup
