"""report.json."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from lionk_ref.certificates import Certificate, FlowCertificate


def json_report(
    certificates: Sequence[Certificate], version: str, flows: Sequence[FlowCertificate] = ()
) -> dict[str, Any]:
    """Whether all held, and a row for each run; a number that was not promised is null."""
    report = {
        "ok": all(c.ok for c in certificates) and all(c.ok for c in flows),
        "version": version,
        "cases": [_finite(c.summary()) for c in certificates],
    }
    return {**report, "flows": [_finite(c.summary()) for c in flows]} if flows else report


def _finite(row: dict[str, Any]) -> dict[str, Any]:
    return {
        key: None if isinstance(value, float) and not math.isfinite(value) else value
        for key, value in row.items()
    }
