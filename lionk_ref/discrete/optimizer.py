"""Section 4. `LionK`: the updates over an array or a dict of arrays, and the loop around them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from lionk_ref.arrays import Array, Arrays, array_namespace, each, require_same_shape
from lionk_ref.backend import Sums, require
from lionk_ref.convex import Blocks, ConvexFunction
from lionk_ref.discrete.in_place import choose
from lionk_ref.discrete.schedules import Schedule
from lionk_ref.discrete.updates import SCHEMES, State, Step, require_scheme
from lionk_ref.discrete.wanted import iterate, require_kinds, settle, step_size, whole


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
    backend : {"core", "auto", "numba", "cupy"}
        Who computes the steps; "auto" takes one that has a kernel for a K and these arrays, or
        the core where nothing is gained.

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
    backend: str = "core"

    def __post_init__(self) -> None:
        require_kinds(self.K)
        if not callable(self.lr):
            settle(self, "lr", "a finite lr > 0 or a schedule", lambda lr: 0 < lr < math.inf)
        settle(self, "beta1", "0 <= beta1 < 1", lambda beta: 0 <= beta < 1)
        settle(self, "beta2", "0 <= beta2 < 1", lambda beta: 0 <= beta < 1)
        settle(self, "lam", "a finite lam >= 0", lambda lam: 0 <= lam < math.inf)
        require_scheme(self.scheme)
        if self.backend not in ("core", "auto"):
            require(self.backend)

    def init(self, x: Arrays) -> State:
        """The state at x with zero momentum.

        Raises
        ------
        TypeError, ValueError
            If x is neither an array nor a dict of arrays, or its blocks are not those of K.
        """
        return State(x, each(lambda K, a: array_namespace(a).zeros_like(a), self.K_on(x), x))

    def lr_at(self, t: int) -> float:
        """The step size of step t.

        Raises
        ------
        ValueError, TypeError
            If the schedule gives no number, a negative one or one that is not finite.
        """
        return step_size(self.lr, t)

    def step(self, s: State, g: Arrays, t: int | None = None) -> State:
        """Eq. (2) or (15): the state after one step on the gradient g at s.x.

        ``t`` is the number of the step; a schedule needs it. Momentum of 16 bits is for `step_`.
        """
        x, lr = iterate(s), self._lr(t)
        if choose(self.backend, self.K, x).name != "core":
            s = State(*(each(lambda a: array_namespace(a).asarray(a, copy=True), a) for a in s))
            self.step_(s, g, t)
            return s
        after = each(lambda K, x, m, g: self._step(K, State(x, m), g, lr), self.K_on(x), *s, g)
        if not isinstance(x, Mapping):
            return State(*after)
        return State({n: a.x for n, a in after.items()}, {n: a.m for n, a in after.items()})

    def step_(self, s: State, g: Arrays, t: int | None = None, threads: int | None = None) -> None:
        """The same step in place: overwrites s.x and s.m. ``threads`` is the backend's to choose.

        Examples
        --------
        >>> import numpy as np
        >>> from lionk_ref import L1, LionK, State
        >>> s = State(np.array([2.0, -2.0]), np.zeros(2))
        >>> LionK(L1(), lr=0.1, lam=1.0).step_(s, np.array([1.0, -3.0]))
        >>> s.x
        array([ 1.7, -1.7])
        """
        run = choose(self.backend, self.K, iterate(s)).step_
        run(self.K, self.scheme, *s, g, lr=self._lr(t), threads=threads, **self._weights)

    def certified_step_(
        self, s: State, g: Arrays, t: int | None = None, threads: int | None = None
    ) -> Sums:
        """`step_`, and in the same pass over memory the sums that Theorem 4.1 asks for."""
        run = choose(self.backend, self.K, iterate(s)).certified_step_
        return run(self.K, self.scheme, *s, g, lr=self._lr(t), threads=threads, **self._weights)

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
        see = oracle or (lambda x, t: problem.gradient(x))
        return self._steps(self.init(x0), whole("A run", "steps", steps, 0), see)

    def _steps(self, s: State, steps: int, see: Callable[[Arrays, int], Arrays]) -> Iterator[Step]:
        for t in range(steps):
            g = see(s.x, t)
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

    @property
    def _weights(self) -> dict[str, float]:
        return {"beta1": self.beta1, "beta2": self.beta2, "lam": self.lam}

    def _lr(self, t: int | None) -> float:
        if t is not None:
            return self.lr_at(t)
        if callable(self.lr):
            raise ValueError("LionK has a schedule for lr: give step(s, g, t) the step number t.")
        return self.lr

    def _step(self, K: ConvexFunction, s: State, g: Array, lr: float) -> State:
        require_same_shape(x=s.x, m=s.m, g=g)
        return SCHEMES[self.scheme](K, s, g, lr=lr, **self._weights)
