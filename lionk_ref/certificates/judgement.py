"""How a certificate is judged: two sides, a tolerance that is derived, and where it applies."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

from lionk_ref.arrays import Array, array_namespace, as_float


class Inequality(NamedTuple):
    """measured <= promised + tolerance, where it applies; 0-d arrays, or 1-d over the steps."""

    measured: Array
    promised: Array
    tolerance: Array
    applies: Any

    @property
    def slack(self) -> Array:
        """promised - measured: negative only by rounding where the inequality holds."""
        return self.promised - self.measured


class Equality(NamedTuple):
    """|measured - promised| <= tolerance; ``scale`` is the sum of the sizes of all terms."""

    measured: Array
    promised: Array
    tolerance: Array
    scale: Array

    @property
    def residual(self) -> Array:
        """|measured - promised|/scale."""
        xp = array_namespace(self.scale)
        safe = xp.where(self.scale == 0, xp.ones_like(self.scale), self.scale)
        return xp.abs(self.measured - self.promised) / safe


class Verdict(NamedTuple):
    """The worst step of one certificate: its slack and tolerance there, and whether all hold."""

    name: str
    holds: bool
    worst: float
    tolerance: float
    at: int
    steps: int


def stack(steps: Sequence[Any]) -> Any:
    """A sequence of inequalities (or equalities) of one step each as one over all steps."""
    kind = type(steps[0])
    xp = array_namespace(steps[0].measured)
    columns = zip(*steps, strict=True)
    return kind(*(_column(xp, list(column), steps[0].measured) for column in columns))


def _column(xp: Any, entries: list[Any], like: Array) -> Array:
    if isinstance(entries[0], bool):
        return xp.asarray(entries, device=like.device)
    return xp.stack([xp.asarray(e, device=like.device) for e in entries])


def judge(name: str, stacked: Inequality | Equality) -> Verdict:
    """The verdict over all steps: measured <= promised + tolerance wherever it applies."""
    xp = array_namespace(stacked.measured)
    if isinstance(stacked, Equality):
        slack, applies = (
            -xp.abs(stacked.measured - stacked.promised),
            stacked.scale == stacked.scale,
        )
    else:
        slack, applies = stacked.slack, stacked.applies
    margin = slack + stacked.tolerance
    margin = xp.where(applies, margin, xp.full_like(margin, xp.inf))
    at = int(xp.argmin(margin))
    count = int(xp.sum(xp.astype(applies, xp.int64)))
    holds = bool(xp.all(margin >= 0))
    if not count:
        return Verdict(name, True, math.nan, math.nan, 0, 0)
    return Verdict(name, holds, as_float(slack[at]), as_float(stacked.tolerance[at]), at, count)
