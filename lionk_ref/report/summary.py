"""report.json."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from lionk_ref.certificates import Certificate


def json_report(certificates: Sequence[Certificate], version: str) -> dict[str, Any]:
    """Whether all held, and a row for each run; a number that was not promised is null."""
    return {
        "ok": all(c.ok for c in certificates),
        "version": version,
        "cases": [_finite(c.summary()) for c in certificates],
    }


def _finite(row: dict[str, Any]) -> dict[str, Any]:
    return {
        key: None if isinstance(value, float) and not math.isfinite(value) else value
        for key, value in row.items()
    }
