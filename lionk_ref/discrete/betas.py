"""Section 4. How a framework spells the two weights of eq. (2), beta1 and beta2.

A spelling is a bijection with some of the framework's settings, ``names``: ``read(settings)`` gives
(beta1, beta2), and ``write(beta1, beta2)`` is its inverse.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from numbers import Real
from typing import Any, Protocol, TypeAlias

Settings: TypeAlias = Mapping[str, Any]


class Betas(Protocol):
    """What a `Convention` asks of its ``betas``."""

    @property
    def names(self) -> tuple[str, ...]: ...

    def read(self, settings: Settings) -> tuple[float, float]: ...

    def write(self, beta1: float, beta2: float) -> dict[str, Any]: ...


@dataclass(frozen=True)
class Pair:
    """One setting that holds (beta1, beta2), as PyTorch has it.

    Examples
    --------
    >>> Pair("betas").read({"betas": (0.9, 0.99)})
    (0.9, 0.99)
    """

    name: str

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name,)

    def read(self, settings: Settings) -> tuple[float, float]:
        value = settings[self.name]
        if not isinstance(value, tuple | list) or len(value) != 2:
            raise ValueError(f"{self.name} must be a pair (beta1, beta2), got {value!r}.")
        return beta(self.name, value[0]), beta(self.name, value[1])

    def write(self, beta1: float, beta2: float) -> dict[str, Any]:
        return {self.name: (beta1, beta2)}


@dataclass(frozen=True)
class Two:
    """Two settings, as Optax and Keras have it.

    Examples
    --------
    >>> Two("b1", "b2").write(0.9, 0.99)
    {'b1': 0.9, 'b2': 0.99}
    """

    first: str
    second: str

    @property
    def names(self) -> tuple[str, ...]:
        return (self.first, self.second)

    def read(self, settings: Settings) -> tuple[float, float]:
        return beta(self.first, settings[self.first]), beta(self.second, settings[self.second])

    def write(self, beta1: float, beta2: float) -> dict[str, Any]:
        return {self.first: beta1, self.second: beta2}


def beta(name: str, value: object) -> float:
    """``value`` as a weight of eq. (2).

    Raises
    ------
    TypeError, ValueError
        If it is no number, or not 0 <= beta < 1.
    """
    x = number(name, value)
    if not 0 <= x < 1:
        raise ValueError(f"{name} must be a weight 0 <= beta < 1, got {value!r}.")
    return x


def number(name: str, value: object, least: str = "") -> float:
    """``value`` as a finite Python float; ``least`` may be ">= 0" or "> 0".

    Raises
    ------
    TypeError, ValueError
        If it is no number (a schedule, a tensor, a bool), or too small.
    """
    wanted = " ".join(filter(None, [name, "must be a finite number", least]))
    if isinstance(value, bool) or not isinstance(value, Real):
        raise TypeError(f"{wanted}, got {value!r}.")
    x = float(value)
    if not math.isfinite(x) or (least and x < 0) or (least == "> 0" and x == 0):
        raise ValueError(f"{wanted}, got {value!r}.")
    return x
