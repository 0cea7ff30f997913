"""What a solution may use, in a process of its own."""

from __future__ import annotations

import threading
from typing import NamedTuple


class Limits(NamedTuple):
    """Seconds on the clock, MiB of memory, whether it is confined, and as which user it runs."""

    seconds: float = 10.0
    memory: int = 1024
    confined: bool = False
    user: int | None = None


def require_seconds(verb: str, seconds: float) -> None:
    """Refuse a time that is over before it begins, or that no clock can wait for.

    Examples
    --------
    >>> require_seconds("learn", float("inf"))  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    ValueError: lionk learn needs --seconds > 0, at most ..., got inf. For a whole day: 86400.
    """
    most = threading.TIMEOUT_MAX
    if not 0 < seconds <= most:
        raise ValueError(
            f"lionk {verb} needs --seconds > 0, at most {most:g}, got {seconds}. "
            "For a whole day: 86400."
        )
