"""A bar on stderr while something long runs, on a terminal only."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Self, TextIO

WIDTH = 30


class Progress:
    """``with Progress(total, "certifying") as bar: bar.advance(n, "what")``."""

    def __init__(self, total: int, title: str, stream: TextIO | None = None) -> None:
        self.total, self.title, self.done = total, title, 0
        self.stream = sys.stderr if stream is None else stream
        self.shown = self.stream.isatty()
        self.began = self.drawn = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.shown:
            print("\r\x1b[K", end="", file=self.stream, flush=True)

    def advance(self, amount: int, label: str = "") -> None:
        """Count ``amount`` more as done, and redraw at most ten times a second."""
        self.done += amount
        now = time.monotonic()
        if self.shown and now - self.drawn > 0.1:
            self.drawn = now
            print(f"\r\x1b[K{self.line(now, label)}", end="", file=self.stream, flush=True)

    def line(self, now: float, label: str) -> str:
        """The bar as text: how much, how long it will still take, and what is running."""
        share = self.done / self.total
        bar = ("#" * round(WIDTH * share)).ljust(WIDTH, ".")
        left = (now - self.began) * (1 / share - 1) if share else 0.0
        return f"{self.title} [{bar}] {share:4.0%}  {left:3.0f} s left  {label}"[:110]
