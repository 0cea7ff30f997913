"""What is known of one misprint."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from lionk_ref.paper.claim import Evidence


class Erratum(NamedTuple):
    """One place where the printed text is wrong.

    Attributes
    ----------
    number : int
        Its number here; the order is that of the weight it carries.
    where : str
        The place in the paper.
    printed, correct : str
        What stands there and what must stand there, in the names of this library: ``lr`` is the
        step size, ``vareps`` the gradient enhancement.
    why : str
        The reason in a sentence or two.
    counterexample : str
        The setting of the numbers in ``evidence``.
    evidence : callable
        Computes claims: of the printed text, which fail, and of the correction, which hold.
    """

    number: int
    where: str
    printed: str
    correct: str
    why: str
    counterexample: str
    evidence: Callable[[], Evidence]

    def as_json(self) -> dict[str, Any]:
        """The erratum with its evidence in what JSON can hold."""
        evidence = {k: [c.as_json() for c in v] for k, v in self.evidence()._asdict().items()}
        return {**self._asdict(), "evidence": evidence}
