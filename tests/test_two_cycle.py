"""The 2-cycle of Lion on a quadratic: exact, attracting, and no descent in it."""

from __future__ import annotations

from fractions import Fraction as F
from typing import Any

import numpy as np
import pytest
import sympy

import exact_k
from exact_k import vector
from lionk_ref import L1, LionK, certify
from lionk_ref.certificates.two_cycle import basin, two_cycle
from lionk_ref.discrete import State, explicit, explicit_lr, implicit, lion
from lionk_ref.problems import Quadratic

CASES = [
    (F(1), {"lr": F(1, 100), "beta1": F(9, 10), "beta2": F(99, 100), "lam": F(1)}),
    (F(7, 2), {"lr": F(1, 3), "beta1": F(1, 2), "beta2": F(1, 4), "lam": F(5)}),
    (F(1, 50), {"lr": F(1), "beta1": F(0), "beta2": F(9, 10), "lam": F(1)}),
    (F(40), {"lr": F(1, 1000), "beta1": F(95, 100), "beta2": F(98, 100), "lam": F(1, 10)}),
]


def check_exact(a: F, h: dict[str, F]) -> None:
    """Two steps of eq. (2) in rational arithmetic come back, by way of the opposite point."""
    c = two_cycle(a, **h)
    s = State(vector([c.x]), vector([c.m]))
    there = explicit(exact_k.L1(), s, a * s.x, **h)  # type: ignore[arg-type]
    assert (there.x[0], there.m[0]) == (-c.x, -c.m)
    back = explicit(exact_k.L1(), there, a * there.x, **h)  # type: ignore[arg-type]
    assert (back.x[0], back.m[0]) == (c.x, c.m)
    m_tilde = h["beta1"] * c.m - (1 - h["beta1"]) * a * c.x
    assert m_tilde == -c.margin < 0


@pytest.mark.parametrize(("a", "h"), CASES)
def test_exact(a: F, h: dict[str, F]) -> None:
    """No rounding, no tolerance."""
    check_exact(a, h)


def test_implicit() -> None:
    """Eq. (15) has the cycle of its explicit step size."""
    a, h = CASES[1]
    c = two_cycle(a, **(h | {"lr": explicit_lr(h["lr"], h["lam"])}))
    s = State(vector([c.x]), vector([c.m]))
    after = implicit(exact_k.L1(), s, a * s.x, **h)  # type: ignore[arg-type]
    assert (after.x[0], after.m[0]) == (-c.x, -c.m)


def test_derivation() -> None:
    """SymPy solves x' = -x, m' = -m for (x, m), and finds the margin and the multipliers."""
    a, lr, b1, b2, lam = sympy.symbols("a lr beta1 beta2 lam", positive=True)
    x, m, u = sympy.symbols("x m u")
    after_x = x + lr * (u - lam * x)
    after_m = b2 * m - (1 - b2) * a * x
    solved = sympy.solve([after_x.subs(u, -1) + x, after_m + m], [x, m], dict=True)[0]
    q = lr * lam
    assert sympy.simplify(solved[x] - lr / (2 - q)) == 0
    assert sympy.simplify(solved[m] - a * solved[x] * (1 - b2) / (1 + b2)) == 0
    m_tilde = (b1 * m - (1 - b1) * a * x).subs(solved)
    assert sympy.simplify(m_tilde + a * solved[x] * (1 + b2 - 2 * b1) / (1 + b2)) == 0
    jacobian = sympy.Matrix([after_x, after_m]).jacobian([x, m])
    assert {sympy.expand(e) for e in jacobian.eigenvals()} == {sympy.expand(1 - q), b2}


def check_attracts(a: F, h: dict[str, F], steps: int = 40) -> None:
    """From anywhere within the basin errors shrink as the multipliers say, exactly in x."""
    c = two_cycle(a, **h)
    r = basin(c, a, h["beta1"], h["beta2"]) * F(999, 1000)
    for dx, dm in ((r, r), (r, -r), (-r, r), (-r, -r)):
        s = State(vector([c.x + dx]), vector([c.m + dm]))
        for t in range(1, steps + 1):
            s = lion_exact(s, a, h)
            side = (-1) ** t
            assert s.x[0] - side * c.x == dx * (1 - h["lr"] * h["lam"]) ** t


def lion_exact(s: State, a: F, h: dict[str, F]) -> State:
    """Eq. (1) with f = a x^2/2."""
    return explicit(exact_k.L1(), s, a * s.x, **h)  # type: ignore[arg-type]


@pytest.mark.parametrize(("a", "h"), CASES[:3])
def test_attracts(a: F, h: dict[str, F]) -> None:
    """The four corners of the basin."""
    check_attracts(a, h)


@pytest.mark.parametrize("lr", [0.5, 0.05, 0.005])
def test_constant_lr_does_not_converge(lr: float) -> None:
    """No two iterates in a row are nearer to 0 than the cycle; near it, Lion ends on it."""
    a, h = np.array([0.5, 1.0, 3.0]), {"lr": lr, "beta1": 0.9, "beta2": 0.99, "lam": 0.1}
    cycle = [two_cycle(float(c), **h) for c in a]
    s = State(np.array([1.0, -0.3, 0.7]), np.zeros(3))
    for _ in range(1000):
        after = lion(s, a * s.x, **h)
        assert (np.maximum(abs(s.x), abs(after.x)) >= cycle[0].x * (1 - 1e-12)).all()
        s = after
    s = State(np.array([1.0001 * c.x for c in cycle]), np.array([c.m for c in cycle]))
    for _ in range(int(40 / (lr * 0.1))):
        s = lion(s, a * s.x, **h)
    assert np.allclose(abs(s.x), cycle[0].x, rtol=1e-12)


def test_no_descent() -> None:
    """Theorem 4.1 holds on the cycle, and H stays the same: the curvature makes up for Delta."""
    a, h = 2.0, {"lr": 0.5, "beta1": 0.5, "beta2": 0.75, "lam": 1.0}
    c = two_cycle(a, **h)
    problem = Quadratic(np.array([[a]]), np.zeros(1), np.array([c.x]))

    class FromTheCycle(LionK):
        """Lion that starts with the momentum of the cycle."""

        def init(self, x: Any) -> State:
            return State(x, np.array([c.m]))

    run = certify(problem, FromTheCycle(L1(), **h), x0=np.array([c.x]), steps=10)
    assert run.ok
    assert np.allclose(run.promises["Theorem 4.1"].measured, 0, atol=1e-15)


@pytest.mark.parametrize(
    "h",
    [
        {"lr": 1.0, "beta1": 0.9, "beta2": 0.99, "lam": 0.0},
        {"lr": 1.0, "beta1": 0.9, "beta2": 0.99, "lam": 2.0},
        {"lr": 0.1, "beta1": 0.9, "beta2": 0.5, "lam": 1.0},
    ],
)
def test_refuses(h: dict[str, float]) -> None:
    """No decay, an overshooting one, and betas whose m_tilde points the other way."""
    with pytest.raises(ValueError, match="two_cycle needs"):
        two_cycle(1.0, **h)
    with pytest.raises(ValueError, match="curvature > 0"):
        two_cycle(-1.0, lr=0.1, beta1=0.9, beta2=0.99, lam=1.0)
