"""The skips of a run, counted by reason, and those that nobody allowed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

ALLOWED = Path(__file__).parents[1] / ".ci" / "skips.txt"


def count(stats: Mapping[str, Iterable[Any]]) -> Counter[str]:
    """How many tests were skipped, or failed as expected, for each reason."""
    skipped = (r.longrepr[2].removeprefix("Skipped: ") for r in stats.get("skipped", ()))
    xfailed = (f"xfail: {r.wasxfail}" for r in stats.get("xfailed", ()))
    return Counter([*skipped, *xfailed])


def allowed(text: str) -> list[str]:
    """The regular expressions of a list such as ``.ci/skips.txt``."""
    lines = (line.strip() for line in text.splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def unlisted(reasons: Iterable[str], patterns: Iterable[str]) -> list[str]:
    """The reasons that no pattern matches."""
    patterns = list(patterns)
    return [reason for reason in reasons if not any(re.search(p, reason) for p in patterns)]
