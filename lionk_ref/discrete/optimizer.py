"""Section 4. `LionK`: the updates over an array or a dict of arrays, and the loop around them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from numbers import Real
from typing import Protocol

from lionk_ref.arrays import Array, Arrays, array_namespace, each, require_same_shape
from lionk_ref.convex import Blocks, ConvexFunction
from lionk_ref.discrete.schedules import Schedule
from lionk_ref.discrete.updates import SCHEMES, State, Step


class HasGradient(Protocol):
    """What `LionK.minimize` asks of a problem."""

    def gradient(self, x: Arrays) -> Arrays: ...


@dataclass(frozen=True)
class LionK:
    r"""Eq. (2) or (15) with a convex K: solves min f(x) + K*(lam x)/lam.

    Parameters
    ----------
    K : ConvexFunction or dict of ConvexFunction
        One K for all arrays, or one for each block of a dict of arrays.
    lr : float or callable
        The step size, or a schedule: a function of the step number.
    beta1, beta2 : float
        The weights of m in m_tilde and in the next m, 0 <= beta < 1. beta1 <= beta2 is needed
        for the certificate, not for the step.
    lam : float
        The decoupled weight decay, lam >= 0; it sets the size of the constraint set.
    scheme : {"explicit", "implicit"}
        Eq. (2), as every framework has it, or eq. (15), as Theorem 4.1 has it.

    Raises
    ------
    ValueError, TypeError
        If a parameter is out of its range.

    Examples
    --------
    >>> import numpy as np
    >>> from lionk_ref import L1, LionK
    >>> lion = LionK(L1(), lr=0.1, lam=1.0)
    >>> state = lion.init(np.array([2.0, -2.0]))
    >>> lion.step(state, np.array([1.0, -3.0])).x
    array([ 1.7, -1.7])
    """

    K: ConvexFunction | Mapping[str, ConvexFunction]
    lr: float | Schedule
    beta1: float = 0.9
    beta2: float = 0.99
    lam: float = 0.0
    scheme: str = "explicit"

    def __post_init__(self) -> None:
        parts = self.K.values() if isinstance(self.K, Mapping) else [self.K]
        for part in parts:
            if not isinstance(part, ConvexFunction):
                raise TypeError(f"LionK needs a ConvexFunction such as L1(), got {part!r}.")
        if not callable(self.lr):
            self._settle("lr", "a finite lr > 0 or a schedule", lambda lr: 0 < lr < math.inf)
        self._settle("beta1", "0 <= beta1 < 1", lambda beta: 0 <= beta < 1)
        self._settle("beta2", "0 <= beta2 < 1", lambda beta: 0 <= beta < 1)
        self._settle("lam", "a finite lam >= 0", lambda lam: 0 <= lam < math.inf)
        if self.scheme not in SCHEMES:
            raise ValueError(f"LionK knows the schemes {sorted(SCHEMES)}, got {self.scheme!r}.")

    def init(self, x: Arrays) -> State:
        """The state at x with zero momentum."""
        return State(x, each(lambda a: array_namespace(a).zeros_like(a), x))

    def lr_at(self, t: int) -> float:
        """The step size of step t."""
        return float(self.lr(t)) if callable(self.lr) else self.lr

    def step(self, s: State, g: Arrays, t: int | None = None) -> State:
        """Eq. (2) or (15): the state after one step on the gradient g at s.x.

        ``t`` is the number of the step; a schedule needs it.
        """
        if callable(self.lr) and t is None:
            raise ValueError("LionK has a schedule for lr: give step(s, g, t) the step number t.")
        lr = self.lr_at(t or 0)
        after = each(lambda K, x, m, g: self._step(K, State(x, m), g, lr), self.K_on(s.x), *s, g)
        if not isinstance(s.x, Mapping):
            return State(*after)
        return State({n: a.x for n, a in after.items()}, {n: a.m for n, a in after.items()})

    def K_on(self, x: Arrays) -> ConvexFunction | dict[str, ConvexFunction]:
        """K for each block of x: as given, or the one K for all."""
        if not isinstance(x, Mapping):
            if isinstance(self.K, Mapping):
                raise TypeError(f"LionK has a K for the blocks {sorted(self.K)}, got one array.")
            return self.K
        return dict(self.K) if isinstance(self.K, Mapping) else dict.fromkeys(x, self.K)

    def convex_function(self, x: Arrays) -> ConvexFunction:
        """K as one function of all of x: itself, or the sum over blocks."""
        K = self.K_on(x)
        return Blocks(K) if isinstance(K, dict) else K

    def run(
        self,
        problem: HasGradient,
        x0: Arrays,
        steps: int,
        oracle: Callable[[Arrays, int], Arrays] | None = None,
    ) -> Iterator[Step]:
        """The steps of a run from x0, one by one. ``oracle(x, t)`` may replace the gradient."""
        s = self.init(x0)
        for t in range(steps):
            g = oracle(s.x, t) if oracle else problem.gradient(s.x)
            after = self.step(s, g, t)
            yield Step(t, self.lr_at(t), s, g, after)
            s = after

    def minimize(
        self,
        problem: HasGradient,
        x0: Arrays,
        steps: int,
        callback: Callable[[Step], object] | None = None,
    ) -> State:
        """The state after ``steps`` steps from x0; ``callback`` sees each step."""
        s = self.init(x0)
        for step in self.run(problem, x0, steps):
            s = step.after
            if callback:
                callback(step)
        return s

    def _step(self, K: ConvexFunction, s: State, g: Array, lr: float) -> State:
        require_same_shape(x=s.x, m=s.m, g=g)
        rule = SCHEMES[self.scheme]
        return rule(K, s, g, lr=lr, beta1=self.beta1, beta2=self.beta2, lam=self.lam)

    def _settle(self, name: str, wanted: str, holds: Callable[[float], bool]) -> None:
        value = getattr(self, name)
        if isinstance(value, bool) or not isinstance(value, Real) or not holds(float(value)):
            raise ValueError(f"LionK needs {wanted}, got {name}={value!r}.")
        object.__setattr__(self, name, float(value))
