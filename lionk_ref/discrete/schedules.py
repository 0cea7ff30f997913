"""Section 4. Step sizes that vary: functions of the step number t = 0, 1, 2, ...

A step size that never grows keeps the Lyapunov function monotone; a warm-up does not, and the
energy balance says by how much.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

Schedule: TypeAlias = Callable[[int], float]


@dataclass(frozen=True)
class Constant:
    """The same lr at every step.

    Examples
    --------
    >>> Constant(0.1)(1000)
    0.1
    """

    lr: float

    def __post_init__(self) -> None:
        _require_lr("Constant", lr=self.lr)

    def __call__(self, t: int) -> float:
        return self.lr


@dataclass(frozen=True)
class Cosine:
    """A linear warm-up to ``peak``, then half a cosine down to ``floor`` at step ``steps``.

    Examples
    --------
    >>> lr = Cosine(peak=1.0, steps=100, warmup=10)
    >>> lr(0), lr(9), lr(55), lr(100)
    (0.1, 1.0, 0.5, 0.0)
    """

    peak: float
    steps: int
    warmup: int = 0
    floor: float = 0.0

    def __post_init__(self) -> None:
        _require_lr("Cosine", peak=self.peak)
        _require_warmup("Cosine", self.warmup)
        if not 0 <= self.floor <= self.peak:
            raise ValueError(f"Cosine needs 0 <= floor <= peak, got floor={self.floor!r}.")
        if not self.steps > self.warmup:
            raise ValueError(f"Cosine needs steps > warmup, got steps={self.steps!r}.")

    def __call__(self, t: int) -> float:
        if t < self.warmup:
            return self.peak * ((t + 1) / self.warmup)
        done = min(1.0, (t - self.warmup) / (self.steps - self.warmup))
        return self.floor + (self.peak - self.floor) * (1 + math.cos(math.pi * done)) / 2


@dataclass(frozen=True)
class InverseSquareRoot:
    """A linear warm-up to ``peak``, then peak sqrt(warmup/(t + 1)).

    Examples
    --------
    >>> lr = InverseSquareRoot(peak=1.0, warmup=4)
    >>> lr(1), lr(3), lr(15)
    (0.5, 1.0, 0.5)
    """

    peak: float
    warmup: int = 1

    def __post_init__(self) -> None:
        _require_lr("InverseSquareRoot", peak=self.peak)
        _require_warmup("InverseSquareRoot", self.warmup)
        if self.warmup < 1:
            raise ValueError(f"InverseSquareRoot needs warmup >= 1, got warmup={self.warmup!r}.")

    def __call__(self, t: int) -> float:
        if t < self.warmup:
            return self.peak * ((t + 1) / self.warmup)
        return self.peak * math.sqrt(self.warmup / (t + 1))


def _require_lr(owner: str, **lrs: float) -> None:
    for name, value in lrs.items():
        if not 0 < value < math.inf:
            raise ValueError(f"{owner} needs a finite {name} > 0, got {name}={value!r}.")


def _require_warmup(owner: str, warmup: int) -> None:
    if isinstance(warmup, bool) or not isinstance(warmup, int) or warmup < 0:
        raise ValueError(f"{owner} needs a whole number warmup >= 0, got warmup={warmup!r}.")
