"""Plain text tables."""

from __future__ import annotations

import math
from collections.abc import Sequence

from lionk_ref.certificates import Certificate
from lionk_ref.report.names import short_name

HEADER = (
    "K", "problem", "scheme", "energy balance", "Theorem 4.1", "phase 1", "average", "gap", ""
)  # fmt: skip


def aligned(rows: Sequence[Sequence[str]]) -> str:
    """Rows of equal length as text, the columns padded to their widest cell."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)) for row in rows]
    return "\n".join(line.rstrip() for line in lines)


def certificates_table(certificates: Sequence[Certificate]) -> str:
    """One line a run: the worst residual, the worst slacks, the final gap, the verdict."""
    rows = [list(HEADER), *([*map(str, _row(c))] for c in certificates)]
    held = sum(c.ok for c in certificates)
    worst = max(c.residual_max for c in certificates)
    return (
        f"{aligned(rows)}\n\n"
        "energy balance: largest relative residual of an equality. Theorem 4.1, phase 1, average:\n"
        "smallest slack of a bound, negative only by rounding. gap: Frank-Wolfe, 0 at a solution.\n"
        f"{held} of {len(certificates)} certificates held; worst residual {worst:.1e}."
    )


def _row(c: Certificate) -> list[str]:
    failed = ", ".join(v.name for v in c.verdicts if not v.holds)
    if math.isnan(c.residual_max):
        failed = "the run diverged; try a smaller --lr"
    slacks = [number(c.worst(name)) for name in ("Theorem 4.1", "phase 1", "telescoped")]
    verdict = "held" if c.ok else f"FAILED: {failed}"
    K, scheme = short_name(c.optimizer.K), c.optimizer.scheme
    return [K, c.problem, scheme, f"{c.residual_max:.1e}", *slacks, number(c.gap), verdict]


def number(value: float) -> str:
    """Two digits, or a dash for what was not promised."""
    return "-" if math.isnan(value) else f"{value:.1e}"
