"""What an erratum rests on: claims with numbers on both sides, exact where they can be."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from fractions import Fraction
from typing import Any, NamedTuple, TypeAlias

Number: TypeAlias = Fraction | float

RELATIONS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<=": operator.le,
    "<": operator.lt,
    ">=": operator.ge,
    ">": operator.gt,
}


class Claim(NamedTuple):
    """``left relation right``: what ``text`` says, in numbers.

    Examples
    --------
    >>> claim = Claim("1/3 of 3/2 is 1/2", Fraction(1, 3) * Fraction(3, 2), "=", Fraction(1, 2))
    >>> claim.holds, str(claim)
    (True, '1/3 of 3/2 is 1/2: 1/2 = 1/2')
    """

    text: str
    left: Number
    relation: str
    right: Number

    @property
    def holds(self) -> bool:
        """Whether the claim is true, without any tolerance."""
        return RELATIONS[self.relation](self.left, self.right)

    def __str__(self) -> str:
        return f"{self.text}: {written(self.left)} {self.relation} {written(self.right)}"

    def as_json(self) -> dict[str, Any]:
        """The claim in what JSON can hold: each side as text and as a number."""
        left, right = plain(self.left), plain(self.right)
        row = {"claim": self.text, "left": left, "relation": self.relation, "right": right}
        return {**row, "holds": self.holds}


class Evidence(NamedTuple):
    """Claims of the printed text, which fail, beside those of the correction, which hold."""

    printed: tuple[Claim, ...]
    correct: tuple[Claim, ...]


def written(n: Number) -> str:
    """A number as text: a fraction in full, followed by its decimals where they are not short.

    Examples
    --------
    >>> written(Fraction(1, 2)), written(Fraction(9, 11)), written(0.1)
    ('1/2', '9/11 [0.818182]', '0.1')
    """
    if not isinstance(n, Fraction):
        return f"{n:g}"
    return str(n) if n.denominator < 10 else f"{n} [{float(n):.6g}]"


def plain(n: Number) -> dict[str, Any]:
    """A number for JSON: its text, exact for a fraction, and its decimals, null if not finite."""
    decimal = float(n) if math.isfinite(n) else None
    return {"exact": str(n), "decimal": decimal}
