"""A gradient that is not that of f is seen, also where the energy balance is blind to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from lionk_ref import L1, HalfSquare, Huber, LionK, certify
from lionk_ref.convex import ConvexFunction
from lionk_ref.problems import Quadratic
from lionk_ref.problems.base import Problem


@dataclass(frozen=True, eq=False)
class Misread(Quadratic):
    """A quadratic with the default divergence and a gradient that is off by a factor."""

    factor: float = 1.0

    def f(self, x: Any) -> Any:
        return (x - self.center) @ self.Q @ (x - self.center) / 2

    def gradient(self, x: Any) -> Any:
        return self.factor * (self.Q @ (x - self.center))

    def bregman(self, x_next: Any, x: Any) -> Any:
        return Problem.bregman(self, x_next, x)

    @classmethod
    def by(cls, factor: float) -> Misread:
        """The toy, its gradient off by this factor."""
        return cls(2 * np.eye(2), np.array([1.5, 0.0]), np.array([-1.8, 1.6]), factor)


@pytest.mark.parametrize("K", [L1(), Huber(), HalfSquare()], ids=repr)
@pytest.mark.parametrize("factor", [0.1, 0.9, 1.1, 2.0, -1.0])
def test_a_wrong_gradient(K: ConvexFunction, factor: float) -> None:
    """The default divergence contains the gradient, and the balance holds for any."""
    c = certify(Misread.by(factor), LionK(K, lr=0.01, lam=1.0), steps=50)
    failed = [v.name for v in c.verdicts if not v.holds]
    assert "smoothness" in failed
    assert "energy balance" not in failed


@pytest.mark.parametrize("lr", [1e-6, 1e-3, 0.1])
def test_the_right_gradient(lr: float) -> None:
    """The bound is met with equality for f = -|x|^2/2, and by a difference that cancels."""
    for Q in (np.eye(2), -np.eye(2)):
        f = Misread(Q, np.array([1.5, 0.0]), np.array([-1.8, 1.6]))
        c = certify(f, LionK(L1(), lr=lr, lam=1.0), steps=50)
        assert c.ok, [v for v in c.verdicts if not v.holds]
        bound = c.promises["smoothness"]
        assert np.all(np.abs(bound.measured - bound.promised) <= bound.tolerance)
