"""Figure 1 and Section 5.1. Quadratics: the toy of the paper, and those of a given spectrum."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np

from lionk_ref.arrays import (
    Array,
    array_namespace,
    as_float,
    dot,
    max_abs,
    precise,
    require,
    require_same_shape,
)
from lionk_ref.problems.base import Problem


@dataclass(frozen=True, eq=False)
class Quadratic(Problem):
    r"""f(x) = <x - c, Q (x - c)>/2, convex or not.

    Its D_f(x', x) = <d, Q d>/2 with d = x' - x. With the eigenvalues of Q split by sign,
    Q = Q+ - Q-, so that D_f = <d, Q+ d>/2 - <d, Q- d>/2 <= <d, Q+ d>/2: the majorant is Q+, which
    is Q itself where f is convex.

    Parameters
    ----------
    Q : array, shape (d, d)
        Symmetric.
    center : array, shape (d,)
        The stationary point c.
    start : array, shape (d,)
        The default starting point.

    Examples
    --------
    >>> import numpy as np
    >>> f = Quadratic.toy()
    >>> f.f(np.array([0.0, 2.0])), f.gradient(np.array([0.0, 2.0])), f.smoothness
    (np.float64(6.25), array([-3.,  4.]), 2.0)
    """

    key = "quadratic"
    title = "quadratic"
    formula = "<x - c, Q (x - c)>/2"

    Q: Array
    center: Array
    start: Array

    def __post_init__(self) -> None:
        require_same_shape(center=self.center, start=self.start)
        d = self.center.shape
        if len(d) != 1 or self.Q.shape != d + d:
            raise ValueError(
                f"Quadratic needs Q (d, d) and center (d,), got {self.Q.shape} and {d}."
            )
        require(self.Q == self.Q.T, "Quadratic needs a symmetric Q. Take (Q + Q.T)/2.")

    @classmethod
    def toy(cls) -> Self:
        """Figure 1: f(x) = (x_1 - 1.5)^2 + x_2^2, from outside the box of lam = 1."""
        return cls(2 * np.eye(2), np.array([1.5, 0.0]), np.array([-1.8, 1.6]))

    @classmethod
    def of_spectrum(cls, spectrum: Sequence[float], seed: int = 0) -> Self:
        """Theorem 4.1's f with these eigenvalues, in a random orthogonal basis.

        The centre and the start are drawn as well, some coordinates outside the box of lam = 1.

        Examples
        --------
        >>> f = Quadratic.of_spectrum([1.0, 10.0, 100.0])
        >>> round(f.smoothness, 9)
        100.0
        """
        rng = np.random.default_rng(seed)
        d = len(spectrum)
        basis, _ = np.linalg.qr(rng.standard_normal((d, d)))
        Q = (basis * np.asarray(spectrum, dtype=np.float64)) @ basis.T
        return cls((Q + Q.T) / 2, rng.standard_normal(d), 2 * rng.standard_normal(d))

    @classmethod
    def ill_conditioned(cls) -> Self:
        """Theorem 4.1 on a hard convex f: 20 dimensions, condition number 10^4, L = 1."""
        return cls.of_spectrum(np.logspace(-4, 0, 20).tolist())

    @classmethod
    def indefinite(cls) -> Self:
        """Theorem 4.1 on an f that is not convex: a saddle with eigenvalues from -0.5 to 2."""
        return cls.of_spectrum(np.linspace(-0.5, 2.0, 20).tolist())

    @classmethod
    def named(cls) -> Mapping[str, Callable[[], Problem]]:
        return {"toy": cls.toy, "quadratic": cls.ill_conditioned, "indefinite": cls.indefinite}

    def f(self, x: Array) -> Array:
        return self.bregman(x, self.center)

    def gradient(self, x: Array) -> Array:
        require_same_shape(x=x, center=self.center)
        return self.Q @ (x - self.center)

    def hessian_vector(self, x: Array, v: Array) -> Array:
        require_same_shape(x=x, v=v, center=self.center)
        return self.Q @ v

    def x0(self) -> Array:
        return array_namespace(self.start).asarray(self.start, copy=True)

    @property
    def smoothness(self) -> float:
        return as_float(max_abs(self._eigen[0]))

    def majorant(self, v: Array) -> Array:
        return self._convex_part @ v

    def diagonal_majorant(self) -> Array:
        xp = array_namespace(self.Q)
        return xp.sum(xp.abs(self._convex_part), axis=1)

    def bregman(self, x_next: Array, x: Array) -> Array:
        """D_f(x', x) = <d, Q d>/2 with d = x' - x: no cancellation."""
        require_same_shape(x_next=x_next, x=x, center=self.center)
        step = x_next - x
        return dot(step, self.Q @ step) / 2

    @cached_property
    def _eigen(self) -> tuple[Array, Array]:
        values, vectors = array_namespace(self.Q).linalg.eigh(precise(self.Q))
        return values, vectors

    @cached_property
    def _convex_part(self) -> Array:
        xp = array_namespace(self.Q)
        values, vectors = self._eigen
        negative = (vectors * xp.clip(values, max=0.0)) @ vectors.T
        return self.Q - xp.astype(negative, self.Q.dtype)
