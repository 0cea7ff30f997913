"""Section 3. The coefficients of the flow: alpha, gamma, lam and vareps, constant or not."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, fields
from numbers import Real
from typing import Any, NamedTuple, TypeAlias

Coefficient: TypeAlias = float | Callable[[float], float]
"""A number >= 0, or a function of the time with such values."""


class Rates(NamedTuple):
    """The coefficients of eq. (3) at one time.

    They are floats; the formulas that take them also work on Fractions and on symbols.
    """

    alpha: Any
    gamma: Any
    lam: Any
    vareps: Any


@dataclass(frozen=True)
class Coefficients:
    """The coefficients of eq. (3), each a number >= 0 or a function of the time.

    Parameters
    ----------
    alpha : float or callable
        How strongly the gradient drives the momentum.
    gamma : float or callable
        The damping of the momentum.
    lam : float or callable
        The decoupled weight decay.
    vareps : float or callable
        The gradient enhancement; not a step size. Theorem 3.1 needs vareps gamma <= 1.

    Raises
    ------
    ValueError
        If one is negative, infinite or no number; for a function, when it is evaluated.

    Examples
    --------
    >>> Coefficients(alpha=lambda t: 2 * t, vareps=0.1).at(3.0)
    Rates(alpha=6.0, gamma=1.0, lam=1.0, vareps=0.1)
    """

    alpha: Coefficient = 1.0
    gamma: Coefficient = 1.0
    lam: Coefficient = 1.0
    vareps: Coefficient = 0.0

    def __post_init__(self) -> None:
        for name, value in self._given().items():
            if not callable(value):
                object.__setattr__(self, name, _checked(name, value, ""))

    @property
    def constant(self) -> bool:
        """Whether none depends on the time; Theorem 3.1 asks for it."""
        return not any(callable(value) for value in self._given().values())

    def at(self, t: float) -> Rates:
        """The coefficients at time t, as Python floats."""
        return Rates(**{name: _value(name, c, t) for name, c in self._given().items()})

    def _given(self) -> dict[str, Coefficient]:
        return {field.name: getattr(self, field.name) for field in fields(self)}


def _value(name: str, coefficient: Coefficient, t: float) -> float:
    if callable(coefficient):
        return _checked(name, coefficient(t), f" at t={t!r}")
    return coefficient


def _checked(name: str, value: object, when: str) -> float:
    if isinstance(value, bool) or not isinstance(value, Real) or not 0 <= float(value) < math.inf:
        raise ValueError(f"The flow needs a finite {name} >= 0, got {name}={value!r}{when}.")
    return float(value)
